import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type From, mayHold, spend as take } from '../../worker/bookings/budget.ts'
import { MOST_AHEAD } from '../../worker/bookings/often.ts'
import { type Answer, ask } from '../api.ts'
import { type Slot, slotsOf, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { patientNumber } from './desk.ts'

const MINUTE = 60_000
const NOW = Date.parse('2027-01-11T06:00:00Z')

describe('what a network has left', () => {
  const DAY = 24 * 60 * MINUTE
  const start = NOW + DAY
  const from = (network: string, site = network) => ({ network, site })
  const spend = (practice: string, who: From | null, at: number, now: number, linkId: string | null = null) =>
    take(practice, who, { start: at, linkId }, now)

  test('comes back after an hour, and is one for each practice', () => {
    const tries = Array.from({ length: 9 }, (_, n) => spend('north', from('a'), start + n * DAY, NOW).ok)
    expect(tries).toEqual([...Array(8).fill(true), false])
    expect(spend('south', from('a'), start, NOW).ok).toBe(true)
    expect(spend('north', from('b'), start, NOW).ok).toBe(true)
    expect(spend('north', from('a'), start, NOW + 60 * MINUTE).ok).toBe(true)
  })

  test('is given back where nothing came of it', () => {
    for (let n = 0; n < 50; n++) {
      const spent = spend('east', from('a'), start, NOW)
      expect(spent.ok).toBe(true)
      if (spent.ok) spent.giveBack()
    }
  })

  test('is twice as much for all networks of one /48, and four times in a day', () => {
    const hour = (at: number) =>
      Array.from({ length: 40 }, (_, n) => spend('west', from(`${at} ${n}`, 'site'), start + n * DAY, NOW + at).ok)
    const made = [0, 61, 122, 183].map((minute) => hour(minute * MINUTE).filter(Boolean).length)
    expect(made).toEqual([16, 16, 0, 0])
  })

  test('is three of the appointments of one day, so that no time is booked and cancelled over and over', () => {
    const made = Array.from({ length: 12 }, (_, n) => spend('over', from(`n${n}`, 'site'), start, NOW).ok)
    expect(made.filter(Boolean)).toHaveLength(3)
    expect(spend('over', from('n', 'site'), start + DAY, NOW).ok).toBe(true)
    expect(spend('over', from('n', 'elsewhere'), start, NOW).ok).toBe(true)
  })

  test('is seven an hour of one day for all networks together of those without a card, and of those with the same card', () => {
    const many = (linkId: string | null) =>
      Array.from({ length: 40 }, (_, n) => spend('surge', from(`${linkId} ${n}`), start, NOW, linkId).ok)
    for (const card of [null, 'one card', 'another']) expect(many(card).filter(Boolean)).toHaveLength(7)
    expect(spend('surge', from('late'), start + DAY, NOW).ok).toBe(true)
    expect(spend('surge', from('later'), start, NOW + 61 * MINUTE).ok).toBe(true)
  })

  test('is not counted where nobody says who asks', () => {
    expect(Array.from({ length: 50 }, () => spend('none', null, start, NOW).ok)).not.toContain(false)
  })
})

test('a time is held three times an hour, whoever asks; eight are by one network at once, two of them on one day, which everybody together holds twelve times', () => {
  const slot = (start: number) => ({ start, providerId: 'p' })
  expect([0, 1, 2, 3].map((n) => mayHold('held', null, slot(1), NOW + n))).toEqual([true, true, true, false])
  expect(mayHold('held', null, slot(1), NOW + 61 * MINUTE)).toBe(true)
  const from = { network: 'a', site: 'a' }
  const all = Array.from({ length: 10 }, (_, n) => mayHold('held', from, slot(n * 24 * 60 * MINUTE), NOW))
  expect(all.filter(Boolean)).toHaveLength(8)
  const day = Array.from({ length: 10 }, (_, n) => mayHold('day', from, slot(n), NOW))
  expect(day.filter(Boolean)).toHaveLength(2)
  const everybody = Array.from({ length: 20 }, (_, n) =>
    mayHold('all', { network: `n${n}`, site: `n${n}` }, slot(n), NOW),
  )
  expect(everybody.filter(Boolean)).toHaveLength(12)
  expect(mayHold('held', from, slot(30), NOW + 21 * MINUTE)).toBe(true)
})

describe('through the API', () => {
  let stack: Stack
  let practice: TestPractice
  let free: IterableIterator<Slot>
  let made = 0
  beforeAll(async () => {
    stack = await startStack({ trustProxy: true })
  }, 120_000)
  afterAll(() => stack?.stop())
  beforeEach(async () => {
    practice = await testPractice(stack, `budget-${++made}`)
    // One of each day in turn: of one day a network gets three.
    const days = [...Map.groupBy(await slotsOf(stack.url, practice, 60), ({ start }) => start.slice(0, 10)).values()]
    free = [0, 1, 2].flatMap((n) => days.flatMap((slots) => slots[n] ?? [])).values()
  })
  const post = (address: string | null, changed: object = {}, key: string = randomUUID()): Promise<Answer<Body>> => {
    const slot = free.next().value
    return ask<Body>(stack.url, `POST /api/v1/practices/${practice.slug}/bookings`, {
      headers: { 'Idempotency-Key': key, ...(address ? { 'X-Forwarded-For': address } : {}) },
      body: {
        ...{ service: practice.service, start: slot?.start, providerId: slot?.providerId },
        ...{ patient: patientNumber(++made), shareWithReferrer: false, ...changed },
      },
    })
  }
  type Body = Record<'id' | 'type' | 'start', string>
  const statuses = (answers: Answer<Body>[]) => answers.map(({ status }) => status)

  test('a network is told how long to wait, and a booking sent again is answered all the same', async () => {
    const key = randomUUID()
    const again = { start: '', patient: patientNumber(0) }
    const [slot] = await slotsOf(stack.url, practice)
    const one = { ...again, start: slot?.start }
    expect((await post('192.0.2.1', one, key)).status).toBe(201)
    const others: Answer<Body>[] = []
    for (let n = 0; n < 8; n++) others.push(await post('192.0.2.1'))
    expect(statuses(others)).toEqual([...Array(7).fill(201), 429])
    const limited = others[7]
    expect(limited?.body.type).toBe(`${stack.publicUrl}/problems/too-many-requests`)
    expect(limited?.headers.get('ratelimit-policy')).toBe('"booked";q=8;w=3600')
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(3_500)
    expect((await post('192.0.2.2')).status).toBe(201)
  })

  test('times that others have taken cost nothing', async () => {
    const [slot] = await slotsOf(stack.url, practice)
    expect((await post('192.0.2.3', { start: slot?.start, providerId: slot?.providerId })).status).toBe(201)
    const late: Answer<Body>[] = []
    for (let n = 0; n < 10; n++)
      late.push(await post('192.0.2.4', { start: slot?.start, providerId: slot?.providerId }))
    expect(new Set(statuses(late))).toEqual(new Set([409]))
    expect((await post('192.0.2.4')).status).toBe(201)
  })

  test('a telephone number has so many appointments to come, however many are asked for at once', async () => {
    const patient = patientNumber(0)
    const all = await Promise.all(Array.from({ length: MOST_AHEAD + 10 }, () => post(null, { patient })))
    expect(all.filter(({ status }) => status === 201)).toHaveLength(MOST_AHEAD)
    const refused = all.filter(({ status }) => status !== 201)
    expect(refused.map(({ body }) => body.type)).toEqual(Array(10).fill(`${stack.publicUrl}/problems/booked-often`))
    // Also with another name; not another number; and again once one is cancelled.
    expect((await post(null, { patient: { ...patient, name: 'Somebody Else' } })).status).toBe(409)
    expect((await post(null)).status).toBe(201)
    const [first] = all.filter(({ status }) => status === 201)
    await ask(stack.url, `POST /api/v1/bookings/${first?.body.id}/cancellation`, { key: practice.key, body: {} })
    expect((await post(null, { patient })).status).toBe(201)
    // The desk is not asked.
    const slot = free.next().value
    const desk = { service: practice.service, start: slot?.start, providerId: slot?.providerId, patient }
    expect((await ask(stack.url, 'POST /api/v1/bookings', { key: practice.key, body: desk })).status).toBe(201)
  }, 90_000)
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { linkAt } from '../../worker/links/kept.ts'
import { UNDATED } from '../../worker/links/state.ts'
import { localDay } from '../../worker/practices/day.ts'
import { hitOf } from '../../worker/scans/redirect.ts'
import { ask, askUntil } from '../api.ts'
import { deskOf, patientNumber } from '../bookings/desk.ts'
import { type Link, PHONE, scan, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { counted, receiptIn, ride, until } from './scene.ts'

/** UTC+14 and UTC-11: at no moment is it the same day in both. */
const EAST = 'Pacific/Kiritimati'
const WEST = 'Pacific/Pago_Pago'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.stop())

async function practiceIn(zone: string, slug: string): Promise<TestPractice> {
  const practice = await testPractice(stack, slug)
  await stack.db.client.execute({ sql: 'UPDATE practices SET timezone = ? WHERE id = ?', args: [zone, practice.id] })
  return practice
}
async function printed(practice: TestPractice, handOutDay: string): Promise<Link> {
  const { status, body } = await ask<Link>(stack.url, `POST /api/v1/links/${practice.link.id}/batches`, {
    key: practice.key,
    body: { quantity: 100, handOutDay },
  })
  expect(status).toBe(201)
  return body
}
const tomorrow = (zone: string) => localDay(Date.now() + 36 * 3_600_000, zone)

test('a card scans on the day on which it is handed out, by the clock of the practice, and is a test the day before', async () => {
  const day = localDay(Date.now(), EAST)
  for (const [zone, slug, measure, rule] of [
    [EAST, 'east', 'hit:person', 'none'],
    [WEST, 'west', 'hit:staff', 'before-hand-out'],
  ] as const) {
    const practice = await practiceIn(zone, slug)
    const { code } = await printed(practice, day)
    await ride(stack, `/q/${code}`)
    const sums = await until(
      () => counted(stack.db, practice.id),
      (found) => Object.keys(found).length > 0,
    )
    expect([zone, sums]).toEqual([zone, { [measure]: 1 }])
    const { rows } = await stack.db.client.execute({
      sql: 'SELECT rules FROM scans WHERE practice_id = ?',
      args: [practice.id],
    })
    expect(rows.map(({ rules }) => rules)).toEqual([rule])
  }
})

test('before that a card leads where it should, and what follows is neither scan nor visit, also when it was prefetched', async () => {
  const practice = await practiceIn('America/Chicago', 'early')
  const { code } = await printed(practice, tomorrow('America/Chicago'))
  const receipts: string[] = []
  for (const headers of [{}, { 'Sec-Purpose': 'prefetch' }, { 'User-Agent': 'Googlebot/2.1' }] as const) {
    const answer = await ride(stack, `/q/${code}`, { headers })
    expect(answer.headers.get('location')).toMatch(new RegExp(`^/p/early/${practice.service}\\?s=`))
    receipts.push(receiptIn(answer))
  }
  for (const body of receipts) await ride(stack, '/visits?p=early', { method: 'POST', body })
  // One that counts, so that it is known when all before it have arrived.
  const { receipt } = await scan(stack.url, practice.link.code)
  await ride(stack, '/visits?p=early', { method: 'POST', body: receipt })
  const sums = await until(
    () => counted(stack.db, practice.id),
    (found) => found.visit === 1,
  )
  expect(sums).toEqual({ 'hit:staff': 1, 'hit:prefetch': 1, 'hit:bot': 1, 'hit:person': 1, visit: 1 })
})

test('a booking that follows such a test is credited to nobody by it; the code, said or typed, credits all the same', async () => {
  const practice = await testPractice(stack, 'credit')
  const desk = deskOf(stack, practice)
  const card = await printed(practice, tomorrow('America/Chicago'))
  const free = await desk.slots()
  const book = async (n: number, more: Record<string, unknown>) => {
    const { start, providerId } = free[n] ?? {}
    expect((await desk.book({ start, providerId, patient: patientNumber(n), ...more })).status).toBe(201)
    const { body } = await desk.get<{ items: { credit: Record<string, unknown> }[] }>('/referrals?limit=1')
    return body.items[0]?.credit
  }
  const agents = [PHONE, 'Googlebot/2.1']
  for (const [n, agent] of agents.entries()) {
    const { receipt } = await scan(stack.url, card.code, { 'User-Agent': agent })
    expect(await book(n, { receipt })).toMatchObject({ evidence: 'none', linkId: null, scanId: null })
  }
  const { receipt } = await scan(stack.url, card.code)
  expect(await book(2, { receipt, code: card.display })).toMatchObject({ evidence: 'code', linkId: card.id })
})

test('a scan of a print run counts for its own link, and not for the one that it was printed of', async () => {
  const practice = await testPractice(stack, 'counts')
  const desk = deskOf(stack, practice)
  const card = await printed(practice, '2026-11-01')
  const { receipt } = await scan(stack.url, card.code)
  await ride(stack, '/visits?p=counts', { method: 'POST', body: receipt })
  const [slot] = await desk.slots()
  await desk.book({ start: slot?.start, providerId: slot?.providerId, receipt })
  await desk.post('/calls', { code: card.code })
  const of = async (linkId: string) => {
    const today = localDay(Date.now(), 'America/Chicago')
    const { body } = await desk.get<{ points: object[] }>(
      `/stats/timeseries?from=${today}&to=${today}&interval=month&linkId=${linkId}`,
    )
    return body.points
  }
  const counts = { scans: 1, visits: 1, calls: 1, referrals: 1, bookings: 1, seen: 0 }
  const [found] = await askUntil(
    () => of(card.id),
    ([point]) => JSON.stringify({ ...point, ...counts }) === JSON.stringify(point),
    10_000,
  )
  expect(found).toMatchObject(counts)
  expect((await of(practice.link.id))[0]).toMatchObject({ scans: 0, visits: 0, calls: 0, bookings: 0 })
})

describe('the day begins at midnight on the clock of the practice', () => {
  const request = new Request('http://cards.example/q/K7M4HXR2', { headers: { 'User-Agent': PHONE } })
  test.each([
    ['America/Chicago', '2026-11-24', '2026-11-24T06:00:00Z'],
    ['America/Chicago', '2026-11-01', '2026-11-01T05:00:00Z'],
    ['America/Chicago', '2026-11-02', '2026-11-02T06:00:00Z'],
    ['Asia/Kathmandu', '2026-11-24', '2026-11-23T18:15:00Z'],
    [EAST, '2026-11-24', '2026-11-23T10:00:00Z'],
    [WEST, '2026-11-24', '2026-11-24T11:00:00Z'],
    // Summer time begins at midnight: that day's first moment is one o'clock.
    ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z'],
    // This day was left out.
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00Z'],
  ])('in %s, %s begins at %s', (timezone, handOutDay, midnight) => {
    const at = Date.parse(midnight)
    const classAt = (now: number) =>
      hitOf(linkAt({ ...KEPT, timezone, handOutDay }, 'database', now), request, 'qr', now).class
    expect([classAt(at - 1), classAt(at)]).toEqual(['staff', 'person'])
  })

  test('and a link that is no print run has no such day', () => {
    const link = linkAt({ ...KEPT, timezone: 'America/Chicago', handOutDay: null }, 'database', 0)
    expect([link.isTest, hitOf(link, request, 'qr', 0).class]).toEqual([false, 'person'])
  })
})

const KEPT = {
  ...{ linkId: 'card', code: 'K7M4HXR2', channel: 'card' as const, referrerLastDay: null, editedAt: null, ...UNDATED },
  ...{ practiceId: 'larkfield', practiceSlug: 'larkfield', practiceName: 'Larkfield', practicePhone: '', address: '' },
  ...{ officeId: 'riverside', officeName: 'Riverside Family Medicine', referrerId: null, referrerName: null },
  ...{ serviceId: 'spine', serviceSlug: 'spine', serviceName: 'Spine' },
} as const

import { afterAll, beforeAll, expect, test } from 'vitest'
import { recount } from '../../worker/counts/recount.ts'
import { ask, askUntil } from '../api.ts'
import { PHONE, type Slot, scan, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { deskOf, patientNumber } from './desk.ts'

/*
 * A further booking of the same patient may bring stronger evidence than the referral began with.
 */

let stack: Stack
let practice: TestPractice
let desk: ReturnType<typeof deskOf>
let free: Slot[]
let next = 0
const slot = () => {
  const one = free[next++]
  if (!one) throw new Error('no more slots')
  return { start: one.start, providerId: one.providerId }
}

beforeAll(async () => {
  stack = await startStack()
  practice = await testPractice(stack, 'recredited')
  desk = deskOf(stack, practice)
  free = await desk.slots()
})
afterAll(() => stack?.stop())

interface Row {
  referrerId: string | null
  referrals: number
  bookings: number
  seen: number
}
const ofReferrer = async () => {
  const { body } = await desk.get<{ rows: Row[] }>('/stats/referrers')
  const row = body.rows.find(({ referrerId }) => referrerId === practice.referrer.id)
  return { referrals: row?.referrals ?? 0, bookings: row?.bookings ?? 0, seen: row?.seen ?? 0 }
}
const creditOf = async (bookingId: unknown) => {
  const { body: list } = await desk.get<{ items: { id: string; referralId: string }[] }>('/bookings?limit=200')
  const referralId = list.items.find(({ id }) => id === bookingId)?.referralId
  const { body } = await desk.get<{ credit: Record<string, unknown> }>(`/referrals/${referralId}`)
  return body.credit
}
const nothingDiffers = async () => {
  const [found] = await recount(stack.db, practice.id, { write: false })
  expect(found?.differences).toEqual([])
}

test('a code that is said when the patient books again credits the referral, and all that belongs to it', async () => {
  const patient = patientNumber(1)
  const first = await desk.book({ ...slot(), patient })
  await desk.post(`/bookings/${first.body.id}/cancellation`)
  const before = await ofReferrer()
  const again = await desk.post('/bookings', {
    ...{ ...slot(), service: practice.service, patient, code: practice.link.display },
  })
  expect(again.status, JSON.stringify(again.body)).toBe(201)
  expect(await creditOf(again.body.id)).toMatchObject({ evidence: 'code', version: 2, linkId: practice.link.id })
  expect(await ofReferrer()).toEqual({ ...before, referrals: before.referrals + 1, bookings: before.bookings + 2 })
  const { body } = await desk.get<{ evidence: Record<string, number> }>('/stats/summary')
  expect(body.evidence).toMatchObject({ code: 1, none: 0 })
  await nothingDiffers()
})

test('a scan credits what began with nothing; a code moves it; weaker evidence moves nothing', async () => {
  const patient = patientNumber(2)
  await desk.book({ ...slot(), patient })
  const { receipt } = await scan(stack.url, practice.link.code)
  const second = await desk.book({ ...slot(), patient, receipt })
  expect(await creditOf(second.body.id)).toMatchObject({ evidence: 'visit', version: 2 })
  const third = await desk.book({ ...slot(), patient, code: practice.link.code })
  expect(await creditOf(third.body.id)).toMatchObject({ evidence: 'code', version: 3, scanId: expect.any(String) })
  const fourth = await desk.book({ ...slot(), patient, receipt, statedReferrer: 'Dr Somebody Else' })
  expect(await creditOf(fourth.body.id)).toMatchObject({ evidence: 'code', version: 3 })
  await nothingDiffers()
})

test('many at once that book, cancel and see the same patient leave counts that add up', async () => {
  const patient = patientNumber(3)
  const first = await desk.book({ ...slot(), patient })
  const { receipt } = await scan(stack.url, practice.link.code)
  const clues = [{ receipt }, { code: practice.link.code }, {}, { statedReferrer: 'Dr Who' }]
  const answers = await Promise.all([
    ...Array.from({ length: 12 }, (_, n) => desk.book({ ...slot(), patient, ...clues[n % clues.length] })),
    desk.post(`/bookings/${first.body.id}/arrival`),
    desk.post(`/bookings/${first.body.id}/cancellation`),
  ])
  // Of an arrival and a cancellation at once either may come too late.
  for (const { status, body } of answers) expect([200, 201, 409], JSON.stringify(body)).toContain(status)
  expect(answers.slice(0, 12).map(({ status }) => status)).toEqual(Array(12).fill(201))
  expect(await creditOf(first.body.id)).toMatchObject({ evidence: 'code' })
  await nothingDiffers()
})

test('the visit of a second scan within half an hour is the first one, and it is what led to the booking', async () => {
  const elsewhere = await testPractice(stack, 'rescanned', '2987654326')
  const there = deskOf(stack, elsewhere)
  const { code } = elsewhere.link
  const first = await scan(stack.url, code)
  const landed = await ask(stack.url, `GET ${first.location}` as 'GET /')
  const Cookie = landed.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  const second = await scan(stack.url, code, { Cookie: Cookie.join('; ') })
  for (const { receipt } of [first, second])
    await ask(stack.url, `POST /visits?p=${elsewhere.slug}`, {
      body: receipt,
      headers: { 'Content-Type': 'text/plain' },
    })
  const [at] = await there.slots()
  const made = await there.book({
    ...{ start: at?.start, providerId: at?.providerId, patient: patientNumber(4), receipt: second.receipt },
  })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  const counted = async () => {
    const { body } = await there.get<{ rows: Record<string, unknown>[] }>('/stats/referrers')
    return body.rows[0]
  }
  const row = await askUntil(counted, (found) => found?.scans === 2 && found.visits === 1, 10_000)
  expect(row).toMatchObject({ scans: 2, visits: 1, bookings: 1, conversion: { n: 1, of: 1 } })
})

test.each([
  ['a HEAD request', { method: 'HEAD' }],
  ['a link preview', { headers: { 'User-Agent': 'WhatsApp/2.23.20.0 A' } }],
  ['a card that staff try out', { query: '?test=1' }],
])('the receipt of %s credits nobody', async (_, { method = 'GET', headers = {}, query = '' }: Tried) => {
  const answer = await fetch(`${stack.url}/q/${practice.link.code}${query}`, {
    method,
    redirect: 'manual',
    headers: { 'User-Agent': PHONE, ...headers },
  })
  const receipt = new URL(answer.headers.get('location') ?? '', stack.url).searchParams.get('s')
  const made = await desk.book({ ...slot(), patient: patientNumber(10 + next), receipt })
  expect(await creditOf(made.body.id)).toMatchObject({ evidence: 'none', linkId: null, scanId: null })
})

interface Tried {
  method?: string
  headers?: Record<string, string>
  query?: string
}

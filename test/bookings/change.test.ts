import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recount } from '../../worker/counts/recount.ts'
import { type Slot, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { deskOf, patientNumber } from './desk.ts'

let stack: Stack
let practice: TestPractice
let other: TestPractice
let desk: ReturnType<typeof deskOf>
let free: Slot[]
let made = 0

beforeAll(async () => {
  stack = await startStack()
  practice = await testPractice(stack, 'changing')
  other = await testPractice(stack, 'elsewhere', '2987654326')
  desk = deskOf(stack, practice)
  free = await desk.slots()
})
afterAll(() => stack?.stop())

/** A new booking at the desk, with the spoken code. */
async function booked(): Promise<{ id: string; start: string; providerId: string; referralId: string }> {
  const slot = free[made++]
  const answer = await desk.post('/bookings', {
    service: practice.service,
    start: slot?.start,
    providerId: slot?.providerId,
    patient: patientNumber(made),
    code: practice.link.display.toLowerCase(),
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  const { id, start, providerId, referralId } = answer.body
  return { id: String(id), start: String(start), providerId: String(providerId), referralId: String(referralId) }
}
const change = (id: string, to: string, body: unknown = {}, headers = {}) =>
  desk.post(`/bookings/${id}/${to}`, body, headers)
const counts = async () => [await desk.counted('booking'), await desk.counted('cancelled'), await desk.counted('seen')]

test('the desk books with the spoken code, within the lead time too, and consent is as it was said: not asked', async () => {
  const { referralId } = await booked()
  const { body } = await desk.get(`/referrals/${referralId}`)
  expect(body).toMatchObject({
    status: 'scheduled',
    consent: 'not asked',
    credit: { evidence: 'code', linkId: practice.link.id, clinician: { id: practice.referrer.id, evidence: 'code' } },
  })
})

test('the code of a retired link still credits', async () => {
  const retired = await desk.post('/links', {
    officeId: practice.office.id,
    service: practice.service,
    channel: 'card',
  })
  await desk.post(`/links/${retired.body.id}/retirement`)
  const slot = free[made++]
  const answer = await desk.post('/bookings', {
    ...{ service: practice.service, start: slot?.start, providerId: slot?.providerId },
    ...{ patient: patientNumber(made), code: retired.body.code, shareWithReferrer: true },
  })
  expect(answer.status).toBe(201)
  expect((await desk.get(`/referrals/${answer.body.referralId}`)).body).toMatchObject({
    consent: 'yes',
    credit: { evidence: 'code', linkId: retired.body.id },
  })
})

test('the desk may book what is not booked online', async () => {
  const path = '/bookings'
  // Dr Lindqvist sees backs in Chicago on Mondays from 08:40; the next one that is not today.
  const day = new Date(Date.now() + 86_400_000)
  while (day.getUTCDay() !== 1) day.setUTCDate(day.getUTCDate() + 1)
  const offset = new Intl.DateTimeFormat('en', { timeZone: 'America/Chicago', timeZoneName: 'longOffset' })
    .formatToParts(day)
    .find(({ type }) => type === 'timeZoneName')
    ?.value.slice(3)
  const start = `${day.toISOString().slice(0, 10)}T08:40:00${offset}`
  const body = { service: 'spine', start, patient: patientNumber(900), code: practice.link.code }
  expect((await desk.post(path, body)).status).toBe(201)
})

test('arrived and seen: an event each, and seen counts once however often it is said', async () => {
  const { id, referralId } = await booked()
  const [, , seen] = await counts()
  expect((await change(id, 'arrival')).body).toMatchObject({ id, status: 'arrived', referralId })
  for (let i = 0; i < 3; i++) expect((await change(id, 'attendance')).status).toBe(200)
  expect((await counts())[2]).toBe((seen ?? 0) + 1)
  expect((await desk.get(`/referrals/${referralId}`)).body.status).toBe('seen')
  const { rows } = await stack.db.client.execute({
    sql: 'SELECT status, by FROM booking_events WHERE booking_id = ? ORDER BY rowid',
    args: [id],
  })
  expect(rows.map(({ status }) => status)).toEqual(['booked', 'arrived', 'fulfilled'])
  expect(rows.every(({ by }) => /^key:/.test(String(by)))).toBe(true)
})

test('of twenty who say at once that the patient was seen, all are told so and it counts once', async () => {
  const { id } = await booked()
  const [, , seen] = await counts()
  const all = await Promise.all(Array.from({ length: 20 }, () => change(id, 'attendance')))
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
  expect((await counts())[2]).toBe((seen ?? 0) + 1)
})

test('a cancellation frees the time, counts for itself, and leaves the referral waiting', async () => {
  const { id, start, providerId, referralId } = await booked()
  const [bookings, cancelled] = await counts()
  const answer = await change(id, 'cancellation', { reason: 'Feels better, says Mrs Canary' })
  expect(answer.body.status).toBe('cancelled')
  expect((await change(id, 'cancellation')).status).toBe(200)
  expect((await counts()).slice(0, 2)).toEqual([bookings, (cancelled ?? 0) + 1])
  const again = await desk.slots()
  expect(again.some((slot) => slot.start === start && slot.providerId === providerId)).toBe(true)
  expect((await desk.get(`/referrals/${referralId}`)).body.status).toBe('requested')
  const { rows } = await stack.db.client.execute('SELECT * FROM booking_events')
  expect(JSON.stringify(rows)).not.toContain('Canary')
})

test('a patient who did not come after all no longer counts as seen, and one who came late does', async () => {
  const { id, referralId } = await booked()
  const [, , seen] = await counts()
  await change(id, 'attendance')
  expect((await change(id, 'no-show')).body.status).toBe('no_show')
  expect((await counts())[2]).toBe(seen)
  expect((await desk.get(`/referrals/${referralId}`)).body.status).toBe('requested')
  await change(id, 'attendance')
  expect((await counts())[2]).toBe((seen ?? 0) + 1)
})

test('what cannot follow is refused, says where the booking stands, and changes nothing', async () => {
  const { id } = await booked()
  await change(id, 'attendance')
  for (const to of ['arrival', 'cancellation']) {
    const answer = await change(id, to)
    expect(answer.status, to).toBe(409)
    expect(answer.body).toMatchObject({ type: `${stack.publicUrl}/problems/status-final`, bookingStatus: 'fulfilled' })
  }
  const { id: gone } = await booked()
  await change(gone, 'cancellation')
  for (const to of ['arrival', 'attendance', 'no-show']) expect((await change(gone, to)).status, to).toBe(409)
})

test('a booking of another practice, and one that there is not, are not found', async () => {
  const { id } = await booked()
  const theirs = deskOf(stack, other)
  expect((await theirs.post(`/bookings/${id}/attendance`)).status).toBe(404)
  expect((await change('nothing', 'attendance')).status).toBe(404)
})

test('the same key gives the same answer, also when the booking has moved on', async () => {
  const { id } = await booked()
  const key = { 'Idempotency-Key': randomUUID() }
  const first = await change(id, 'arrival', {}, key)
  await change(id, 'attendance')
  expect((await change(id, 'arrival', {}, key)).body).toEqual(first.body)
})

test('after all of this the counts are what the facts add up to', async () => {
  const [found] = await recount(stack.db, practice.id, { write: false })
  expect(found?.differences).toEqual([])
  expect(found?.counts).toBeGreaterThan(10)
})

test('the list names the patients, last made first, page by page, and each filter', async () => {
  const { id, referralId } = await booked()
  interface List {
    items: { id: string; status: string; patient: { name: string } }[]
    next: string | null
  }
  const first = await desk.get<List>('/bookings?limit=3')
  expect(first.body.items[0]).toMatchObject({ id, status: 'booked', patient: { name: patientNumber(made).name } })
  const seen = new Set<string>()
  let next: string | null = ''
  while (next !== null) {
    const { body }: { body: List } = await desk.get<List>(`/bookings?limit=3${next ? `&cursor=${next}` : ''}`)
    for (const item of body.items) seen.add(item.id)
    next = body.next
  }
  expect(seen.size).toBe(await desk.rows('bookings'))
  expect((await desk.get<List>(`/bookings?referralId=${referralId}`)).body.items.map((item) => item.id)).toEqual([id])
  const cancelled = await desk.get<List>('/bookings?status=cancelled')
  expect(new Set(cancelled.body.items.map(({ status }) => status))).toEqual(new Set(['cancelled']))
  expect((await desk.get<List>('/bookings?from=2020-01-01&to=2020-01-02')).body.items).toEqual([])
  expect((await deskOf(stack, other).get<List>('/bookings')).body.items).toEqual([])
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recount } from '../../worker/counts/recount.ts'
import { boxOf, calendarOf, outboxOf, textOf } from '../mail/box.ts'
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
  practice = await testPractice(stack, 'moving')
  other = await testPractice(stack, 'elsewhere', '2987654326')
  desk = deskOf(stack, practice)
  free = (await desk.slots(60)).slice(30)
})
afterAll(() => stack?.stop())

interface Made {
  id: string
  reference: string
  start: string
  referralId: string
  providerId: string
}

async function booked(patient: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Promise<Made> {
  const slot = free[made++ * 2]
  const answer = await desk.post('/bookings', {
    ...{ service: practice.service, start: slot?.start, providerId: slot?.providerId, code: practice.link.code },
    ...{ patient: { ...patientNumber(made), ...patient }, ...more },
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body as unknown as Made
}
const nextFree = () => {
  const slot = free[made++ * 2]
  return { start: slot?.start, providerId: slot?.providerId }
}
const move = (id: string, to: { start: string | undefined; providerId?: string | undefined }, headers = {}) =>
  desk.post(`/bookings/${id}/move`, to, headers)
const counts = () => Promise.all(['booking', 'cancelled', 'referral', 'seen'].map((measure) => desk.counted(measure)))
const rowsOf = async (referralId: string) => {
  const { rows } = await stack.db.client.execute({
    sql: 'SELECT * FROM bookings WHERE referral_id = ? ORDER BY rowid',
    args: [referralId],
  })
  return rows
}
const isFree = async (slot: { start: string; providerId: string }) =>
  (await desk.slots(60)).some(({ start, providerId }) => start === slot.start && providerId === slot.providerId)

test('a moved booking is the same one: its reference, referral, credit and counts stay, and its old time is free', async () => {
  const first = await booked({}, { reason: 'Pain in the back, says Mrs Canary' })
  const before = await counts()
  const to = nextFree()
  const answer = await move(first.id, to)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  expect(answer.body).toMatchObject({ start: to.start, reference: first.reference, referralId: first.referralId })
  expect(answer.body.id).not.toBe(first.id)
  expect(await counts()).toEqual(before)
  const rows = await rowsOf(first.referralId)
  expect(rows.map(({ status, sequence, moved_from }) => [status, sequence, moved_from])).toEqual([
    ['rescheduled', 0, null],
    ['booked', 1, first.id],
  ])
  expect(rows[0]?.reference).not.toBe(first.reference)
  expect(rows[1]?.reason).not.toBe(rows[0]?.reason)
  expect(JSON.stringify(rows)).not.toContain('Canary')
  expect(await isFree(first)).toBe(true)
  expect((await desk.get(`/referrals/${first.referralId}`)).body).toMatchObject({ status: 'scheduled', bookings: 1 })
})

test('sent twice, one after the other or at once, it is moved once and answered alike', async () => {
  const first = await booked()
  const to = nextFree()
  const answers = await Promise.all(Array.from({ length: 10 }, () => move(first.id, to)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  expect((await move(first.id, to)).body).toEqual(answers[0]?.body)
  expect(await rowsOf(first.referralId)).toHaveLength(2)
  const key = { 'Idempotency-Key': randomUUID() }
  const second = await booked()
  const there = nextFree()
  const once = await move(second.id, there, key)
  expect((await move(second.id, there, key)).body).toEqual(once.body)
  expect((await move(second.id, nextFree(), key)).status).toBe(422)
})

test('a time that is taken, past, or never offered is refused with what may be done, and nothing changes', async () => {
  const first = await booked()
  const theirs = await booked()
  const taken = await move(first.id, { start: theirs.start, providerId: theirs.providerId })
  expect(taken.status).toBe(409)
  expect(taken.body).toMatchObject({ type: `${stack.publicUrl}/problems/slot-taken` })
  expect((await move(first.id, { start: '2020-01-01T10:00:00Z' })).body.type).toContain('slot-past')
  expect((await move(first.id, { start: `${first.start.slice(0, 11)}03:07:00Z` })).body.type).toContain('slot-unknown')
  expect(await rowsOf(first.referralId)).toMatchObject([{ status: 'booked', sequence: 0 }])
})

test('what is cancelled, seen or moved already is not moved, nor is a booking of another practice', async () => {
  const first = await booked()
  await desk.post(`/bookings/${first.id}/cancellation`)
  expect((await move(first.id, nextFree())).body).toMatchObject({ bookingStatus: 'cancelled' })
  const second = await booked()
  await move(second.id, nextFree())
  const again = await move(second.id, nextFree())
  expect(again.status).toBe(409)
  expect(again.body).toMatchObject({ bookingStatus: 'rescheduled' })
  const third = await booked()
  expect((await deskOf(stack, other).post(`/bookings/${third.id}/move`, nextFree())).status).toBe(404)
})

test('the patient is written to of the new time, the calendar entry moves along, and one reminder is left', async () => {
  const box = boxOf(stack)
  const first = await booked({ email: 'mover@example.com' })
  await box.to('mover@example.com')
  const second = await move(first.id, nextFree())
  const third = await move(String(second.body.id), nextFree())
  const letters = await box.to('mover@example.com', 3)
  const calendars = letters.map(calendarOf)
  expect(calendars.every((text) => text.includes(`UID:${first.id}@localhost`))).toBe(true)
  expect(new Set(calendars.map((text) => /SEQUENCE:(\d)/.exec(text)?.[1]))).toEqual(new Set(['0', '1', '2']))
  expect(
    letters.map(textOf).filter((text) => text.includes('has a new time') && text.includes('Before, it was')),
  ).toHaveLength(2)
  const ids = [first.id, String(second.body.id), String(third.body.id)]
  const rows = (await outboxOf(stack, practice.id)).filter(({ bookingId }) => ids.includes(bookingId))
  const waiting = rows.filter(({ sentAt, droppedAt }) => sentAt === null && droppedAt === null)
  expect(waiting).toMatchObject([{ kind: 'reminder', bookingId: third.body.id, sequence: 2 }])
})

test('every act is in the audit, by whom', async () => {
  const first = await booked()
  const second = await move(first.id, nextFree())
  await desk.post(`/bookings/${second.body.id}/cancellation`)
  const { rows } = await stack.db.client.execute({
    sql: 'SELECT act, by FROM audit WHERE subject IN (?, ?) ORDER BY seq',
    args: [first.id, String(second.body.id)],
  })
  expect(rows.map(({ act }) => act)).toEqual(['booking made', 'booking moved', 'booking cancelled'])
  expect(rows.every(({ by }) => String(by).startsWith('key:'))).toBe(true)
})

test('after all of this the counts are what the facts add up to', async () => {
  const [found] = await recount(stack.db, practice.id, { write: false })
  expect(found?.differences).toEqual([])
})

import ICAL from 'ical.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { requestMail } from '../../worker/bookings/mails.ts'
import { boxOf, calendarOf, htmlOf, outboxOf, textOf } from '../mail/box.ts'
import { PATIENT, type Slot, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { deskOf } from './desk.ts'

let stack: Stack
let practice: TestPractice
let desk: ReturnType<typeof deskOf>
let box: ReturnType<typeof boxOf>
let free: Slot[]
let made = 0

beforeAll(async () => {
  stack = await startStack()
  practice = await testPractice(stack, 'letters')
  desk = deskOf(stack, practice)
  box = boxOf(stack)
  free = (await desk.slots()).slice(40)
})
afterAll(() => stack?.stop())

async function booked(patient: Record<string, unknown>, more: Record<string, unknown> = {}) {
  const slot = free[made++ * 3]
  const answer = await desk.book({ start: slot?.start, providerId: slot?.providerId, patient, ...more })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return { id: String(answer.body.id), reference: String(answer.body.reference), start: String(answer.body.start) }
}
const someone = (email: string) => ({
  ...PATIENT,
  name: `Wilhelmina Canary ${made}`,
  email,
  phone: `+1 415 555 01${10 + made}`,
})
const DAY_MS = 86_400_000
const KINDS = ['confirmation', 'reminder']

test('a booking with an address is confirmed at once, and is reminded of two days before', async () => {
  const { id, start, reference } = await booked(someone('first@example.com'), { reason: 'Sciatica canary' })
  const [letter] = await box.to('first@example.com')
  if (!letter) throw new Error('no letter')
  const rows = (await outboxOf(stack, practice.id)).filter(({ bookingId }) => bookingId === id)
  expect(rows.map(({ kind }) => kind)).toEqual(KINDS)
  expect(rows[1]).toMatchObject({ dueAt: Date.parse(start) - 2 * DAY_MS, sentAt: null })
  expect(letter.id).toBe(rows[0]?.id)
  expect(letter.headers.get('auto-submitted')).toBe('auto-generated')
  expect(letter.headers.get('message-id')).toBe(`<${letter.id}@localhost>`)
  for (const words of [textOf(letter), htmlOf(letter)]) {
    expect(words).toContain(`${stack.publicUrl}/visit?t=${practice.id}.${id}.`)
    expect(words).toContain(`${reference.slice(0, 4)}-${reference.slice(4)}`)
    expect(words).toContain('Your appointment is booked')
  }
})

test('a letter says nothing of who is seen, by whom, what for, or how else they are reached', async () => {
  const told = [...box.all().flatMap(({ subject, from, parts }) => [subject, from, ...parts.map(({ text }) => text)])]
  const { rows } = await stack.db.client.execute({
    sql: `SELECT name FROM providers WHERE practice_id = :id UNION SELECT name FROM services WHERE practice_id = :id
      UNION SELECT specialty FROM providers WHERE practice_id = :id`,
    args: { id: practice.id },
  })
  const secrets = [
    'Canary',
    'canary',
    '1961-02',
    'February 28',
    '(415)',
    '+1415',
    practice.link.code,
    practice.link.display,
    practice.referrer.name,
  ]
  for (const secret of [...secrets, ...rows.map(({ name }) => String(name)).filter(Boolean)])
    for (const words of told) expect(words).not.toContain(secret)
})

test('the row in the outbox holds neither an address nor words', async () => {
  const { rows } = await stack.db.client.execute('SELECT * FROM mails')
  expect(JSON.stringify(rows)).not.toMatch(/@|Canary|booked/)
})

test('the link to a booking is the same in every answer and letter, opens no other, and is stored nowhere', async () => {
  const slot = free[made++ * 3]
  const email = 'link@example.com'
  const asked = { start: slot?.start, providerId: slot?.providerId, patient: someone(email) }
  const first = await desk.book(asked, 'one-key-for-the-link')
  const again = await desk.book(asked, 'one-key-for-the-link')
  const link = String(first.body.manageUrl)
  expect(again.body.manageUrl).toBe(link)
  const [letter] = await box.to(email)
  expect(letter && textOf(letter)).toContain(link)
  const open = async (address: string) => {
    const answer = await fetch(address.replace(stack.publicUrl, stack.url), { redirect: 'manual' })
    return [answer.status, answer.headers.get('location'), answer.headers.get('set-cookie')?.split('=')[0] ?? null]
  }
  expect(await open(link)).toEqual([303, '/visit', 'rl_visit'])
  const theirs = await booked(someone('theirs@example.com'))
  expect(await open(link.replace(String(first.body.id), theirs.id))).toEqual([200, null, null])
  const signature = link.split('.').at(-1) ?? ''
  const { rows: tables } = await stack.db.client.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
  for (const { name } of tables) {
    const { rows } = await stack.db.client.execute(`SELECT * FROM "${name}"`)
    expect(JSON.stringify(rows), String(name)).not.toContain(signature)
  }
})

test('a cancellation takes back what has not left, and says so with a calendar file that removes it', async () => {
  const { id, start } = await booked(someone('second@example.com'))
  await box.to('second@example.com')
  await desk.post(`/bookings/${id}/cancellation`)
  const letters = await box.to('second@example.com', 2)
  const last = letters.find(({ subject }) => subject.includes('cancelled'))
  if (!last) throw new Error('no letter')
  const rows = (await outboxOf(stack, practice.id)).filter(({ bookingId }) => bookingId === id)
  expect(rows.map(({ kind, trouble, sequence }) => [kind, trouble, sequence])).toEqual([
    ['confirmation', null, 0],
    ['reminder', 'withdrawn', 0],
    ['cancellation', null, 1],
  ])
  const calendar = new ICAL.Component(ICAL.parse(calendarOf(last)))
  const event = calendar.getFirstSubcomponent('vevent')
  expect(calendar.getFirstPropertyValue('method')).toBe('CANCEL')
  expect(event?.getFirstPropertyValue('status')).toBe('CANCELLED')
  expect(event?.getFirstPropertyValue('sequence')).toBe(1)
  expect(event?.getFirstPropertyValue('uid')).toBe(`${id}@localhost`)
  expect(event?.getFirstPropertyValue('dtstart')?.toString()).toBe(start.replace('.000Z', 'Z'))
  // The day after the reminder would have been due it is still not there.
  await stack.worker.scheduled(Date.parse(start) - DAY_MS)
  expect(await box.to('second@example.com', 2)).toHaveLength(2)
})

test('the reminder leaves when it is due, once, however often it is looked for', async () => {
  const { start } = await booked(someone('third@example.com'))
  await box.to('third@example.com')
  for (let i = 0; i < 3; i++) await stack.worker.scheduled(Date.parse(start) - 2 * DAY_MS + i * 60_000)
  const letters = await box.to('third@example.com', 2)
  expect(letters).toHaveLength(2)
  expect(letters.map(textOf).filter((text) => text.includes('A reminder of your appointment'))).toHaveLength(1)
})

test('no letter goes to a patient without an address, or who said no', async () => {
  const silent = await booked({ ...someone(''), email: undefined })
  const refusing = await booked(someone('refusing@example.com'))
  const rows = (await outboxOf(stack, practice.id)).filter(({ bookingId }) => bookingId === silent.id)
  expect(rows).toEqual([])
  await box.to('refusing@example.com')
  await stack.db.client.execute({
    sql: `UPDATE patients SET agrees_to_mail = 0 WHERE practice_id = ? AND id =
      (SELECT patient_id FROM bookings WHERE id = ?)`,
    args: [practice.id, refusing.id],
  })
  await stack.worker.scheduled(Date.parse(refusing.start) - 2 * DAY_MS)
  expect(await box.to('refusing@example.com')).toHaveLength(1)
  const reminder = (await outboxOf(stack, practice.id)).find(
    ({ bookingId, kind }) => bookingId === refusing.id && kind === 'reminder',
  )
  expect(reminder?.trouble).toBe('the patient wants no mail')
  const { rows: acts } = await stack.db.client.execute({
    sql: 'SELECT act, by FROM audit WHERE subject = ?',
    args: [reminder?.id ?? ''],
  })
  expect(acts).toMatchObject([{ act: 'mail dropped', by: 'system' }])
})

test('who asks to be called is told by when', async () => {
  const { id } = await booked(someone('caller@example.com'))
  await box.to('caller@example.com')
  const asked = { practiceId: practice.id, requestId: 'request-1' }
  await stack.db.client.execute({
    sql: 'UPDATE patients SET agrees_to_mail = 1 WHERE id = (SELECT patient_id FROM bookings WHERE id = ?)',
    args: [id],
  })
  await stack.db.client.execute({
    sql: `INSERT INTO requests (practice_id, id, referral_id, patient_id, service_id, reference, locale, times, call_by, created_at)
      SELECT practice_id, 'request-1', referral_id, patient_id, service_id, '27HK4CFX', 'en', '', ?, ? FROM bookings WHERE id = ?`,
    args: [Date.parse('2027-03-01T20:30:00Z'), Date.now(), id],
  })
  const statement = requestMail(asked, Date.now())
  await stack.db.write((sql) => [statement(sql)])
  await stack.worker.scheduled(Date.now())
  const letters = await box.to('caller@example.com', 2)
  const letter = letters.find(({ subject }) => subject === 'Practice letters: we will call you')
  if (!letter) throw new Error('no letter')
  expect(textOf(letter).replaceAll('\u202f', ' ')).toContain('by Monday, March 1, 2027, 2:30 PM (Chicago time)')
  expect(textOf(letter)).toContain('27HK-4CFX')
  expect(calendarOf(letter)).toBe('')
})

test('a patient is written to in their language, from right to left where it is read so', async () => {
  await booked(someone('arabic@example.com'), { locale: 'ar' })
  await booked(someone('spanish@example.com'), { locale: 'es-MX' })
  await booked(someone('french@example.com'), { locale: 'fr' })
  const [arabic] = await box.to('arabic@example.com')
  const [spanish] = await box.to('spanish@example.com')
  const [french] = await box.to('french@example.com')
  if (!arabic || !spanish || !french) throw new Error('no letter')
  expect(htmlOf(arabic)).toContain('<html lang="ar" dir="rtl">')
  expect(textOf(arabic)).toContain('تم حجز موعدك')
  expect(arabic.subject).toMatch(/^\u200f\u2068Practice letters\u2069: موعدك/)
  expect(textOf(spanish)).toContain('Su cita está reservada')
  expect(textOf(french)).toContain('Your appointment is booked')
})

test('nothing in a letter is fetched from anywhere, and no line is longer than mail allows', async () => {
  for (const letter of box.all()) {
    expect(htmlOf(letter)).not.toMatch(/<(img|link|script|table|iframe)|url\(|src=/)
    const lines = letter.raw.split('\r\n')
    expect(lines.every((line) => line.length <= 200 && !/[\r\n]/.test(line))).toBe(true)
    for (const line of calendarOf(letter).split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  }
})

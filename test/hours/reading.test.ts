import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../db/database.ts'
import { bookOnce } from '../../worker/bookings/form.ts'
import { slotsOf } from '../../worker/bookings/slots.ts'
import { addFeed, listFeeds, removeFeed } from '../../worker/hours/feeds.ts'
import type { Fetch } from '../../worker/hours/fetch.ts'
import { readFeeds } from '../../worker/hours/reading.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { findPractice, findService, type Practice } from '../../worker/practices/find.ts'
import { isOnlineNow } from '../../worker/practices/online.ts'
import { calendarsOf, publishedPractice } from '../../worker/practices/published.ts'
import { changeService } from '../../worker/practices/service-change.ts'
import { startDatabase } from '../database.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A Monday in winter, at midnight in Chicago. */
const NOW = Date.parse('2027-01-11T06:00:00Z')
const env = {
  MASTER_KEY: Buffer.alloc(32, 1).toString('base64url'),
  SIGNING_KEY: 'a key for tests',
  PUBLIC_URL: 'http://localhost',
}
const keep = async () => () => []

let database: Awaited<ReturnType<typeof startDatabase>>
let db: Database
let practice: Practice
let made = 0

beforeAll(async () => {
  database = await startDatabase()
  db = database.db
})
afterAll(() => database?.stop())
beforeEach(async () => {
  practice = await practiceCalled(`feeds-${made++}`)
})

async function practiceCalled(slug: string): Promise<Practice> {
  await createPractice(db, env, { name: slug, slug, timezone: 'America/Chicago', demo: true }, NOW)
  const found = await findPractice(db, slug)
  if (!found) throw new Error('no practice')
  return found
}

const SECRET = 'https://calendar.example.com/private-cafe0123/basic.ics'
const caller = () => ({ practiceId: practice.id, by: 'key:test', scopes: [] })
async function feedOf(providerId = 'nguyen', url = SECRET, now = NOW): Promise<string> {
  const added = await addFeed(db, env, caller(), { providerId, url }, keep, now)
  if (!added.ok) throw new Error(JSON.stringify(added.errors))
  return added.feed.id
}
const calendar = (...events: [string, string][]): Fetch => {
  const text = events.map(
    ([from, until], n) =>
      `BEGIN:VEVENT\r\nUID:${n}\r\nSUMMARY:Patient X\r\nDTSTART:${from}\r\nDTEND:${until}\r\nEND:VEVENT\r\n`,
  )
  return async () => new Response(`BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${text.join('')}END:VCALENDAR\r\n`)
}
/** Nine to ten on Monday, when the first provider sees patients for consultations. */
const NINE = calendar(['20270111T150000Z', '20270111T160000Z'])
const gone: Fetch = async () => new Response('', { status: 404 })

const feeds = async () => (await listFeeds(db, practice.id, { limit: 50 })).items
const service = async () => {
  const found = await findService(db, practice.id, 'consultation')
  if (!found) throw new Error('no service')
  return found
}
const freeOnMonday = async (now = NOW) =>
  (await slotsOf(db, practice.id, await service(), { from: '2027-01-11', days: 1, providerId: 'nguyen' }, now)).map(
    ({ start }) => start.slice(11, 16),
  )
const count = async (table: string) =>
  Number((await db.client.execute(`select count(*) n from ${table} where practice_id = '${practice.id}'`)).rows[0]?.n)

test('what a calendar elsewhere says is taken is not offered, and a booking into it is refused', async () => {
  await feedOf()
  expect(await freeOnMonday()).toContain('15:00')
  await readFeeds(db, env, NINE, NOW)
  const free = await freeOnMonday()
  expect(free).not.toContain('15:00')
  expect(free).not.toContain('15:30')
  expect(free).toContain('16:00')
  const patient = { name: 'Maria Delgado-Hughes', phone: '+1 312 555 0177' }
  const request = {
    service: 'consultation',
    start: '2027-01-11T15:30:00.000Z',
    providerId: 'nguyen',
    patient,
    holdId: undefined,
  }
  expect(await bookOnce(db, env, practice, request, 'a form', NOW)).toMatchObject({ ok: false, problem: 'slot-taken' })
  expect(await feeds()).toMatchObject([{ readAt: new Date(NOW).toISOString(), trouble: null }])
})

test('read again, the busy times are replaced whole; when it cannot be read, they stay and the feed says why', async () => {
  const id = await feedOf()
  await readFeeds(db, env, NINE, NOW)
  await readFeeds(db, env, gone, NOW + 10 * MINUTE)
  expect((await feeds())[0]?.trouble).toBeNull()
  await readFeeds(db, env, gone, NOW + 15 * MINUTE)
  expect(await feeds()).toMatchObject([
    { id, readAt: new Date(NOW).toISOString(), trouble: expect.stringMatching(/404/) },
  ])
  expect(await freeOnMonday()).not.toContain('15:00')
  await readFeeds(db, env, calendar(['20270111T170000Z', '20270111T173000Z']), NOW + 30 * MINUTE)
  expect(await freeOnMonday()).toContain('15:00')
  expect(await count('busy_times')).toBe(1)
})

test('the address and what the calendar says of patients are nowhere to be read', async () => {
  const id = await feedOf()
  await readFeeds(db, env, NINE, NOW)
  await readFeeds(db, env, () => Promise.reject(new Error(`no way to ${SECRET}`)), NOW + 20 * MINUTE)
  const rows = await db.client.batch(['select * from calendar_feeds', 'select * from busy_times'], 'read')
  const told = JSON.stringify([rows, await feeds()])
  expect(told).toContain(id)
  expect(told).not.toMatch(/cafe0123|calendar\.example|Patient X/)
})

test('a calendar that is removed while it is read leaves nothing behind', async () => {
  const id = await feedOf()
  await readFeeds(
    db,
    env,
    async (...asked) => {
      await removeFeed(db, practice.id, id, keep, NOW)
      return NINE(...asked)
    },
    NOW,
  )
  expect(await count('busy_times')).toBe(0)
  expect(await feeds()).toEqual([])
  const { rows } = await db.client.execute({ sql: 'select url from calendar_feeds where id = ?', args: [id] })
  expect(rows[0]?.url).toBe('')
  expect(await removeFeed(db, practice.id, id, keep, NOW)).toBeNull()
})

test('a few are read a minute, and the one that waits longest is first, though others break', async () => {
  for (let n = 0; n < 8; n++) await feedOf('nguyen', `https://calendar${n}.example.com/a.ics`, NOW + n)
  const asked: string[] = []
  const watched: Fetch = async (address) => {
    const { host } = new URL(address)
    if (/^calendar\d/.test(host)) asked.push(host)
    return new Response('', { status: 500 })
  }
  for (const minute of [0, 1, 2]) await readFeeds(db, env, watched, NOW + HOUR + minute * MINUTE)
  expect(new Set(asked).size).toBe(8)
  expect(asked).toHaveLength(8)
})

test('a long absence is kept in pieces of a day, and all of it is taken', async () => {
  await feedOf()
  await readFeeds(db, env, calendar(['20270109T000000Z', '20270301T000000Z']), NOW)
  expect(await freeOnMonday()).toEqual([])
  const later = { from: '2027-02-22', days: 9, providerId: 'nguyen' }
  const free = await slotsOf(db, practice.id, { ...(await service()), horizonDays: 90 }, later, NOW)
  expect(free[0]?.start).toBe('2027-03-01T14:30:00.000Z')
})

test('another practice sees none of it: neither the calendars nor the busy times', async () => {
  const id = await feedOf()
  await readFeeds(db, env, NINE, NOW)
  practice = await practiceCalled('another')
  expect(await feeds()).toEqual([])
  expect(await removeFeed(db, practice.id, id, keep, NOW)).toBeNull()
  expect(await freeOnMonday()).toContain('15:00')
})

test('beside calendars elsewhere a service is booked online only while each of them was read within a day', async () => {
  const change = (now: number) => changeService(db, practice.id, 'consultation', { calendar: 'imported' }, keep, now)
  const online = async (now: number) => {
    const published = await publishedPractice(db, practice.slug, now)
    if (!published) throw new Error('no practice')
    const { providerIds, feeds: read } = calendarsOf(published, { id: 'consultation' })
    expect(new Set(providerIds)).toEqual(new Set(['nguyen', 'whitcombe', 'adeyemi']))
    expect(read).toHaveLength((await feeds()).length)
    return isOnlineNow(db, practice, await service(), now)
  }
  expect(await change(NOW)).toMatchObject({ ok: false, problem: 'calendar-unread' })
  for (const provider of ['nguyen', 'whitcombe', 'adeyemi']) await feedOf(provider)
  const unread = await change(NOW)
  expect(unread).toMatchObject({ problem: 'calendar-unread', providers: expect.arrayContaining(['nguyen', 'adeyemi']) })
  await readFeeds(db, env, NINE, NOW)
  expect(await change(NOW)).toMatchObject({ ok: true, service: { calendar: 'imported', mode: 'book' } })
  expect(await online(NOW + 24 * HOUR)).toBe(true)
  expect(await online(NOW + 24 * HOUR + 1)).toBe(false)
  const patient = { name: 'Maria Delgado-Hughes', phone: '+1 312 555 0177' }
  const request = { service: 'consultation', start: '2027-01-13T15:30:00.000Z', patient, holdId: undefined }
  const late = NOW + 25 * HOUR
  expect(await bookOnce(db, env, practice, request, 'late', late)).toMatchObject({ problem: 'not-bookable' })
  await readFeeds(db, env, NINE, late)
  expect(await bookOnce(db, env, practice, request, 'later', late)).toMatchObject({ ok: true })
})

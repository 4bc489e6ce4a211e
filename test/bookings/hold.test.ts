import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../db/database.ts'
import { services } from '../../db/schema.ts'
import { bookOnce } from '../../worker/bookings/form.ts'
import { cleanHolds, findHold, type Held, type Hold, hold, release, renew } from '../../worker/bookings/hold.ts'
import { slotsOf } from '../../worker/bookings/slots.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { findPractice, findService, type Practice, type Service } from '../../worker/practices/find.ts'
import { startDatabase } from '../database.ts'

const MINUTE = 60_000
/** A Monday in winter, at midnight in Chicago. */
const NOW = Date.parse('2027-01-11T06:00:00Z')
const env = {
  MASTER_KEY: Buffer.alloc(32, 1).toString('base64url'),
  SIGNING_KEY: 'a key for tests',
  PUBLIC_URL: 'http://localhost',
}

let database: Awaited<ReturnType<typeof startDatabase>>
let db: Database
let practice: Practice
let service: Service
let made = 0

beforeAll(async () => {
  database = await startDatabase()
  db = database.db
})
afterAll(() => database?.stop())

beforeEach(async () => {
  const slug = `held-${made++}`
  await createPractice(db, env, { name: 'Held', slug, timezone: 'America/Chicago', demo: true }, NOW)
  practice = there(await findPractice(db, slug))
  service = there(await findService(db, practice.id, 'consultation'))
})

test('a held slot is free for nobody but its holder, and cannot be held twice', async () => {
  const [first] = await free()
  const held = mine(await keep(NOW))
  expect(held.until - NOW).toBe(5 * MINUTE)
  expect(await free()).not.toContainEqual(first)
  expect(await free(NOW, held.id)).toContainEqual(first)
  const second = await keep(NOW + MINUTE)
  expect(second).toMatchObject({ ok: false, problem: 'slot-taken', nearest: expect.anything() })
  expect(await book(NOW + MINUTE, 'somebody', undefined)).toMatchObject({ ok: false, problem: 'slot-taken' })
})

test('of fifty people who choose the same slot at once one holds it', async () => {
  const all = await Promise.all(Array.from({ length: 50 }, () => keep(NOW)))
  expect(all.filter(({ ok }) => ok)).toHaveLength(1)
})

test('a hold takes the buffers of its visit too', async () => {
  const buffers = { bufferBeforeMinutes: 5, bufferAfterMinutes: 10 }
  await db.write((sql) => [sql.update(services).set(buffers).where(eq(services.practiceId, practice.id))])
  service = { ...service, ...buffers }
  const held = mine(await keep(NOW))
  expect([held.busyFrom, held.busyUntil]).toEqual([held.startsAt - 5 * MINUTE, held.endsAt + 10 * MINUTE])
  const next = { start: '2027-01-11T15:30:00.000Z', providerId: PROVIDER }
  expect(await hold(db, practice.id, service, next, NOW)).toMatchObject({ ok: false, problem: 'slot-taken' })
  expect(await hold(db, practice.id, service, { ...next, start: '2027-01-11T16:00:00.000Z' }, NOW)).toMatchObject({
    ok: true,
  })
})

test('a hold runs out after five minutes, and then the slot is free again', async () => {
  const held = mine(await keep(NOW))
  expect(await findHold(db, practice.id, held.id, NOW + 4 * MINUTE)).not.toBeNull()
  expect(await findHold(db, practice.id, held.id, NOW + 5 * MINUTE)).toBeNull()
  expect(await renew(db, practice.id, held.id, NOW + 6 * MINUTE)).toBeNull()
  expect((await keep(NOW + 6 * MINUTE)).ok).toBe(true)
})

test('every page that is sent prolongs it by five minutes, up to twenty from the first', async () => {
  const held = mine(await keep(NOW))
  const until: number[] = []
  for (const minute of [4, 8, 12, 16, 19]) {
    const longer = await renew(db, practice.id, held.id, NOW + minute * MINUTE)
    until.push(((longer?.until ?? 0) - NOW) / MINUTE)
  }
  expect(until).toEqual([9, 13, 17, 20, 20])
  expect(await renew(db, practice.id, held.id, NOW + 20 * MINUTE)).toBeNull()
})

test('a slot given back is free at once', async () => {
  const held = mine(await keep(NOW))
  await release(db, practice.id, held.id)
  expect((await keep(NOW + 1)).ok).toBe(true)
})

test('the booking takes the place of its hold, and the same form sent again is the same booking', async () => {
  const held = mine(await keep(NOW))
  const first = await book(NOW + MINUTE, 'one form', held.id)
  expect(first).toMatchObject({ ok: true, booking: { providerId: held.providerId } })
  expect(await findHold(db, practice.id, held.id, NOW + MINUTE)).toBeNull()
  expect(await book(NOW + 2 * MINUTE, 'one form', held.id)).toEqual(first)
})

test('who comes after their hold ran out gets the slot while nobody else has it', async () => {
  const held = mine(await keep(NOW))
  const late = NOW + 30 * MINUTE
  expect((await book(late, 'late form', held.id)).ok).toBe(true)
})

test('holds that ran out are removed by schedule, others stay', async () => {
  const held = mine(await keep(NOW))
  await cleanHolds(db, NOW + 4 * MINUTE)
  expect(await findHold(db, practice.id, held.id, NOW)).not.toBeNull()
  await cleanHolds(db, NOW + 10 * MINUTE)
  expect(await findHold(db, practice.id, held.id, NOW)).toBeNull()
})

test('a time that is past or not offered is not held', async () => {
  const at = (start: string) => hold(db, practice.id, service, { start }, NOW)
  expect(await at('2027-01-10T15:00:00.000Z')).toEqual({ ok: false, problem: 'slot-past' })
  expect(await at('2027-01-11T15:07:00.000Z')).toEqual({ ok: false, problem: 'slot-unknown' })
})

/** Nine on Monday, when one provider alone sees patients for this service. */
const START = '2027-01-11T15:00:00.000Z'
const PROVIDER = 'nguyen'
const keep = (now: number) => hold(db, practice.id, service, { start: START, providerId: PROVIDER }, now)
const free = async (now = NOW, exceptHold?: string) =>
  (await slotsOf(db, practice.id, service, { from: '2027-01-11', days: 1, exceptHold }, now)).filter(
    ({ start, providerId }) => start === START && providerId === PROVIDER,
  )
const book = (now: number, key: string, holdId: string | undefined) =>
  bookOnce(
    db,
    env,
    practice,
    {
      service: service.id,
      start: START,
      providerId: PROVIDER,
      patient: { name: 'Maria Delgado-Hughes', phone: '+1 312 555 0177' },
      holdId,
    },
    key,
    now,
  )

function mine(held: Held): Hold {
  if (!held.ok) throw new Error(held.problem)
  return held.hold
}

function there<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('not found')
  return found
}

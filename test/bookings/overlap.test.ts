import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database, Written } from '../../db/database.ts'
import { bookingEvents, bookings, holds, patients, referrals, services } from '../../db/schema.ts'
import { type Random, randomFrom } from '../../db/seed/random.ts'
import { type Free, freeStarts } from '../../worker/bookings/availability.ts'
import { readCalendar } from '../../worker/bookings/calendar.ts'
import { ACTIVE_STATUSES } from '../../worker/bookings/occupied.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { findPractice, type Service } from '../../worker/practices/find.ts'
import { startDatabase } from '../database.ts'

const MINUTE = 60_000
/** A Sunday in winter. */
const NOW = Date.parse('2027-01-10T18:00:00Z')
const env = { MASTER_KEY: Buffer.alloc(32, 1).toString('base64url'), PUBLIC_URL: 'http://localhost' }

let database: Awaited<ReturnType<typeof startDatabase>>
let db: Database

beforeAll(async () => {
  database = await startDatabase()
  db = database.db
})
afterAll(() => database?.stop())

/** A practice of the demo's, whose five providers see patients for several services; one patient is enough. */
async function practiceCalled(slug: string) {
  await createPractice(db, env, { name: slug, slug, timezone: 'America/Chicago', demo: true }, NOW)
  const practiceId = String((await findPractice(db, slug))?.id)
  const patient = { practiceId, id: 'patient', createdAt: NOW }
  const referral = { practiceId, id: 'referral', patientId: 'patient', serviceId: 'consultation', openedAt: NOW }
  await db.write((sql) => [sql.insert(patients).values(patient), sql.insert(referrals).values(referral)])
  return practiceId
}

const rowOf = (practiceId: string, id: string, service: Service, free: Omit<Free, 'timezone'>) => ({
  ...{ practiceId, id, referralId: 'referral', patientId: 'patient', serviceId: service.id, reference: id },
  ...{ providerId: free.providerId, locationId: free.locationId, startsAt: free.startsAt, endsAt: free.endsAt },
  ...{ busyFrom: free.busyFrom, busyUntil: free.busyUntil, capacity: service.capacity },
  ...{ status: 'booked' as const, via: 'online' as const, locale: 'en' },
})

test('what is offered and what the database takes agree, whatever is booked, held, moved and cancelled, with buffers', async () => {
  const random = randomFrom('rule and trigger')
  const practiceId = await practiceCalled('agreeing')
  const seen = { taken: 0, refused: 0, moved: 0, held: 0, cancelled: 0, grouped: 0 }
  const made: { id: string; service: Service }[] = []
  for (let n = 0, now = NOW; n < 400; n++, now += random.between(0, 90_000)) {
    const service = await aService(practiceId, random)
    const own = random.chance(0.3) && made.length > 0 ? random.pick(made) : null
    const wanted = await candidate(practiceId, own?.service ?? service, own?.id ?? '', random, now)
    if (!wanted) continue
    const id = `made-${n}`
    const event = {
      practiceId,
      id: `event-${n}`,
      bookingId: own?.id ?? id,
      status: 'booked' as const,
      at: now,
      by: 'system',
    }
    const act = random.next()
    let written: Written
    if (own && act < 0.4) {
      seen.cancelled++
      await db.write((sql) => [sql.update(bookings).set({ status: 'cancelled' }).where(is(practiceId, own.id))])
      continue
    } else if (own) {
      seen.moved++
      const { startsAt, endsAt, busyFrom, busyUntil, providerId } = wanted.slot
      // In place, and back among the active where it was cancelled.
      const moved = { startsAt, endsAt, busyFrom, busyUntil, providerId, status: 'booked' as const }
      written = await db.write((sql) => [
        sql.insert(bookingEvents).values(event),
        sql.update(bookings).set(moved).where(is(practiceId, own.id)),
      ])
    } else if (act < 0.3) {
      seen.held++
      const { reference: _, status: __, ...row } = rowOf(practiceId, id, service, wanted.slot)
      written = await db.write((sql) => [sql.insert(holds).values({ ...row, madeAt: now, until: now + 5 * MINUTE })])
    } else {
      written = await db.write((sql) => [
        sql.insert(bookings).values({ ...rowOf(practiceId, id, service, wanted.slot), createdAt: now }),
      ])
      if (written.ok) made.push({ id, service })
    }
    expect([n, written.ok ? 'taken' : written.refused]).toEqual([n, wanted.isFree ? 'taken' : 'slot taken'])
    seen[written.ok ? 'taken' : 'refused']++
    if (written.ok && wanted.isShared) seen.grouped++
  }
  expect(await overlapsOf(practiceId)).toEqual([])
  for (const [what, times] of Object.entries(seen)) expect([what, times > 5]).toEqual([what, true])
})

/** One of four, whose length and buffers change now and then, as an owner may change them. */
async function aService(practiceId: string, random: Random): Promise<Service> {
  const id = random.pick(['consultation', 'hip-and-knee', 'joint-class', 'joint-class', 'spine'])
  if (random.chance(0.2)) {
    const minutes = random.pick([10, 30, 45, 90])
    const [bufferBeforeMinutes, bufferAfterMinutes] = [random.pick([0, 0, 5, 40]), random.pick([0, 0, 10, 75])]
    const capacity = id === 'joint-class' ? 3 : 1
    const changed = { minutes, bufferBeforeMinutes, bufferAfterMinutes, capacity, stepMinutes: 30, leadMinutes: 0 }
    const its = and(eq(services.practiceId, practiceId), eq(services.id, id))
    await db.write((sql) => [sql.update(services).set(changed).where(its)])
  }
  const rows = await db.read((sql) =>
    sql
      .select()
      .from(services)
      .where(is(practiceId, id, services)),
  )
  return rows[0] as Service
}

/** A time on the grid of the coming week, of which the rule says whether it is free for whoever has this booking. */
async function candidate(practiceId: string, service: Service, except: string, random: Random, now: number) {
  const range = { from: '2027-01-11', days: 5 }
  const { hours, taken } = await readCalendar(db, practiceId, service.id, range, now)
  const all = freeStarts(service, hours, [], range, now)
  if (all.length === 0) return null
  const slot = random.pick(all)
  const [own] = await db.read((sql) => sql.select().from(bookings).where(is(practiceId, except)))
  let isOut = false
  const others = taken.filter((one) => {
    const isOwn =
      own &&
      !isOut &&
      ACTIVE_STATUSES.some((status) => status === own.status) &&
      one.providerId === own.providerId &&
      one.serviceId === own.serviceId &&
      one.busyFrom === own.busyFrom &&
      one.busyUntil === own.busyUntil
    if (isOwn) isOut = true
    return !isOwn
  })
  const isFree = freeStarts(service, hours, others, range, now).some(
    (one) => one.startsAt === slot.startsAt && one.providerId === slot.providerId,
  )
  const isShared = others.some(
    (one) => one.serviceId === service.id && one.startsAt === slot.startsAt && one.providerId === slot.providerId,
  )
  return { slot, isFree, isShared }
}

const is = (practiceId: string, id: string, table: typeof bookings | typeof services = bookings) =>
  and(eq(table.practiceId, practiceId), eq(table.id, id))

/** Active bookings, two by two, that take the same time of a provider and are no group. */
async function overlapsOf(practiceId: string): Promise<string[]> {
  const rows = (await db.read((sql) => sql.select().from(bookings).where(eq(bookings.practiceId, practiceId)))).filter(
    ({ status }) => ACTIVE_STATUSES.some((one) => one === status),
  )
  return rows.flatMap((a, i) =>
    rows
      .slice(i + 1)
      .filter(
        (b) =>
          a.providerId === b.providerId &&
          Number(a.busyFrom) < Number(b.busyUntil) &&
          Number(b.busyFrom) < Number(a.busyUntil) &&
          (a.serviceId !== b.serviceId || a.startsAt !== b.startsAt),
      )
      .map((b) => `${a.id} ${b.id}`),
  )
}

test('a booking that came before there were buffers keeps its own time free, and no more', async () => {
  const practiceId = await practiceCalled('older')
  const [row] = await db.read((sql) =>
    sql
      .select()
      .from(services)
      .where(is(practiceId, 'consultation', services)),
  )
  const service = { ...(row as Service), bufferAfterMinutes: 20 }
  const [ten, halfPast] = ['10:00', '10:30'].map((clock) => freeAt(`2027-01-11T${clock}:00Z`, service))
  const write = (id: string, free: Omit<Free, 'timezone'>, busy: object = {}) =>
    db.write((sql) => [
      sql.insert(bookings).values({ ...rowOf(practiceId, id, service, free), createdAt: NOW, ...busy }),
    ])
  expect(await write('older', halfPast as Free, { busyFrom: null, busyUntil: null })).toMatchObject({ ok: true })
  expect(await write('before', ten as Free)).toEqual({ ok: false, refused: 'slot taken' })
  expect(await write('after', freeAt('2027-01-11T11:00:00Z', service))).toMatchObject({ ok: true })
  // A change is asked too, though neither start nor provider changes; and so are the holds of others.
  const change = (set: Partial<typeof bookings.$inferInsert>, id = 'older') =>
    db.write((sql) => [sql.update(bookings).set(set).where(is(practiceId, id))])
  const [at11, at12] = [Date.parse('2027-01-11T11:00:00Z'), Date.parse('2027-01-11T12:00:00Z')]
  expect(await change({ busyUntil: at11 + 1 })).toEqual({ ok: false, refused: 'slot taken' })
  expect(await change({ busyUntil: at11 })).toMatchObject({ ok: true })
  const {
    reference: _,
    status: __,
    ...held
  } = rowOf(practiceId, 'held', service, freeAt('2027-01-11T12:00:00Z', service))
  await db.write((sql) => [sql.insert(holds).values({ ...held, madeAt: NOW, until: NOW + 5 * MINUTE })])
  expect(await change({ busyUntil: at12 + 1 }, 'after')).toEqual({ ok: false, refused: 'slot taken' })
  // The newest event says that it is later: the hold has run out.
  const event = {
    practiceId,
    id: 'late',
    bookingId: 'after',
    status: 'booked' as const,
    at: NOW + 5 * MINUTE,
    by: 'system',
  }
  await db.write((sql) => [sql.insert(bookingEvents).values(event)])
  expect(await change({ busyUntil: at12 + 1 }, 'after')).toMatchObject({ ok: true })
})

const freeAt = (start: string, { minutes, bufferBeforeMinutes, bufferAfterMinutes }: Service) => {
  const startsAt = Date.parse(start)
  const endsAt = startsAt + minutes * MINUTE
  const [busyFrom, busyUntil] = [startsAt - bufferBeforeMinutes * MINUTE, endsAt + bufferAfterMinutes * MINUTE]
  return { startsAt, endsAt, busyFrom, busyUntil, providerId: 'nguyen', locationId: 'chicago' }
}

test('no visit with its buffers is longer than a day: the database refuses the service', async () => {
  const practiceId = await practiceCalled('long')
  const change = (minutes: number, bufferAfterMinutes: number) =>
    db.write((sql) => [
      sql
        .update(services)
        .set({ minutes, bufferAfterMinutes })
        .where(is(practiceId, 'consultation', services)),
    ])
  expect(await change(1000, 440)).toMatchObject({ ok: true })
  expect(await change(1000, 441)).toEqual({ ok: false, refused: 'visit longer than a day' })
})

test('a provider with ten thousand visits behind them is asked about no more rows than a new one', async () => {
  const practiceId = await practiceCalled('many-years')
  const [row] = await db.read((sql) =>
    sql
      .select()
      .from(services)
      .where(is(practiceId, 'consultation', services)),
  )
  const service = row as Service
  const start = (n: number) => freeAt(new Date(NOW + n * 30 * MINUTE).toISOString(), service)
  const read = async (n: number) => {
    const { busyFrom, busyUntil, startsAt, endsAt } = start(n)
    return rowsRead(
      `insert into holds (practice_id, id, service_id, provider_id, location_id, starts_at, ends_at, capacity, busy_from, busy_until, made_at, until)
       values ('${practiceId}', 'hold ${n}', 'consultation', 'nguyen', 'chicago', ${startsAt}, ${endsAt}, 1, ${busyFrom}, ${busyUntil}, ${NOW}, ${NOW + 1})`,
    )
  }
  const before = await read(-30_000)
  // The triggers ask at each of these too; a copy of one row by one statement is quick for all that.
  await db.write((sql) => [
    sql.insert(bookings).values({ ...rowOf(practiceId, 'one', service, start(0)), createdAt: NOW }),
  ])
  const shift = `(n.value - 10000) * ${30 * MINUTE}`
  await db.client.execute(`insert into bookings select practice_id, 'b' || n.value, referral_id, patient_id, service_id,
    provider_id, location_id, starts_at + ${shift}, ends_at + ${shift}, capacity, status, 'b' || n.value, via, locale, reason,
    created_at, cancelled_at, seen_at, moved_from, answers, busy_from + ${shift}, busy_until + ${shift}, sequence
    from bookings, (with recursive n(value) as (select 0 union all select value + 1 from n where value < 9999) select value from n) n
    where id = 'one' and practice_id = '${practiceId}'`)
  // Two days of visits, at 48 a day, may be near; of ten thousand no more.
  expect(await read(48)).toBeLessThan(before + 150)
})

/** How many rows the database read for a statement, as it says itself. */
async function rowsRead(sql: string): Promise<number> {
  const body = JSON.stringify({ requests: [{ type: 'execute', stmt: { sql } }, { type: 'close' }] })
  const answer: Pipeline = Object(await (await fetch(`${database.url}/v2/pipeline`, { method: 'POST', body })).json())
  return answer.results[0].response.result.rows_read
}
type Pipeline = { results: [{ response: { result: { rows_read: number } } }] }

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, stored } from '../../db/database.ts'
import * as schema from '../../db/schema.ts'
import { count, type Fact } from '../../worker/counts/count.ts'
import { byReferrer } from '../../worker/stats/referrers.ts'
import { summarize } from '../../worker/stats/summary.ts'
import { startDatabase } from '../database.ts'

/*
 * Riverside has Dr Ana Ortiz, Dr Bo Lund and a shared pad. Five patients scanned in November: two booked, one booked and
 * cancelled, one booking was an error of the desk, one never booked. The first scanned again and booked again for the
 * same problem. Another practice has the same ids.
 */
const NOW = Date.parse('2026-11-23T18:00Z')
const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const november = { from: '2026-11-01', to: '2026-11-30' }
const practice = { id: 'north', timezone: 'America/Chicago' }
const at = (day: string, clock = '15:00') => Date.parse(`${day}T${clock}Z`)

let db: Database
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ db, stop } = await startDatabase())
  for (const practiceId of ['north', 'south']) await setUp(practiceId)
})
afterAll(() => stop())

async function setUp(practiceId: string): Promise<void> {
  const own = { practiceId }
  const facts: Fact[] = []
  const ortiz = { officeId: 'riverside', referrerId: 'ortiz', linkId: 'card' }
  const monthly = (referrerId: string | null, days: string[]) => {
    for (const day of days)
      facts.push({ measure: 'referral', at: at(day), officeId: 'riverside', referrerId, linkId: '' })
  }
  // Dr Lund sent one every fortnight for a year, and none since the end of July.
  monthly('lund', fortnights('2025-08-01', '2026-07-31'))
  // The shared pad began in October.
  monthly(null, ['2026-10-05', '2026-10-20'])

  const patients = ['a', 'b', 'c', 'd', 'e', 'again'].map((id) => ({ ...own, id, createdAt: NOW }))
  const visits = patients.map(({ id }) => ({ ...own, ...ortiz, id, at: at('2026-11-10'), how: 'script' as const }))
  facts.push({ measure: 'visit', at: at('2026-11-10'), ...ortiz, n: patients.length })
  const booked = [
    { id: 'a', status: 'fulfilled', startsAt: at('2026-11-16') },
    { id: 'b', status: 'booked', startsAt: at('2026-11-17') },
    { id: 'c', status: 'cancelled', startsAt: at('2026-11-18') },
    { id: 'd', status: 'entered_in_error', startsAt: at('2026-11-19') },
  ] as const
  const referrals = booked.map(({ id }) => ({
    ...own,
    id,
    patientId: id,
    serviceId: 'hip',
    openedAt: at('2026-11-10', '15:05'),
  }))
  const bookings = [
    ...booked.map((booking) => ({ ...booking, referralId: booking.id })),
    { id: 'again', referralId: 'a', status: 'fulfilled' as const, startsAt: at('2026-11-20') },
  ]
  const credit = {
    ...own,
    ...ortiz,
    officeEvidence: 'visit',
    referrerEvidence: 'visit',
    windowDays: 90,
    ruleVersion: 1,
    at: NOW,
    by: 'system',
  } as const
  stored(
    await db.write((sql) => [
      sql
        .insert(schema.practices)
        .values({ id: practiceId, slug: practiceId, name: practiceId, timezone: practice.timezone, createdAt: 0 }),
      sql
        .insert(schema.services)
        .values({ ...own, id: 'hip', slug: 'hip', name: 'Hip', position: 0, minutes: 30, stepMinutes: 30 }),
      sql.insert(schema.providers).values({ ...own, id: 'dr', name: 'Dr Who' }),
      sql.insert(schema.locations).values({ ...own, id: 'here', name: 'Here', timezone: practice.timezone }),
      sql.insert(schema.offices).values({ ...own, id: 'riverside', name: 'Riverside', createdAt: at('2025-01-01') }),
      sql.insert(schema.referrers).values([
        { ...own, id: 'ortiz', name: 'Dr Ana Ortiz', createdAt: at('2026-11-01') },
        { ...own, id: 'lund', name: 'Dr Bo Lund', createdAt: at('2025-01-01') },
        { ...own, id: 'idle', name: 'Dr Cy Rest', createdAt: at('2025-01-01') },
        { ...own, id: 'gone', name: 'Dr Di Moved', createdAt: at('2025-01-01') },
      ]),
      sql.insert(schema.referrerOffices).values([
        { ...own, referrerId: 'idle', officeId: 'riverside', fromDay: '2025-01-01' },
        { ...own, referrerId: 'gone', officeId: 'riverside', fromDay: '2025-01-01', untilDay: '2026-10-31' },
      ]),
      sql.insert(schema.links).values({
        ...own,
        id: 'card',
        code: practiceId,
        officeId: 'riverside',
        referrerId: 'ortiz',
        serviceId: 'hip',
        channel: 'card',
        createdAt: 0,
        by: 'system',
      }),
      sql.insert(schema.visits).values(visits),
      sql.insert(schema.patients).values(patients),
      sql.insert(schema.referrals).values(referrals),
      sql.insert(schema.credits).values([
        ...booked.map(({ id }) => ({ ...credit, referralId: id, version: 1, scanId: id })),
        // Somebody looked again at what the desk wrote for b; the scan is the same.
        { ...credit, referralId: 'b', version: 2, scanId: 'b', referrerEvidence: 'patient' },
      ]),
      sql.insert(schema.bookings).values(
        bookings.map((booking) => ({
          ...own,
          ...booking,
          patientId: booking.id,
          serviceId: 'hip',
          providerId: 'dr',
          locationId: 'here',
          endsAt: booking.startsAt + 30 * MINUTE_MS,
          capacity: 1,
          reference: booking.id,
          via: 'online' as const,
          locale: 'en',
          createdAt: at('2026-11-10', '15:05'),
        })),
      ),
      ...count(sql, { id: practiceId, timezone: practice.timezone }, facts),
    ]),
  )
}

function fortnights(from: string, to: string): string[] {
  const days: string[] = []
  for (let time = at(from); time <= at(to); time += 14 * DAY_MS) days.push(new Date(time).toISOString().slice(0, 10))
  return days
}

const rowOf = async (name: string, day = NOW) =>
  (await byReferrer(db, practice, november, day)).rows.find((row) => row.name === name)

test('the visit that led to a referred patient counts once: cancelled ones too, further bookings and errors of the desk not', async () => {
  expect(await rowOf('Dr Ana Ortiz')).toMatchObject({ visits: 6, conversion: { n: 3, of: 6 } })
  expect((await summarize(db, practice, november, NOW)).conversion).toMatchObject({ n: 3, of: 6 })
})

test('a booking that is over without a record is unknown, not zero; one to come is neither, and one that has begun is under way', async () => {
  expect((await summarize(db, practice, november, NOW)).unrecorded).toBe(1)
  expect(await rowOf('Dr Ana Ortiz')).toMatchObject({ unrecorded: 1, seen: 0 })
  const meanwhile = await summarize(db, practice, november, at('2026-11-17', '15:10'))
  expect(meanwhile).toMatchObject({ unrecorded: 0, underWay: 1 })
  expect(await summarize(db, practice, november, at('2026-11-17', '14:59'))).toMatchObject({
    unrecorded: 0,
    underWay: 0,
  })
})

test('a referrer who sent patients for a year and then none has lapsed; without rows in the range they are still listed', async () => {
  const before = await byReferrer(db, practice, { from: '2026-07-01', to: '2026-07-31' }, NOW)
  expect(before.rows.find(({ name }) => name === 'Dr Bo Lund')).toMatchObject({ trend: 'steady', referrals: 3 })
  const compared = await byReferrer(db, practice, november, NOW, { from: '2026-07-01', to: '2026-07-31' })
  expect(compared.rows.find(({ name }) => name === 'Dr Bo Lund')).toMatchObject({
    trend: 'lapsed',
    referrals: 0,
    previous: { referrals: 3 },
  })
})

test("an office's shared cards are a row without a referrer, under the office's name", async () => {
  const { rows } = await byReferrer(db, practice, { from: '2026-10-01', to: '2026-10-31' }, NOW)
  expect(rows[0]).toMatchObject({
    referrerId: null,
    officeId: 'riverside',
    name: 'Riverside',
    office: 'Riverside',
    referrals: 2,
    trend: 'new',
  })
})

test('who works at an office in the range is listed although they sent nobody; who left before is not', async () => {
  expect(await rowOf('Dr Cy Rest')).toMatchObject({
    referrals: 0,
    scans: 0,
    trend: 'too few to say',
    conversion: { n: 0, of: 0 },
  })
  expect(await rowOf('Dr Di Moved')).toBeUndefined()
})

import { and, eq, gt, inArray, lt, ne } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { bookings, holds, locations, weeklyHours } from '../../db/schema.ts'
import { disjoint, type Free, freeStarts, type Offer, type Opening, type Taken } from './availability.ts'
import { dayAfter, wallAt } from './wall.ts'

/** A time that can be booked: ISO instants in UTC, to be shown in `timezone`. */
export interface Slot {
  start: string
  end: string
  timezone: string
  providerId: string
  locationId: string
}

/** Local days; `exceptHold` is the hold of whoever asks: their own slot is free for them. */
export interface Range {
  from: string
  days: number
  exceptHold?: string | undefined
  ignoreTaken?: boolean
}

/** The statuses in which a booking occupies its provider's time; the overlap trigger names the same. */
export const ACTIVE_STATUSES = ['booked', 'arrived', 'fulfilled', 'no_show'] as const

/** How many days before and after a time that was taken are searched for free ones, and how many are offered. */
const NEAR_DAYS = 7
const NEAREST = 5
const DAY_MS = 86_400_000

/**
 * The free times of a service on the local days from..from+days-1 of each location, sorted, disjoint for each provider.
 * Past days, the lead time and the horizon are left out. Whether the service is booked online at all is not asked here.
 */
export async function slotsOf(
  db: Database,
  practiceId: string,
  service: Offer,
  range: Range,
  now: number,
): Promise<Slot[]> {
  return disjoint(await readFree(db, practiceId, service, range, now)).map(toSlot)
}

/**
 * Who is free at exactly this start, the first available provider first. `startsAt` in milliseconds. `exceptHold` is
 * the hold of whoever asks; `ignoreTaken` tells a slot that is taken from a time that was never offered.
 */
export async function freeAt(
  db: Database,
  practiceId: string,
  service: Offer,
  startsAt: number,
  now: number,
  but: { exceptHold?: string | undefined; ignoreTaken?: boolean } = {},
): Promise<Free[]> {
  const free = await readFree(db, practiceId, service, { ...daysAround(startsAt, 1), ...but }, now)
  return free.filter((slot) => slot.startsAt === startsAt)
}

/** The free times nearest to one that was taken, in the order of time. */
export async function nearestSlots(
  db: Database,
  practiceId: string,
  service: Offer,
  startsAt: number,
  now: number,
): Promise<Slot[]> {
  const free = disjoint(await readFree(db, practiceId, service, daysAround(startsAt, NEAR_DAYS), now))
  return free
    .sort((a, b) => Math.abs(a.startsAt - startsAt) - Math.abs(b.startsAt - startsAt))
    .slice(0, NEAREST)
    .sort((a, b) => a.startsAt - b.startsAt)
    .map(toSlot)
}

/** Whoever sees patients for the service, where and when. */
export const readOpenings = (db: Database, practiceId: string, serviceId: string): Promise<Opening[]> =>
  db.read((sql) =>
    sql
      .select({
        providerId: weeklyHours.providerId,
        locationId: weeklyHours.locationId,
        timezone: locations.timezone,
        weekday: weeklyHours.weekday,
        opens: weeklyHours.opens,
        closes: weeklyHours.closes,
      })
      .from(weeklyHours)
      .innerJoin(
        locations,
        and(eq(locations.practiceId, weeklyHours.practiceId), eq(locations.id, weeklyHours.locationId)),
      )
      .where(and(eq(weeklyHours.practiceId, practiceId), eq(weeklyHours.serviceId, serviceId))),
  )

async function readFree(db: Database, practiceId: string, service: Offer, range: Range, now: number): Promise<Free[]> {
  // No local day begins or ends more than a day away from the same day in UTC, and no visit is longer than a day.
  const after = Date.parse(`${range.from}T00:00:00Z`) - 2 * DAY_MS
  const before = after + (range.days + 4) * DAY_MS
  const [openings, booked, held] = await Promise.all([
    readOpenings(db, practiceId, service.id),
    db.read((sql) =>
      sql
        .select(takenColumns(bookings))
        .from(bookings)
        .where(
          and(
            eq(bookings.practiceId, practiceId),
            gt(bookings.startsAt, after),
            lt(bookings.startsAt, before),
            inArray(bookings.status, ACTIVE_STATUSES),
          ),
        ),
    ),
    db.read((sql) =>
      sql
        .select(takenColumns(holds))
        .from(holds)
        .where(
          and(
            eq(holds.practiceId, practiceId),
            gt(holds.startsAt, after),
            lt(holds.startsAt, before),
            gt(holds.until, now),
            ne(holds.id, range.exceptHold ?? ''),
          ),
        ),
    ),
  ])
  const taken: Taken[] = range.ignoreTaken ? [] : [...booked, ...held]
  return freeStarts(service, openings, taken, range, now)
}

const takenColumns = <T extends typeof bookings | typeof holds>(table: T) => ({
  providerId: table.providerId,
  serviceId: table.serviceId,
  startsAt: table.startsAt,
  endsAt: table.endsAt,
})

/** Local days, whatever the zone, on which something near the instant may lie. */
const daysAround = (at: number, days: number) => ({
  from: dayAfter(wallAt(at, 'UTC').day, -days),
  days: 2 * days + 1,
})

export const toSlot = ({ startsAt, endsAt, timezone, providerId, locationId }: Free): Slot => ({
  start: new Date(startsAt).toISOString(),
  end: new Date(endsAt).toISOString(),
  timezone,
  providerId,
  locationId,
})

import { z } from '@hono/zod-openapi'
import { and, eq, gt, inArray, lt, ne } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { bookings, holds, locations, weeklyHours } from '../../db/schema.ts'
import { dayAfter } from '../practices/day.ts'
import { disjoint, type Free, freeStarts, type Offer, type Opening, type Taken } from './availability.ts'
import { wallAt } from './wall.ts'

/** A time that can be booked: ISO instants in UTC, to be shown in `timezone`. */
export const Slot = z
  .object({
    start: z.iso.datetime(),
    end: z.iso.datetime(),
    timezone: z.string().describe("The location's; show the time in it"),
    providerId: z.string(),
    locationId: z.string(),
  })
  .openapi('Slot')
export type Slot = z.infer<typeof Slot>

/** Local days; `exceptHold` is the hold of whoever asks: their own slot is free for them. */
export interface Range {
  from: string
  days: number
  exceptHold?: string | undefined
}

/** The statuses in which a booking occupies its provider's time; the overlap trigger names the same. */
const ACTIVE_STATUSES = ['booked', 'arrived', 'fulfilled', 'no_show'] as const

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
  const { openings, taken } = await readCalendar(db, practiceId, service.id, range, now)
  return disjoint(freeStarts(service, openings, taken, range, now)).map(toSlot)
}

/** What was found out about one start: who is free then, or why nobody is. */
export type StartFound =
  | { ok: true; free: Free[] }
  | { ok: false; problem: 'slot-taken'; nearest: Slot[] }
  | { ok: false; problem: 'slot-unknown' }

/**
 * Who is free at exactly this start (in milliseconds), the first available first; else the nearest free times where it
 * was taken, or that it was never offered. One look at the calendar answers all: when many want one slot, those who
 * do not get it must cost little. `exceptHold` is the hold of whoever asks.
 */
export async function findStart(
  db: Database,
  practiceId: string,
  service: Offer,
  wanted: { startsAt: number; providerId?: string | undefined; exceptHold?: string | undefined },
  now: number,
): Promise<StartFound> {
  const { startsAt, providerId, exceptHold } = wanted
  const range = {
    from: dayAfter(wallAt(startsAt, 'UTC').day, -NEAR_DAYS),
    days: 2 * NEAR_DAYS + 1,
    exceptHold,
  }
  const { openings, taken } = await readCalendar(db, practiceId, service.id, range, now)
  const is = (slot: Free) => slot.startsAt === startsAt && (!providerId || slot.providerId === providerId)
  const all = freeStarts(service, openings, taken, range, now)
  const free = all.filter(is)
  if (free.length > 0) return { ok: true, free }
  if (!freeStarts(service, openings, [], range, now).some(is)) return { ok: false, problem: 'slot-unknown' }
  const nearest = disjoint(all)
    .sort((a, b) => Math.abs(a.startsAt - startsAt) - Math.abs(b.startsAt - startsAt))
    .slice(0, NEAREST)
    .sort((a, b) => a.startsAt - b.startsAt)
    .map(toSlot)
  return { ok: false, problem: 'slot-taken', nearest }
}

/** Whoever sees patients for the service, where and when. */
const readOpenings = (db: Database, practiceId: string, serviceId: string): Promise<Opening[]> =>
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

/** All that decides what is free on some days: the opening hours, and what takes the providers' time. */
async function readCalendar(
  db: Database,
  practiceId: string,
  serviceId: string,
  range: Range,
  now: number,
): Promise<{ openings: Opening[]; taken: Taken[] }> {
  // No local day begins or ends more than a day away from the same day in UTC, and no visit is longer than a day.
  const after = Date.parse(`${range.from}T00:00:00Z`) - 2 * DAY_MS
  const before = after + (range.days + 4) * DAY_MS
  const [openings, taken] = await Promise.all([
    readOpenings(db, practiceId, serviceId),
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
        )
        .unionAll(
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
    ),
  ])
  return { openings, taken }
}

const takenColumns = <T extends typeof bookings | typeof holds>(table: T) => ({
  providerId: table.providerId,
  serviceId: table.serviceId,
  startsAt: table.startsAt,
  endsAt: table.endsAt,
})

export const toSlot = ({ startsAt, endsAt, timezone, providerId, locationId }: Free): Slot => ({
  start: new Date(startsAt).toISOString(),
  end: new Date(endsAt).toISOString(),
  timezone,
  providerId,
  locationId,
})

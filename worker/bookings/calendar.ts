import { and, eq, gt, gte, inArray, isNull, lt, lte, ne, or, sql as raw } from 'drizzle-orm'
import type { Database, Sql } from '../../db/database.ts'
import { bookings, busyTimes, holds, hourExceptions, locations, weeklyHours } from '../../db/schema.ts'
import { dayAfter } from '../practices/day.ts'
import type { Hours } from './availability.ts'
import type { Closed, Opening } from './opening.ts'
import type { Taken } from './taken.ts'

/** Local days; `exceptHold` is the hold of whoever asks: their own slot is free for them. */
export interface Range {
  from: string
  days: number
  providerId?: string | undefined
  exceptHold?: string | undefined
}

/** The statuses in which a booking occupies its provider's time; the overlap triggers name the same. */
export const ACTIVE_STATUSES = ['booked', 'arrived', 'fulfilled', 'no_show'] as const

const DAY_MS = 86_400_000

/** All that decides what is free on some days: the opening hours, and what takes the providers' time. */
export async function readCalendar(
  db: Database,
  practiceId: string,
  serviceId: string,
  range: Range,
  now: number,
): Promise<{ hours: Hours; taken: Taken[] }> {
  const [weekly, exceptions, taken] = await Promise.all([
    db.read((sql) => weeklyOf(sql, practiceId, serviceId)),
    db.read((sql) => exceptionsOf(sql, practiceId, serviceId, range)),
    db.read((sql) => takenIn(sql, practiceId, range, now)),
  ])
  const open: Opening[] = [...weekly]
  const closed: Closed[] = []
  for (const { kind, timezone, ...row } of exceptions) {
    const { providerId, locationId, opens, closes } = row
    if (kind === 'closed') closed.push(row)
    // What the database's types do not say: extra hours have them all (worker/hours/exceptions.ts).
    else if (providerId && locationId && timezone && opens !== null && closes !== null)
      open.push({ ...row, providerId, locationId, timezone, opens, closes })
  }
  const hours = { open: open.filter((one) => !range.providerId || one.providerId === range.providerId), closed }
  return { hours, taken }
}

/** Whoever sees patients for the service every week, where and when. */
const weeklyOf = (sql: Sql, practiceId: string, serviceId: string) =>
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
    .where(and(eq(weeklyHours.practiceId, practiceId), eq(weeklyHours.serviceId, serviceId)))

/** What is different on these days, for this service or for all. */
const exceptionsOf = (sql: Sql, practiceId: string, serviceId: string, { from, days }: Range) =>
  sql
    .select({
      kind: hourExceptions.kind,
      providerId: hourExceptions.providerId,
      locationId: hourExceptions.locationId,
      timezone: locations.timezone,
      fromDay: hourExceptions.fromDay,
      untilDay: hourExceptions.untilDay,
      opens: hourExceptions.opens,
      closes: hourExceptions.closes,
    })
    .from(hourExceptions)
    .leftJoin(
      locations,
      and(eq(locations.practiceId, hourExceptions.practiceId), eq(locations.id, hourExceptions.locationId)),
    )
    .where(
      and(
        eq(hourExceptions.practiceId, practiceId),
        gte(hourExceptions.untilDay, from),
        lte(hourExceptions.fromDay, dayAfter(from, days - 1)),
        or(isNull(hourExceptions.serviceId), eq(hourExceptions.serviceId, serviceId)),
      ),
    )

/** Bookings, holds and what other calendars say, of all the practice's services. */
function takenIn(sql: Sql, practiceId: string, { from, days, exceptHold = '' }: Range, now: number) {
  // No local day begins or ends more than a day away from the same day in UTC, and nothing that is taken is longer than
  // a day (db/migrations/0004_buffers.sql; worker/hours/busy.ts).
  const after = Date.parse(`${from}T00:00:00Z`) - 3 * DAY_MS
  const before = after + (days + 6) * DAY_MS
  const within = (table: typeof bookings | typeof holds | typeof busyTimes) =>
    and(eq(table.practiceId, practiceId), gt(table.startsAt, after), lt(table.startsAt, before))
  return sql
    .select(takenColumns(bookings))
    .from(bookings)
    .where(and(within(bookings), inArray(bookings.status, ACTIVE_STATUSES)))
    .unionAll(
      sql
        .select(takenColumns(holds))
        .from(holds)
        .where(and(within(holds), gt(holds.until, now), ne(holds.id, exceptHold))),
    )
    .unionAll(
      sql
        .select({
          providerId: busyTimes.providerId,
          serviceId: raw<string | null>`null`,
          startsAt: busyTimes.startsAt,
          busyFrom: busyTimes.startsAt,
          busyUntil: busyTimes.endsAt,
        })
        .from(busyTimes)
        .where(within(busyTimes)),
    )
}

const takenColumns = (table: typeof bookings | typeof holds) => ({
  providerId: table.providerId,
  serviceId: raw<string | null>`${table.serviceId}`,
  startsAt: table.startsAt,
  busyFrom: raw<number>`coalesce(${table.busyFrom}, ${table.startsAt})`,
  busyUntil: raw<number>`coalesce(${table.busyUntil}, ${table.endsAt})`,
})

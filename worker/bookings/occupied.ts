import { and, eq, gt, inArray, lt, ne, sql as raw } from 'drizzle-orm'
import type { Database, Sql } from '../../db/database.ts'
import { bookings, busyTimes, holds, hourExceptions, weeklyHours } from '../../db/schema.ts'
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

/** Bookings, holds and what other calendars say, of all services of whoever sees patients for this one. */
export async function readTaken(
  db: Database,
  practiceId: string,
  serviceId: string,
  range: Range,
  now: number,
): Promise<Taken[]> {
  const lines = await db.read((sql) => takenIn(sql, practiceId, serviceId, range, now))
  return lines.flatMap(takenOn)
}

/** A row for each provider and service: a month of twenty providers in rows of their own takes three times as long. */
function takenIn(sql: Sql, practiceId: string, serviceId: string, { from, days, exceptHold = '' }: Range, now: number) {
  // No local day begins or ends more than a day away from the same day in UTC, and nothing that is taken is longer than
  // a day (db/migrations/0004_buffers.sql; worker/hours/busy.ts).
  const after = Date.parse(`${from}T00:00:00Z`) - 3 * DAY_MS
  const before = after + (days + 6) * DAY_MS
  const within = (table: typeof bookings | typeof holds | typeof busyTimes) =>
    and(
      eq(table.practiceId, practiceId),
      // One after another, so that each is searched by time, and as little as there is on these days.
      inArray(table.providerId, providersOf(sql, practiceId, serviceId)),
      gt(table.startsAt, after),
      lt(table.startsAt, before),
    )
  const all = sql
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
          serviceId: raw<string | null>`null`.as('service'),
          startsAt: busyTimes.startsAt,
          busyFrom: raw<number>`${busyTimes.startsAt}`.as('busy_from'),
          busyUntil: raw<number>`${busyTimes.endsAt}`.as('busy_until'),
        })
        .from(busyTimes)
        .where(within(busyTimes)),
    )
    .as('taken')
  const { providerId, startsAt, busyFrom, busyUntil } = all
  return sql
    .select({
      providerId,
      serviceId: all.serviceId,
      /** Start, and how long before and after it time is taken, of each: `1795500000000 0 1800000,…` */
      times: raw<string>`group_concat(${startsAt} || ' ' || (${startsAt} - ${busyFrom}) || ' ' || (${busyUntil} - ${startsAt}))`,
    })
    .from(all)
    .groupBy(providerId, raw`${all.serviceId}`)
}

const providersOf = (sql: Sql, practiceId: string, serviceId: string) =>
  sql
    .select({ providerId: weeklyHours.providerId })
    .from(weeklyHours)
    .where(and(eq(weeklyHours.practiceId, practiceId), eq(weeklyHours.serviceId, serviceId)))
    .union(
      sql
        .select({ providerId: raw<string>`${hourExceptions.providerId}` })
        .from(hourExceptions)
        .where(
          and(
            eq(hourExceptions.practiceId, practiceId),
            eq(hourExceptions.serviceId, serviceId),
            eq(hourExceptions.kind, 'extra'),
          ),
        ),
    )

const takenOn = ({ times, ...whose }: { providerId: string; serviceId: string | null; times: string }): Taken[] =>
  times.split(',').map((time) => {
    const [startsAt = 0, before = 0, after = 0] = time.split(' ').map(Number)
    return { ...whose, startsAt, busyFrom: startsAt - before, busyUntil: startsAt + after }
  })

const takenColumns = (table: typeof bookings | typeof holds) => ({
  providerId: table.providerId,
  serviceId: raw<string | null>`${table.serviceId}`.as('service'),
  startsAt: table.startsAt,
  busyFrom: raw<number>`coalesce(${table.busyFrom}, ${table.startsAt})`.as('busy_from'),
  busyUntil: raw<number>`coalesce(${table.busyUntil}, ${table.endsAt})`.as('busy_until'),
})

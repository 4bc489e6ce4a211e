import { and, eq, gte, isNull, lte, or, sql as raw } from 'drizzle-orm'
import type { Database, Sql } from '../../db/database.ts'
import { hourExceptions, locations, weeklyHours } from '../../db/schema.ts'
import { dayAfter } from '../practices/day.ts'
import type { Hours } from './availability.ts'
import { type Range, readTaken } from './occupied.ts'
import type { Closed, Opening } from './opening.ts'
import type { Taken } from './taken.ts'

/** All that decides what is free on some days: the opening hours, and what takes the providers' time. */
export async function readCalendar(
  db: Database,
  practiceId: string,
  serviceId: string,
  range: Range,
  now: number,
): Promise<{ hours: Hours; taken: Taken[] }> {
  const [lines, taken] = await Promise.all([
    db.read((sql) => hoursOn(sql, practiceId, serviceId, range)),
    readTaken(db, practiceId, serviceId, range, now),
  ])
  const open: Opening[] = []
  const closed: Closed[] = []
  for (const { kind, timezone, weekday, fromDay, untilDay, ...row } of lines) {
    const { providerId, locationId, opens, closes } = row
    if (kind === 'closed') {
      if (fromDay !== null && untilDay !== null) closed.push({ ...row, fromDay, untilDay })
      continue
    }
    // What the database's types do not say: hours have all of these (worker/hours/exceptions.ts).
    if (!providerId || !locationId || !timezone || opens === null || closes === null) continue
    if (range.providerId && providerId !== range.providerId) continue
    const hours = { providerId, locationId, timezone, opens, closes }
    if (weekday !== null) open.push({ ...hours, weekday })
    else if (fromDay !== null && untilDay !== null) open.push({ ...hours, fromDay, untilDay })
  }
  return { hours: { open, closed }, taken }
}

/**
 * Whoever sees patients for the service every week, where and when, and what is different on these days. One query:
 * each costs the database a connection.
 */
const hoursOn = (sql: Sql, practiceId: string, serviceId: string, { from, days }: Range) =>
  sql
    .select({
      kind: raw<'week' | 'closed' | 'extra'>`'week'`,
      providerId: raw<string | null>`${weeklyHours.providerId}`,
      locationId: raw<string | null>`${weeklyHours.locationId}`,
      weekday: raw<number | null>`${weeklyHours.weekday}`,
      fromDay: raw<string | null>`null`,
      untilDay: raw<string | null>`null`,
      opens: raw<number | null>`${weeklyHours.opens}`,
      closes: raw<number | null>`${weeklyHours.closes}`,
      timezone: raw<string | null>`${locations.timezone}`,
    })
    .from(weeklyHours)
    .innerJoin(locations, isLocationOf(weeklyHours))
    .where(and(eq(weeklyHours.practiceId, practiceId), eq(weeklyHours.serviceId, serviceId)))
    .unionAll(
      sql
        .select({
          kind: raw<'week' | 'closed' | 'extra'>`${hourExceptions.kind}`,
          providerId: raw<string | null>`${hourExceptions.providerId}`,
          locationId: raw<string | null>`${hourExceptions.locationId}`,
          weekday: raw<number | null>`null`,
          fromDay: raw<string | null>`${hourExceptions.fromDay}`,
          untilDay: raw<string | null>`${hourExceptions.untilDay}`,
          opens: raw<number | null>`${hourExceptions.opens}`,
          closes: raw<number | null>`${hourExceptions.closes}`,
          timezone: raw<string | null>`${locations.timezone}`,
        })
        .from(hourExceptions)
        .leftJoin(locations, isLocationOf(hourExceptions))
        .where(
          and(
            eq(hourExceptions.practiceId, practiceId),
            gte(hourExceptions.untilDay, from),
            lte(hourExceptions.fromDay, dayAfter(from, days - 1)),
            or(isNull(hourExceptions.serviceId), eq(hourExceptions.serviceId, serviceId)),
          ),
        ),
    )

const isLocationOf = (table: typeof weeklyHours | typeof hourExceptions) =>
  and(eq(locations.practiceId, table.practiceId), eq(locations.id, table.locationId))

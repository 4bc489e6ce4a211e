import { and, eq, gte, inArray, lt, lte, sql as raw } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { bookings, credits } from '../../db/schema.ts'
import { creditHolds } from '../attribution/holds.ts'
import { beginningOf, endOf, type Period } from './periods.ts'
import type { Practice } from './sums.ts'

export interface Unrecorded {
  officeId: string | null
  referrerId: string | null
  /** Those that are over. */
  n: number
  /** Those that have begun and are not over. */
  underWay: number
}

/** A patient who arrived may still have left unseen. */
const OPEN = ['booked', 'arrived'] as const

/**
 * Bookings that began in the period, up to `now`, and of which nobody recorded whether the patient was seen, by the office
 * and referrer to whom they are credited. Unknown attendance is not zero: it stands beside `seen`.
 */
export const unrecordedAttendance = (
  db: Database,
  practice: Practice,
  period: Period,
  now: number,
): Promise<Unrecorded[]> =>
  db.read((sql) =>
    sql
      .select({
        officeId: credits.officeId,
        referrerId: credits.referrerId,
        n: raw`sum(${bookings.endsAt} < ${now})`.mapWith(Number),
        underWay: raw`sum(${bookings.endsAt} >= ${now})`.mapWith(Number),
      })
      .from(bookings)
      .leftJoin(
        credits,
        and(eq(credits.practiceId, bookings.practiceId), eq(credits.referralId, bookings.referralId), creditHolds),
      )
      .where(
        and(
          eq(bookings.practiceId, practice.id),
          gte(bookings.startsAt, beginningOf(period.from, practice.timezone)),
          lt(bookings.startsAt, endOf(period, practice.timezone)),
          lte(bookings.startsAt, now),
          inArray(bookings.status, OPEN),
        ),
      )
      .groupBy(credits.officeId, credits.referrerId),
  )

import { and, countDistinct, eq, gte, lt, sql as raw } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { bookings, credits, referrals, visits } from '../../db/schema.ts'
import { creditHolds } from './credited.ts'
import { beginningOf, type Period, plusDays } from './periods.ts'
import type { Practice } from './sums.ts'

export interface Converted {
  officeId: string
  referrerId: string | null
  n: number
}

/**
 * Visits of a period that led to a booking within the practice's window, by the office and referrer of the card. Each
 * visit counts once, however many bookings it led to, so that it never passes the visits; a booking entered in error
 * does not count, a cancelled one does.
 */
export function convertedVisits(db: Database, practice: Practice, period: Period): Promise<Converted[]> {
  const from = beginningOf(period.from, practice.timezone)
  const until = beginningOf(plusDays(period.to, 1), practice.timezone)
  return db.read((sql) =>
    sql
      .select({ officeId: visits.officeId, referrerId: visits.referrerId, n: countDistinct(visits.id) })
      // SQLite keeps the order of cross joins. Left to itself it begins with the visits and joins each to every referral.
      .from(referrals)
      .crossJoin(credits)
      .crossJoin(visits)
      .where(
        and(
          eq(referrals.practiceId, practice.id),
          // A referral begins after the scan that led to it.
          gte(referrals.openedAt, from),
          eq(credits.practiceId, referrals.practiceId),
          eq(credits.referralId, referrals.id),
          creditHolds,
          eq(visits.practiceId, credits.practiceId),
          eq(visits.id, credits.scanId),
          gte(visits.at, from),
          lt(visits.at, until),
          raw`exists (
            select 1 from ${bookings} b where b.practice_id = ${referrals.practiceId}
              and b.referral_id = ${referrals.id} and b.status <> 'entered_in_error'
          )`,
        ),
      )
      .groupBy(visits.officeId, visits.referrerId),
  )
}

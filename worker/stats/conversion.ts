import { and, count, eq, gte, lt, sql as raw } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { bookings, credits, visits } from '../../db/schema.ts'
import { creditHolds } from '../attribution/holds.ts'
import { beginningOf, endOf, type Period } from './periods.ts'
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
export const convertedVisits = (db: Database, practice: Practice, period: Period): Promise<Converted[]> =>
  db.read((sql) =>
    sql
      .select({ officeId: visits.officeId, referrerId: visits.referrerId, n: count() })
      .from(visits)
      .where(
        and(
          eq(visits.practiceId, practice.id),
          gte(visits.at, beginningOf(period.from, practice.timezone)),
          lt(visits.at, endOf(period, practice.timezone)),
          // Nested, not joined: without statistics the planner would walk all credits for every visit.
          raw`exists (
            select 1 from ${credits}
            where ${credits.practiceId} = ${practice.id} and ${credits.scanId} = ${raw`visits.id`} and ${creditHolds}
              and exists (
                select 1 from ${bookings} b
                where b.practice_id = ${practice.id} and b.referral_id = ${credits.referralId}
                  and b.status <> 'entered_in_error'
              )
          )`,
        ),
      )
      .groupBy(visits.officeId, visits.referrerId),
  )

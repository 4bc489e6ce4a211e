import { and, count, eq, gte, lt, sql as raw } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { bookings, conversions, credits, visits } from '../../db/schema.ts'
import { creditHolds } from '../attribution/holds.ts'
import { beginningOf, endOf, type Period } from './periods.ts'
import type { Practice } from './sums.ts'

export interface Converted {
  officeId: string
  referrerId: string | null
  n: number
}

/**
 * Visits of a period that led to a referred patient within the practice's window, by the office and referrer of the card:
 * those whose scan the referral's credit names, which is that of its first booking. Of a booking that joins a referral no
 * scan is stored. Each visit counts once, so that it never passes the visits; a referral of which every booking was
 * entered in error does not count, one of which they were cancelled does. A booking made elsewhere counts like any other.
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
              and (exists (
                select 1 from ${bookings} b
                where b.practice_id = ${practice.id} and b.referral_id = ${credits.referralId}
                  and b.status <> 'entered_in_error'
              ) or ${credits.referralId} in (
                select c.referral_id from ${conversions} c where c.practice_id = ${practice.id}
              ))
          )`,
        ),
      )
      .groupBy(visits.officeId, visits.referrerId),
  )

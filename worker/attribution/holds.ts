import { type SQL, sql } from 'drizzle-orm'
import { credits } from '../../db/schema.ts'

/** Of a referral's credits, the one that holds: corrections are new rows, the highest version wins. */
export const creditHolds: SQL = sql`${credits.version} = (
  select max(c.version) from ${credits} c
  where c.practice_id = ${credits.practiceId} and c.referral_id = ${credits.referralId}
)`

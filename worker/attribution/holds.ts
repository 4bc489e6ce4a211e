import { and, eq, gt, type SQL, sql } from 'drizzle-orm'
import type { Built, Sql } from '../../db/database.ts'
import { credits } from '../../db/schema.ts'

/** Of a referral's credits, the one that holds: corrections are new rows, the highest version wins. */
export const creditHolds: SQL = sql`${credits.version} = (
  select max(c.version) from ${credits} c
  where c.practice_id = ${credits.practiceId} and c.referral_id = ${credits.referralId}
)`

/**
 * A statement that has its whole batch refused ('credit changed') when a referral's credit is no longer the one that was
 * read: the batch would count for somebody to whom nothing is credited any more.
 */
export const creditStands = (
  sql: Sql,
  { practiceId, referralId, version }: Pick<typeof credits.$inferSelect, 'practiceId' | 'referralId' | 'version'>,
): Built =>
  sql
    .update(credits)
    .set({ at: noValue })
    .where(and(eq(credits.practiceId, practiceId), eq(credits.referralId, referralId), gt(credits.version, version)))

/** What a column that must have a value refuses. */
const noValue = sql`null`

import { and, eq, sql as raw } from 'drizzle-orm'
import type { Built, Database, Sql } from '../../db/database.ts'
import { bookings, credits, referrals } from '../../db/schema.ts'
import type { Credit } from '../attribution/credit.ts'
import { type Fact, factOf, type Measure } from '../counts/count.ts'
import type { CreditRow } from '../referrals/joined.ts'

/**
 * Credits a referral to somebody else from now on: a new row, and all that counted for the one before counts for the
 * other. For one batch with `count` of the facts, which is refused with 'credit changed' or 'booking changed' when
 * another was first; then it is to be decided anew.
 */
export async function recredit(
  db: Database,
  held: CreditRow,
  credit: Credit,
  { at, by }: { at: number; by: string },
): Promise<{ statements: (sql: Sql) => Built[]; facts: Fact[] }> {
  const { practiceId, referralId } = held
  const its = and(eq(referrals.practiceId, practiceId), eq(referrals.id, referralId))
  const rows = await db.read((sql) =>
    sql
      .select({
        openedAt: referrals.openedAt,
        createdAt: bookings.createdAt,
        movedFrom: bookings.movedFrom,
        cancelledAt: bookings.cancelledAt,
        seenAt: bookings.seenAt,
        events: EVENTS,
      })
      .from(referrals)
      .leftJoin(bookings, and(eq(bookings.practiceId, referrals.practiceId), eq(bookings.referralId, referrals.id)))
      .where(its),
  )
  const [first] = rows
  if (!first) throw new Error('a credit belongs to a referral')
  const moved = (at: number | null, before: Measure, after = before): Fact[] =>
    at === null ? [] : [factOf(before, held, at, -1), factOf(after, credit, at)]
  const row = { ...credit, practiceId, referralId, version: held.version + 1, at, by, note: null }
  return {
    statements: (sql) => [
      // Refused by the column where something became of a booking since it was read.
      sql
        .update(referrals)
        .set({ openedAt: raw`null` })
        .where(and(its, raw`${EVENTS} <> ${first.events}`)),
      sql.insert(credits).values(row),
    ],
    facts: [
      ...moved(first.openedAt, 'referral'),
      ...moved(first.openedAt, `evidence:${held.officeEvidence}`, `evidence:${credit.officeEvidence}`),
      ...rows.flatMap(({ createdAt, movedFrom, cancelledAt, seenAt }) => [
        ...moved(movedFrom === null ? createdAt : null, 'booking'),
        ...moved(cancelledAt, 'cancelled'),
        ...moved(seenAt, 'seen'),
      ]),
    ],
  }
}

/** Every booking of a referral and every change of one is an event. */
const EVENTS = raw<number>`(
  select count(*) from booking_events e join bookings b on b.practice_id = e.practice_id and b.id = e.booking_id
  where b.practice_id = ${referrals.practiceId} and b.referral_id = ${referrals.id}
)`

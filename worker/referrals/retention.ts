import { and, asc, eq, gte, isNotNull, isNull, lt, notExists, sql as raw } from 'drizzle-orm'
import { type Database, stored } from '../../db/database.ts'
import { bookings, calls, patients, practices, referrals, requests } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import { erase } from './erase.ts'

const DAY_MS = 24 * 3_600_000
const MINUTE_MS = 60_000
/** Of one practice in one run of the schedule, which comes every minute. */
const ERASED_AT_ONCE = 25

/**
 * Erases the notes of old calls, and the patients of whom nothing was heard for the practice's retention days: since their last appointment, or since they
 * asked where there was none. For the schedule: each minute is the turn of one practice, so that a look at old rows costs
 * the same however many practices there are. What was done is in the audit, by `system`; audit and credits stay.
 */
export async function eraseOld(db: Database, env: Pick<Env, 'MASTER_KEY'>, now: number): Promise<void> {
  const all = await db.read((sql) =>
    sql
      .select({ id: practices.id, retentionDays: practices.retentionDays })
      .from(practices)
      .orderBy(asc(practices.createdAt), asc(practices.id)),
  )
  const practice = all[Math.floor(now / MINUTE_MS) % all.length]
  if (practice) await eraseOldOf(db, env, practice, now)
}

/** Of one practice the oldest; how many referrals it was. */
export async function eraseOldOf(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  { id: practiceId, retentionDays }: { id: string; retentionDays: number },
  now: number,
): Promise<number> {
  const before = now - retentionDays * DAY_MS
  const old = await db.read((sql) =>
    sql
      .select({ id: referrals.id })
      .from(referrals)
      .innerJoin(patients, and(eq(patients.practiceId, referrals.practiceId), eq(patients.id, referrals.patientId)))
      .where(
        and(
          eq(referrals.practiceId, practiceId),
          lt(referrals.openedAt, before),
          isNull(patients.erasedAt),
          notExists(
            sql
              .select({ one: raw`1` })
              .from(bookings)
              .where(
                and(
                  eq(bookings.practiceId, referrals.practiceId),
                  eq(bookings.referralId, referrals.id),
                  gte(bookings.endsAt, before),
                ),
              ),
          ),
          notExists(
            sql
              .select({ one: raw`1` })
              .from(requests)
              .where(
                and(
                  eq(requests.practiceId, referrals.practiceId),
                  eq(requests.referralId, referrals.id),
                  gte(requests.createdAt, before),
                ),
              ),
          ),
        ),
      )
      .orderBy(asc(referrals.openedAt))
      .limit(ERASED_AT_ONCE),
  )
  // Nobody should have written a name into the note of a call that belongs to no referral, but somebody will have.
  const said = and(eq(calls.practiceId, practiceId), lt(calls.at, before), isNotNull(calls.note))
  stored(await db.write((sql) => [sql.update(calls).set({ note: null }).where(said)], { idempotent: true }))
  for (const { id } of old) await erase(db, env, { practiceId, referralId: id, by: 'system' }, now)
  return old.length
}

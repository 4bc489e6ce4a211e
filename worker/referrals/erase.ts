import { z } from '@hono/zod-openapi'
import { and, eq, exists, gt, inArray, sql as raw } from 'drizzle-orm'
import { type Built, type Database, type Refusal, type Sql, stored } from '../../db/database.ts'
import { bookingEvents, bookings, patients, referrals, replies, requests } from '../../db/schema.ts'
import { audited } from '../access/audit.ts'
import type { Env } from '../env.ts'
import type { Keep } from '../http.ts'
import { openVault } from '../practices/vault.ts'
import { emptied, patientsOf } from './emptied.ts'

export const Erasure = z
  .object({ referralId: z.string(), erasedAt: z.iso.datetime().describe('The first time, where it is sent again') })
  .openapi('Erasure')
export type Erasure = z.infer<typeof Erasure>

export type Erased =
  | { ok: true; erasure: Erasure }
  | { ok: false; problem: 'not-found' }
  | { ok: false; problem: 'appointment-ahead'; bookingIds: string[] }

/** The statuses of an appointment that somebody still waits for. */
const AHEAD = ['booked', 'arrived'] as const
/** How often it is decided anew when something became of the referral meanwhile; each time that got on. */
const ATTEMPTS = 20
const DECIDED_ANEW: readonly Refusal[] = ['booking changed']

/**
 * Forgets the patient of a referral: every sealed column and every keyed hash of theirs, the answers that were kept, and
 * messages not yet sent, in one write batch. What was counted stays, and so do credit, history and consent, which name
 * nobody. Asked again it changes nothing, and erases what came in since.
 */
export async function erase(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  { practiceId, referralId, by, keep }: { practiceId: string; referralId: string; by: string; keep?: Keep },
  now: number,
): Promise<Erased> {
  for (let attempt = 1; ; attempt++) {
    const found = await read(db, practiceId, referralId, now)
    if (!found) return { ok: false, problem: 'not-found' }
    if (found.ahead.length > 0) return { ok: false, problem: 'appointment-ahead', bookingIds: found.ahead }

    const erasure = { referralId, erasedAt: new Date(found.erasedAt ?? now).toISOString() }
    const kept = (await keep?.(200, erasure)) ?? (() => [])
    const replyIds = found.isErased ? [] : await repliesAbout(db, env, practiceId, referralId)
    const written = await db.write((sql) => [
      ...kept(sql),
      ...(found.isErased
        ? []
        : [
            noneAhead(sql, practiceId, referralId, now),
            ...emptied(sql, practiceId, referralId, replyIds, now),
            audited({ practiceId, by, at: now, act: 'patient erased', subject: referralId })(sql),
          ]),
    ])
    if (written.ok) return { ok: true, erasure }
    if (attempt === ATTEMPTS || !DECIDED_ANEW.includes(written.refused)) stored(written)
  }
}

/** Has the whole batch refused ('booking changed') where an appointment was made since the referral was read. */
const noneAhead = (sql: Sql, practiceId: string, referralId: string, now: number): Built =>
  sql
    .update(referrals)
    .set({ openedAt: raw`null` })
    .where(
      and(
        eq(referrals.practiceId, practiceId),
        eq(referrals.id, referralId),
        exists(
          sql
            .select({ one: raw`1` })
            .from(bookings)
            .where(
              and(
                eq(bookings.practiceId, practiceId),
                eq(bookings.referralId, referralId),
                inArray(bookings.status, AHEAD),
                gt(bookings.endsAt, now),
              ),
            ),
        ),
      ),
    )

interface Read {
  /** When it was erased for the first time. */
  erasedAt: number | null
  /** Nothing has come in since. */
  isErased: boolean
  /** Appointments that somebody still waits for. */
  ahead: string[]
}

async function read(db: Database, practiceId: string, referralId: string, now: number): Promise<Read | null> {
  const rows = await db.read((sql) =>
    sql
      .select({ erasedAt: patients.erasedAt })
      .from(patients)
      .where(and(eq(patients.practiceId, practiceId), inArray(patients.id, patientsOf(sql, practiceId, referralId)))),
  )
  if (rows.length === 0) return null
  const ahead = await db.read((sql) =>
    sql
      .select({ id: bookings.id })
      .from(bookings)
      .where(
        and(
          eq(bookings.practiceId, practiceId),
          eq(bookings.referralId, referralId),
          inArray(bookings.status, AHEAD),
          gt(bookings.endsAt, now),
        ),
      ),
  )
  const times = rows.flatMap(({ erasedAt }) => (erasedAt === null ? [] : [erasedAt]))
  return {
    erasedAt: times.length === 0 ? null : Math.min(...times),
    isErased: times.length === rows.length,
    ahead: ahead.map(({ id }) => id),
  }
}

/**
 * The kept answers that tell of this referral. They do not say of what they are, but were stored at the instant of the
 * row that they told of; those of that instant are opened and looked through.
 */
async function repliesAbout(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  practiceId: string,
  referralId: string,
): Promise<string[]> {
  const [booked, asked] = await Promise.all([
    db.read((sql) =>
      sql
        .select({ id: bookings.id, at: bookingEvents.at })
        .from(bookings)
        .innerJoin(
          bookingEvents,
          and(eq(bookingEvents.practiceId, bookings.practiceId), eq(bookingEvents.bookingId, bookings.id)),
        )
        .where(and(eq(bookings.practiceId, practiceId), eq(bookings.referralId, referralId))),
    ),
    db.read((sql) =>
      sql
        .select({ id: requests.id, at: requests.createdAt })
        .from(requests)
        .where(and(eq(requests.practiceId, practiceId), eq(requests.referralId, referralId))),
    ),
  ])
  const told = [...booked, ...asked]
  const instants = [...new Set(told.map(({ at }) => at))]
  const kept = await db.read((sql) =>
    sql
      .select({ id: replies.id, body: replies.body })
      .from(replies)
      .where(and(eq(replies.practiceId, practiceId), inArray(replies.at, instants))),
  )
  if (kept.length === 0) return []
  const vault = await openVault(db, env, practiceId)
  const ids = [referralId, ...new Set(told.map(({ id }) => id))]
  const about: string[] = []
  for (const { id, body } of kept) {
    const text = await vault.open('replies', id, 'body', body)
    if (ids.some((one) => text.includes(one))) about.push(id)
  }
  return about
}

import { and, eq, isNull, lte, sql as raw, type SQL } from 'drizzle-orm'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { type MAIL_KINDS, mails } from '../../db/schema.ts'

/** Of letters taken together; each has its own claim, so that one that is stuck keeps nothing else. */
const AT_ONCE = 5
/**
 * A claim that its holder did not settle, being killed, ends by itself. Longer than it takes to send so many while the
 * database is slow: a letter whose claim ended is sent by another.
 */
const CLAIM_MS = 5 * 60_000
export const MOST_TRIES = 10
const MINUTE_MS = 60_000
const FIRST_PAUSE_MS = MINUTE_MS
const LONGEST_PAUSE_MS = 6 * 60 * MINUTE_MS
const WITHDRAWN = 'withdrawn'

/** A letter that is to leave now, and is ours until its claim ends. */
export interface Claimed {
  practiceId: string
  id: string
  kind: (typeof MAIL_KINDS)[number]
  bookingId: string | null
  requestId: string | null
  sequence: number
  dueAt: number
  /** This one included. */
  tries: number
  claimedUntil: number
}

/**
 * Takes letters that are due, in one statement: of many who ask at once each gets others. Those tried least come first:
 * a letter that can never be sent, even one that ends the process, keeps no other waiting.
 * @param only those about one booking or request, by its id
 */
export async function claim(db: Database, now: number, only?: { practiceId: string; id: string }): Promise<Claimed[]> {
  const its = only
    ? raw`AND practice_id = ${only.practiceId} AND (booking_id = ${only.id} OR request_id = ${only.id})`
    : raw``
  const until = now + CLAIM_MS
  const [taken] = stored(
    await db.write((sql) => [
      sql.run(raw`
        UPDATE mails SET claimed_until = ${until}, tries = tries + 1
        WHERE rowid IN (
          SELECT rowid FROM mails
          WHERE sent_at IS NULL AND dropped_at IS NULL AND due_at <= ${now}
            AND (claimed_until IS NULL OR claimed_until <= ${now}) ${its}
          ORDER BY tries, due_at LIMIT ${AT_ONCE})
        RETURNING practice_id AS practiceId, id, kind, booking_id AS bookingId, request_id AS requestId, sequence,
          due_at AS dueAt, tries`),
    ]),
  )
  return (taken?.rows ?? []).map((row) => ({
    practiceId: String(row.practiceId),
    id: String(row.id),
    kind: kindOf(row.kind),
    bookingId: textOrNull(row.bookingId),
    requestId: textOrNull(row.requestId),
    sequence: Number(row.sequence),
    dueAt: Number(row.dueAt),
    tries: Number(row.tries),
    claimedUntil: until,
  }))
}

/** It has left. Also what was withdrawn meanwhile: it cannot be called back. */
export const sent = (sql: Sql, mail: Claimed, now: number): Built =>
  sql.update(mails).set({ sentAt: now, claimedUntil: null, trouble: null }).where(mine(mail))

/** It did not leave and is tried again: after a minute, three, nine, and so on up to six hours, a day in all. */
export const again = (sql: Sql, mail: Claimed, why: string, now: number): Built =>
  sql
    .update(mails)
    .set({ dueAt: now + pauseAfter(mail.tries), claimedUntil: null, trouble: why })
    .where(ours(mail))

/** It never leaves. `why` in plain words, without an address. */
export const dropped = (sql: Sql, mail: Claimed, why: string, now: number): Built =>
  sql.update(mails).set({ droppedAt: now, claimedUntil: null, trouble: why }).where(ours(mail))

/**
 * Whatever of a booking has not left does not leave any more: for the batch that changes the booking.
 * @param of `sequence`: the booking's before; what belongs to the change itself stays when it is written twice
 */
export const withdraw = (
  sql: Sql,
  of: { practiceId: string; bookingId: string; sequence: number },
  now: number,
): Built =>
  sql
    .update(mails)
    .set({ droppedAt: now, trouble: WITHDRAWN })
    .where(
      and(
        eq(mails.practiceId, of.practiceId),
        eq(mails.bookingId, of.bookingId),
        lte(mails.sequence, of.sequence),
        isNull(mails.sentAt),
        isNull(mails.droppedAt),
      ),
    )

/** How long after the n-th try, in milliseconds. */
export const pauseAfter = (tries: number): number => Math.min(FIRST_PAUSE_MS * 3 ** (tries - 1), LONGEST_PAUSE_MS)

/** How the outbox stands, for the operator: what waits, what should have left by now, what was given up since. */
export async function standing(
  db: Database,
  { now, since }: { now: number; since: number },
): Promise<{ waiting: number; late: number; given: { why: string; n: number }[] }> {
  const [counted] = await db.read((sql) =>
    sql
      .select({
        waiting: raw<number>`count(*)`,
        late: raw<number>`coalesce(sum(${mails.dueAt} < ${now - LATE_MS} AND ${mails.tries} = 0), 0)`,
      })
      .from(mails)
      .where(and(isNull(mails.sentAt), isNull(mails.droppedAt))),
  )
  const given = await db.read((sql) =>
    sql
      .select({ why: raw<string>`coalesce(${mails.trouble}, '')`, n: raw<number>`count(*)` })
      .from(mails)
      .where(and(isNull(mails.sentAt), raw`${mails.droppedAt} >= ${since}`, raw`${mails.trouble} <> ${WITHDRAWN}`))
      .groupBy(mails.trouble),
  )
  return { waiting: counted?.waiting ?? 0, late: counted?.late ?? 0, given }
}
const LATE_MS = 15 * MINUTE_MS

const one = ({ practiceId, id }: Claimed): SQL | undefined => and(eq(mails.practiceId, practiceId), eq(mails.id, id))
const mine = (mail: Claimed) => and(one(mail), isNull(mails.sentAt))
/** Still by this claim: who comes back after it ended changes nothing. */
const ours = (mail: Claimed) => and(mine(mail), isNull(mails.droppedAt), eq(mails.claimedUntil, mail.claimedUntil))

const textOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : String(value))

const KINDS: readonly Claimed['kind'][] = ['confirmation', 'reminder', 'change', 'cancellation', 'request']
function kindOf(value: unknown): Claimed['kind'] {
  const kind = KINDS.find((known) => known === value)
  if (!kind) throw new Error('a kind of mail that the schema does not know')
  return kind
}

import { and, eq, inArray, lt } from 'drizzle-orm'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { replies } from '../../db/schema.ts'

const KEPT_DAYS = 30
const DAY_MS = 24 * 3_600_000
/** Rows that one clean-up removes at most; it runs every minute. */
const CLEANED_AT_ONCE = 2_000

/** What of the practice's vault is needed here (worker/practices/vault.ts): folders to the right are not imported. */
interface Seals {
  seal(table: string, id: string, column: string, text: string): Promise<string>
  open(table: string, id: string, column: string, ciphertext: string): Promise<string>
  index(kind: string, value: string): Promise<string>
}

/** A write that was asked for with an Idempotency-Key. */
export interface Asked {
  practiceId: string
  /** The caller's `by`, or `patient` where anybody may ask. */
  who: string
  /** The Idempotency-Key as it was sent. */
  key: string
  /** Method, path and body: what must be the same when it is sent again. */
  request: string
}

export interface Reply {
  status: number
  /** The body of the answer, as JSON text. */
  body: string
}

/**
 * What was answered to this key before: the reply; `other` where the key was used for another request; null where it
 * was not used, or longer ago than KEPT_DAYS.
 */
export async function findReply(db: Database, vault: Seals, asked: Asked): Promise<Reply | 'other' | null> {
  const id = idOf(asked)
  const [row] = await db.read((sql) =>
    sql
      .select()
      .from(replies)
      .where(and(eq(replies.practiceId, asked.practiceId), eq(replies.id, id))),
  )
  if (!row) return null
  if (row.request !== (await vault.index('request', asked.request))) return 'other'
  return { status: row.status, body: await vault.open('replies', id, 'body', row.body) }
}

/**
 * The reply as a statement for the SAME write batch as the act: either both are stored or none. Where the key was used
 * meanwhile the whole batch is refused with 'key used'; then `findReply` has what to answer.
 */
export async function replyStatement(
  vault: Seals,
  asked: Asked,
  reply: { status: number; body: unknown },
  now: number,
): Promise<(sql: Sql) => Built> {
  const id = idOf(asked)
  const row = {
    practiceId: asked.practiceId,
    id,
    request: await vault.index('request', asked.request),
    status: reply.status,
    body: await vault.seal('replies', id, 'body', JSON.stringify(reply.body)),
    at: now,
  }
  return (sql) => sql.insert(replies).values(row)
}

/** Forgets replies after KEPT_DAYS; for the schedule. A key sent again later than that is a new request. */
export async function forgetReplies(db: Database, now: number): Promise<void> {
  const old = lt(replies.at, now - KEPT_DAYS * DAY_MS)
  const rows = await db.read((sql) =>
    sql.select({ practiceId: replies.practiceId, id: replies.id }).from(replies).where(old).limit(CLEANED_AT_ONCE),
  )
  const byPractice = Map.groupBy(rows, (row) => row.practiceId)
  const gone = (sql: Sql) =>
    [...byPractice].map(([practiceId, its]) =>
      sql.delete(replies).where(
        and(
          eq(replies.practiceId, practiceId),
          inArray(
            replies.id,
            its.map(({ id }) => id),
          ),
          old,
        ),
      ),
    )
  stored(await db.write(gone, { idempotent: true }))
}

const idOf = ({ who, key }: Asked) => `${who} ${key}`

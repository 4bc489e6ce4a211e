import type { Client, InStatement, ResultSet } from '@libsql/client/web'
import { createClient } from '@libsql/client/web'
import { DrizzleQueryError, type Query } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/libsql/web'
import * as schema from './schema.ts'

/** A query built with drizzle and not yet sent. */
export type Built = { toSQL(): Query } | { getQuery(): Query }
export type Sql = ReturnType<typeof build>

/** What a constraint or trigger of the schema says, under the name that the code uses for it. */
const REFUSALS = {
  'slot taken': 'slot taken',
  'visit longer than a day': 'visit longer than a day',
  'UNIQUE constraint failed: referrers.practice_id, referrers.npi': 'npi taken',
  'UNIQUE constraint failed: practices.slug': 'slug taken',
  'UNIQUE constraint failed: links.code': 'code taken',
  'UNIQUE constraint failed: links.alias': 'alias taken',
  'UNIQUE constraint failed: bookings.practice_id, bookings.reference': 'reference taken',
  'UNIQUE constraint failed: requests.practice_id, requests.reference': 'reference taken',
  'UNIQUE constraint failed: bookings.practice_id, bookings.id': 'already done',
  'UNIQUE constraint failed: booking_events.practice_id, booking_events.id': 'booking changed',
  'UNIQUE constraint failed: referrals.practice_id, referrals.open_key': 'referral open',
  'UNIQUE constraint failed: replies.practice_id, replies.id': 'key used',
  'UNIQUE constraint failed: credits.practice_id, credits.referral_id, credits.version': 'credit changed',
  'UNIQUE constraint failed: link_retirements.practice_id, link_retirements.link_id': 'already done',
  'UNIQUE constraint failed: link_changes.practice_id, link_changes.link_id, link_changes.version': 'link changed',
  'UNIQUE constraint failed: conversions.practice_id, conversions.reported_as': 'already done',
  'UNIQUE constraint failed: conversions.practice_id, conversions.id': 'already done',
  'UNIQUE constraint failed: referrer_offices': 'already done',
  // Raised by statements that are there to raise them: what was read before the batch has changed (creditStands, …).
  'NOT NULL constraint failed: patients.created_at': 'booked often',
  'NOT NULL constraint failed: credits.at': 'credit changed',
  'NOT NULL constraint failed: referrals.opened_at': 'booking changed',
  'NOT NULL constraint failed: link_changes.service_id': 'link changed',
  'NOT NULL constraint failed: requests.reference': 'request closed',
  'FOREIGN KEY constraint failed': 'no such row',
} as const
export type Refusal = (typeof REFUSALS)[keyof typeof REFUSALS]

/** What became of a write batch: all of it was stored, or none of it because a constraint refused. */
export type Written = { ok: true; results: ResultSet[] } | { ok: false; refused: Refusal }

/** The database could not be reached, or did not answer in time. Its message never holds a statement's parameters. */
export class DatabaseUnavailable extends Error {
  override name = 'DatabaseUnavailable'
}

export interface Database {
  /**
   * Runs one read: `db.read((sql) => sql.select().from(offices))`.
   * @throws DatabaseUnavailable after the time limit or when retries are used up
   */
  read<T>(query: (sql: Sql) => PromiseLike<T>): Promise<T>
  /**
   * Runs all statements in one write transaction; all are stored or none.
   * A batch is tried again when it surely did not run (busy, refused connection); pass `idempotent` where running it
   * twice leaves the same rows, and it is also tried again when its outcome is unknown (time-out, lost reply).
   */
  write(statements: (sql: Sql) => Built[], options?: { idempotent?: boolean }): Promise<Written>
  /** The client itself, for the migrator alone. */
  client: Client
}

export interface DatabaseAddress {
  url: string
  authToken?: string | undefined
  /** How long one request may take, in milliseconds. */
  timeoutMs?: number
}

/** A server that is away is given up soon: somebody waits. One that is busy will answer: about 3 seconds in all. */
const TRIES = { away: 4, busy: 11 }
const FIRST_PAUSE_MS = 25
const LONGEST_PAUSE_MS = 400

export function openDatabase({ url, authToken, timeoutMs = 5_000 }: DatabaseAddress): Database {
  const client = createClient({
    url,
    ...(authToken ? { authToken } : {}),
    fetch: (request: Request) => fetch(request, { signal: AbortSignal.timeout(timeoutMs) }),
  })
  const sql = build(client)
  return {
    client,
    read: (query) => tried(() => query(sql), { idempotent: true }),
    async write(statements, { idempotent = false } = {}) {
      const batch = statements(sql).map(toStatement)
      if (batch.length === 0) return { ok: true, results: [] }
      try {
        return { ok: true, results: await tried(() => client.batch(batch, 'write'), { idempotent }) }
      } catch (error) {
        const refused = refusalOf(error)
        if (refused) return { ok: false, refused }
        throw error
      }
    },
  }
}

/** For a write that no constraint is expected to refuse: a refusal is thrown. */
export function stored(written: Written): ResultSet[] {
  if (!written.ok) throw new Refused(written.refused)
  return written.results
}

/** A refusal that the act knew no answer to: a bug, but for a key that was used meanwhile (worker/failure.ts). */
export class Refused extends Error {
  override name = 'Refused'
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(`the database refused: ${refusal}`)
    this.refusal = refusal
  }
}

const build = (client: Client) => drizzle(client, { schema, casing: 'snake_case' })

function toStatement(built: Built): InStatement {
  const { sql, params } = 'toSQL' in built ? built.toSQL() : built.getQuery()
  // Drizzle has brought each parameter into the database's form, and calls them unknown.
  return { sql, args: params as never }
}

/** Tries again at once where the statement surely did not run, or where running it twice does no harm. */
async function tried<T>(run: () => PromiseLike<T>, { idempotent }: { idempotent: boolean }): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (thrown) {
      const cause = thrown instanceof DrizzleQueryError ? thrown.cause : thrown
      const kind = kindOf(cause)
      if (kind === 'refused by a constraint') throw cause
      if (kind === 'a bug') throw withoutParameters(cause)
      const tries = kind === 'busy' ? TRIES.busy : TRIES.away
      if (attempt >= tries || (kind === 'unknown outcome' && (!idempotent || isTimeout(cause))))
        throw new DatabaseUnavailable(`the database is unavailable (${messageOf(cause)})`)
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS)
      await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random())))
    }
  }
}

/** Busy and away did surely not run. */
type Kind = 'busy' | 'away' | 'unknown outcome' | 'refused by a constraint' | 'a bug'

function kindOf(error: unknown): Kind {
  const message = messageOf(error)
  if (refusalOf(error)) return 'refused by a constraint'
  if (/SQLITE_BUSY|database is locked|\b429\b/i.test(message)) return 'busy'
  if (/ECONNREFUSED|connection refused/i.test(message + causeOf(error))) return 'away'
  if (error instanceof DOMException || error instanceof TypeError) return 'unknown outcome'
  if (/network connection lost|SERVER_ERROR|HTTP status 5/i.test(message)) return 'unknown outcome'
  return 'a bug'
}

const isTimeout = (error: unknown) => error instanceof DOMException && error.name === 'TimeoutError'
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const causeOf = (error: unknown) =>
  error instanceof Error && error.cause instanceof Error
    ? ` ${error.cause.message} ${'code' in error.cause ? error.cause.code : ''}`
    : ''

function refusalOf(error: unknown): Refusal | undefined {
  const message = messageOf(error)
  return Object.entries(REFUSALS).find(([text]) => message.includes(text))?.[1]
}

/** libSQL's own message names tables and columns, never values; drizzle's wraps the values too, and is dropped. */
const withoutParameters = (error: unknown) => new Error(`the database failed: ${messageOf(error)}`)

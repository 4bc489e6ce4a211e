import { eq } from 'drizzle-orm'
import { type Database, DatabaseUnavailable } from '../../db/database.ts'
import { links } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import { isAlias } from './alias.ts'
import { parseCode } from './codes.ts'
import { type KeptLink, type ResolvedLink, toKept } from './kept.ts'
import { lastRemembered, REMEMBER_DOUBTFUL_MS, REMEMBER_MS, remember, remembered, rememberUnknown } from './memory.ts'
import { resolvedLinks } from './queries.ts'

/** A reader of the outage copy may see what it said so long ago: KV keeps what was read for a minute. */
const OUTAGE_COPY_MS = 60_000
/** An edit has reached every address after so long: through every memory, and through the copy for outages. */
export const EVERYWHERE_MS = Math.max(REMEMBER_MS, OUTAGE_COPY_MS)
const DATABASE_LIMIT_MS = 100
/** Where there is nothing to fall back on. */
const LAST_LIMIT_MS = 1_400

/**
 * Finds a link by its code or alias: in memory, in the database (100 ms at most), and, only when the database is away,
 * as it was last known, or in the outage copy. What has the form of neither code nor alias costs no look-up.
 * 'unknown': there is no such link. 'unavailable': the database is away and the outage copy has nothing either.
 */
export async function resolveLink(
  env: Pick<Env, 'OUTAGE'>,
  db: Database,
  codeOrAlias: string,
  now: number,
): Promise<ResolvedLink | 'unknown' | 'unavailable'> {
  const key = linkKey(codeOrAlias)
  if (!key) return 'unknown'
  return remembered(key, now) ?? askForLink(env, db, key, now)
}

/** The same without believing memory, which is brought up to date. */
export async function askForLink(
  env: Pick<Env, 'OUTAGE'>,
  db: Database,
  key: string,
  now: number,
): Promise<ResolvedLink | 'unknown' | 'unavailable'> {
  const asked = queryLink(db, key)
  try {
    return found(key, await within(DATABASE_LIMIT_MS, asked), now)
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error
  }
  const last = await lastKnown(env, key)
  if (last) return remember(key, last, 'outage copy', now, REMEMBER_DOUBTFUL_MS)
  // Nothing to fall back on: a database that is only slow may still know.
  try {
    return found(key, await within(LAST_LIMIT_MS, asked), now)
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error
    return 'unavailable'
  }
}

const found = (key: string, kept: KeptLink | undefined, now: number) =>
  kept ? remember(key, kept, 'database', now, REMEMBER_MS) : rememberUnknown(key, now)

/** Of what memory and the outage copy say, the newer: another isolate may have edited the link just before the outage. */
async function lastKnown(env: Pick<Env, 'OUTAGE'>, key: string): Promise<KeptLink | null> {
  const ours = lastRemembered(key)
  // Without a copy the link is as it was.
  const copy = await env.OUTAGE.get<KeptLink>(outageKey(key), 'json').catch(() => null)
  return ours && (ours.editedAt ?? 0) >= (copy?.editedAt ?? 0) ? ours : copy
}

/** The one form under which a code (eight symbols, upper case) or an alias (lower case) is looked up. */
export function linkKey(codeOrAlias: string): string | null {
  const code = codeKey(codeOrAlias)
  if (code) return code
  const alias = codeOrAlias.toLowerCase()
  return isAlias(alias) ? alias : null
}

/** The same of a code alone. */
export function codeKey(typed: string): string | null {
  const parsed = parseCode(typed)
  return parsed.ok ? parsed.code : null
}

export const outageKey = (key: string): string => `link:${key}`

async function queryLink(db: Database, key: string): Promise<KeptLink | undefined> {
  const column = parseCode(key).ok ? links.code : links.alias
  const [row] = await db.read((sql) => resolvedLinks(sql, eq(column, key)))
  return row && toKept(row)
}

/** @throws DatabaseUnavailable when the limit is reached; the promise goes on, and nobody hears of it */
async function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DatabaseUnavailable(`no answer within ${limitMs} ms`)), limitMs)
  })
  promise.catch(() => {})
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}

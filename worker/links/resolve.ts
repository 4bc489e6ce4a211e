import { eq } from 'drizzle-orm'
import { type Database, DatabaseUnavailable } from '../../db/database.ts'
import { type LINK_CHANNELS, links } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import { isAlias } from './alias.ts'
import { parseCode } from './codes.ts'
import { type ResolvedRow, resolvedLinks } from './queries.ts'

export type LinkState = 'active' | 'paused' | 'expired' | 'retired'

/** All that the redirect, and in an outage the landing page, needs of a link. */
export interface ResolvedLink {
  linkId: string
  code: string
  practiceId: string
  practiceSlug: string
  practiceName: string
  practicePhone: string
  timezone: string
  officeId: string
  officeName: string
  /** Null where the pad is shared. */
  referrerId: string | null
  referrerName: string | null
  serviceId: string
  serviceSlug: string
  serviceName: string
  state: LinkState
  /** Of the practice's first location: lines separated by newlines. */
  address: string
  channel: (typeof LINK_CHANNELS)[number]
  source: 'database' | 'outage copy'
}

/** How long a link is believed without asking again: an edit reaches every address within that time. */
const REMEMBER_MS = 30_000
/** What came from the outage copy, or was not there, is asked for again much sooner. */
const REMEMBER_DOUBTFUL_MS = 3_000
/** A link in use is asked for again when it is so old. */
const ASK_ANEW_MS = 15_000
const DATABASE_LIMIT_MS = 100
const REMEMBERED_LINKS = 10_000
const REMEMBERED_UNKNOWN = 2_000

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
  try {
    const link = (await within(DATABASE_LIMIT_MS, queryLink(db, key))) ?? 'unknown'
    remember(key, link, now, link === 'unknown' ? REMEMBER_DOUBTFUL_MS : REMEMBER_MS)
    return link
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error
    const last = known.get(key)?.link ?? (await env.OUTAGE.get<ResolvedLink>(outageKey(key), 'json'))
    if (!last) return 'unavailable'
    const link: ResolvedLink = { ...last, source: 'outage copy' }
    remember(key, link, now, REMEMBER_DOUBTFUL_MS)
    return link
  }
}

/**
 * True for one request of those that find a link in memory while it grows old: that one asks anew after it was
 * answered, so that none of a busy link's scans ever waits for the database.
 */
export function isDue(key: string, now: number): boolean {
  const found = known.get(key)
  if (!found || found.until - now > REMEMBER_MS - ASK_ANEW_MS || now - found.asked < DATABASE_LIMIT_MS * 10)
    return false
  found.asked = now
  return true
}

/** What memory knows of a key, without asking anybody: what most scans need. */
export function remembered(key: string, now: number): ResolvedLink | 'unknown' | undefined {
  const found = known.get(key) ?? unknown.get(key)
  return found && found.until > now ? found.link : undefined
}

/** Whether there was such a link when it was last asked for, however long ago. */
export const wasKnown = (key: string): boolean => known.has(key)

/** After an edit, so that this isolate answers rightly at once; the others follow within REMEMBER_MS. */
export function forgetLink(...keys: (string | null)[]): void {
  for (const key of keys) {
    if (!key) continue
    known.delete(key)
    unknown.delete(key)
  }
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

export function toResolved(
  { retiredAt, alias: _, label: __, createdAt: ___, ...row }: ResolvedRow,
  source: ResolvedLink['source'],
): ResolvedLink {
  return { ...row, state: retiredAt === null ? 'active' : 'retired', source }
}

async function queryLink(db: Database, key: string): Promise<ResolvedLink | undefined> {
  const column = parseCode(key).ok ? links.code : links.alias
  const [row] = await db.read((sql) => resolvedLinks(sql, eq(column, key)))
  return row && toResolved(row, 'database')
}

interface Remembered<T> {
  link: T
  until: number
  /** When it was last asked for. */
  asked: number
}
const known = new Map<string, Remembered<ResolvedLink>>()
// Of their own, so that guessing codes pushes no link out.
const unknown = new Map<string, Remembered<'unknown'>>()

function remember(key: string, link: ResolvedLink | 'unknown', now: number, forMs: number): void {
  known.delete(key)
  unknown.delete(key)
  const times = { until: now + forMs, asked: now }
  if (link === 'unknown') keep(unknown, REMEMBERED_UNKNOWN, key, { link, ...times })
  else keep(known, REMEMBERED_LINKS, key, { link, ...times })
}

/** The longest unasked goes when there are too many. */
function keep<T>(map: Map<string, T>, limit: number, key: string, value: T): void {
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > limit && oldest !== undefined) map.delete(oldest)
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

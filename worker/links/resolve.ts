import { eq } from 'drizzle-orm'
import { type Database, DatabaseUnavailable } from '../../db/database.ts'
import { type LINK_CHANNELS, links } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import { localDay, QUARTER_MS, worksThere } from '../practices/day.ts'
import { isAlias } from './alias.ts'
import { parseCode } from './codes.ts'
import type { LinkState } from './link.ts'
import { type ResolvedRow, resolvedLinks } from './queries.ts'
import { type Dated, stateOn } from './state.ts'

/** What is kept of a link, in memory and in the outage copy: true on any day. */
export interface KeptLink extends Dated {
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
  /** The referrer's last day at the office. */
  referrerLastDay: string | null
  serviceId: string
  serviceSlug: string
  serviceName: string
  /** Of a print run, the local day from which on its hits are no tests; null where it is none. */
  handOutDay: string | null
  /** Of the practice's first location: lines separated by newlines. */
  address: string
  channel: (typeof LINK_CHANNELS)[number]
  /** When it was changed or retired last. */
  editedAt: number | null
}

/**
 * All that the redirect, and in an outage the landing page, needs of a link, as it is on one day: without its referrer
 * once they have left the office.
 */
export interface ResolvedLink extends KeptLink {
  state: LinkState
  /** Of a print run that is not handed out yet. */
  isTest: boolean
  source: 'database' | 'outage copy'
}

/** How long a link is believed without asking again: an edit reaches every address within that time. */
const REMEMBER_MS = 30_000
/** A reader of the outage copy may see what it said so long ago: KV keeps what was read for a minute. */
const OUTAGE_COPY_MS = 60_000
/** An edit has reached every address after so long: through every memory, and through the copy for outages. */
export const EVERYWHERE_MS = Math.max(REMEMBER_MS, OUTAGE_COPY_MS)
/** What came from the outage copy, or was not there, is asked for again much sooner. */
const REMEMBER_DOUBTFUL_MS = 3_000
/** A link in use is asked for again when it is so old. */
const ASK_ANEW_MS = 15_000
const DATABASE_LIMIT_MS = 100
const LAST_LIMIT_MS = 1_400
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
  const ours = known.get(key)?.kept ?? null
  // Without a copy the link is as it was.
  const copy = await env.OUTAGE.get<KeptLink>(outageKey(key), 'json').catch(() => null)
  return ours && (ours.editedAt ?? 0) >= (copy?.editedAt ?? 0) ? ours : copy
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
  const found = known.get(key)
  if (!found) return (unknown.get(key) ?? 0) > now ? 'unknown' : undefined
  if (found.until <= now) return undefined
  // A pause, an expiry and a departure begin at a midnight, whatever the memory's age.
  if (now >= found.asOf + QUARTER_MS || now < found.asOf)
    Object.assign(found, evaluated(found.kept, found.link.source, now))
  return found.link
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

export const toKept = ({
  batch,
  alias: _,
  label: __,
  createdAt: ___,
  version: ____,
  ...row
}: ResolvedRow): KeptLink => ({ ...row, handOutDay: batch?.handOutDay ?? null })

async function queryLink(db: Database, key: string): Promise<KeptLink | undefined> {
  const column = parseCode(key).ok ? links.code : links.alias
  const [row] = await db.read((sql) => resolvedLinks(sql, eq(column, key)))
  return row && toKept(row)
}

interface Remembered {
  kept: KeptLink
  /** As it is in the quarter of an hour that began at `asOf`: every zone's days begin with one. */
  link: ResolvedLink
  asOf: number
  until: number
  /** When it was last asked for. */
  asked: number
}
const known = new Map<string, Remembered>()
/** Until when they are believed. Of their own, so that guessing codes pushes no link out. */
const unknown = new Map<string, number>()

function remember(
  key: string,
  kept: KeptLink,
  source: ResolvedLink['source'],
  now: number,
  forMs: number,
): ResolvedLink {
  forgetLink(key)
  const remembering = { kept, ...evaluated(kept, source, now), until: now + forMs, asked: now }
  keep(known, REMEMBERED_LINKS, key, remembering)
  return remembering.link
}

const evaluated = (kept: KeptLink, source: ResolvedLink['source'], now: number) => ({
  link: linkAt(kept, source, now),
  asOf: now - (now % QUARTER_MS),
})

function rememberUnknown(key: string, now: number): 'unknown' {
  forgetLink(key)
  keep(unknown, REMEMBERED_UNKNOWN, key, now + REMEMBER_DOUBTFUL_MS)
  return 'unknown'
}

/** The link as it is at `now`. */
export function linkAt(kept: KeptLink, source: ResolvedLink['source'], now: number): ResolvedLink {
  const today = localDay(now, kept.timezone)
  const who = worksThere(kept.referrerLastDay, today) ? {} : { referrerId: null, referrerName: null }
  // Copies for an outage that were made before there were print runs say nothing of a day.
  const isTest = kept.handOutDay ? today < kept.handOutDay : false
  return { ...kept, ...who, state: stateOn(kept, today), isTest, source }
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

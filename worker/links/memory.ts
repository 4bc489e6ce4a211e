import { QUARTER_MS } from '../practices/day.ts'
import { type KeptLink, linkAt, type ResolvedLink } from './kept.ts'

/** How long a link is believed without asking again: an edit reaches every address within that time. */
export const REMEMBER_MS = 30_000
/** What came from the outage copy, or was not there, is asked for again much sooner. */
export const REMEMBER_DOUBTFUL_MS = 3_000
/** A link in use is asked for again when it is so old, and by one request at a time: so long it may take. */
const ASK_ANEW_MS = 15_000
const ASKING_MS = 1_000
const REMEMBERED_LINKS = 10_000
const REMEMBERED_UNKNOWN = 2_000

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

/** After an edit, so that this isolate answers rightly at once; the others follow within REMEMBER_MS. */
export function forgetLink(...keys: (string | null)[]): void {
  for (const key of keys) {
    if (!key) continue
    known.delete(key)
    unknown.delete(key)
  }
}

/**
 * True for one request of those that find a link in memory while it grows old: that one asks anew after it was
 * answered, so that none of a busy link's scans ever waits for the database.
 */
export function isDue(key: string, now: number): boolean {
  const found = known.get(key)
  if (!found || found.until - now > REMEMBER_MS - ASK_ANEW_MS || now - found.asked < ASKING_MS) return false
  found.asked = now
  return true
}

/** The last that was known of a link, however long ago; null where there was none. */
export const lastRemembered = (key: string): KeptLink | null => known.get(key)?.kept ?? null

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

export function remember(
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

export function rememberUnknown(key: string, now: number): 'unknown' {
  forgetLink(key)
  keep(unknown, REMEMBERED_UNKNOWN, key, now + REMEMBER_DOUBTFUL_MS)
  return 'unknown'
}

const evaluated = (kept: KeptLink, source: ResolvedLink['source'], now: number) => ({
  link: linkAt(kept, source, now),
  asOf: now - (now % QUARTER_MS),
})

/** The longest unasked goes when there are too many. */
function keep<T>(map: Map<string, T>, limit: number, key: string, value: T): void {
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > limit && oldest !== undefined) map.delete(oldest)
}

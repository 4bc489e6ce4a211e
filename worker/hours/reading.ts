import { and, asc, eq, inArray, isNull, lte, or, sql as raw } from 'drizzle-orm'
import { type Database, stored } from '../../db/database.ts'
import { busyTimes, calendarFeeds, practices } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import { openVault } from '../practices/vault.ts'
import { type Busy, type BusyFound, busyTimesOf } from './busy.ts'
import { type Fetch, fetchCalendar } from './fetch.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Each calendar is read every quarter of an hour, and so many a minute, the one that waits longest first. */
const EVERY_MS = 15 * MINUTE_MS
const A_MINUTE = 5
/** From yesterday, for zones behind; until the desk's horizon (worker/bookings/book.ts). */
const BEHIND_MS = DAY_MS
const AHEAD_MS = 368 * DAY_MS
const ROWS_A_STATEMENT = 500

/**
 * Reads the calendars whose turn it is; for the schedule. The busy times of each are replaced whole. Where reading fails
 * the old ones stay, and the feed says what went wrong.
 */
export async function readFeeds(db: Database, env: Pick<Env, 'MASTER_KEY'>, fetch: Fetch, now: number): Promise<void> {
  const due = await db.read((sql) =>
    sql
      .select({
        practiceId: calendarFeeds.practiceId,
        id: calendarFeeds.id,
        providerId: calendarFeeds.providerId,
        url: calendarFeeds.url,
        timezone: practices.timezone,
      })
      .from(calendarFeeds)
      .innerJoin(practices, eq(practices.id, calendarFeeds.practiceId))
      .where(
        and(
          isNull(calendarFeeds.removedAt),
          or(isNull(calendarFeeds.triedAt), lte(calendarFeeds.triedAt, now - EVERY_MS)),
        ),
      )
      .orderBy(asc(calendarFeeds.triedAt))
      .limit(A_MINUTE),
  )
  if (due.length === 0) return
  // Before: one that breaks the Worker must not be the first again the next minute.
  const ids = due.map(({ id }) => id)
  const tried = inArray(calendarFeeds.id, ids)
  stored(await db.write((sql) => [sql.update(calendarFeeds).set({ triedAt: now }).where(tried)], { idempotent: true }))
  await Promise.all(due.map((feed) => readFeed(db, env, fetch, feed, now)))
}

interface Feed {
  practiceId: string
  id: string
  providerId: string
  /** sealed */
  url: string
  /** The practice's: of whole days, and of times without a zone. */
  timezone: string
}

async function readFeed(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  fetch: Fetch,
  feed: Feed,
  now: number,
): Promise<void> {
  const vault = await openVault(db, env, feed.practiceId)
  const fetched = await fetchCalendar(fetch, await vault.open('calendar_feeds', feed.id, 'url', feed.url))
  const found: BusyFound = fetched.ok
    ? busyTimesOf(fetched.text, feed.timezone, now - BEHIND_MS, now + AHEAD_MS)
    : fetched
  if (found.ok) return replace(db, feed, found.busy, now)
  const failed = { trouble: found.trouble }
  stored(await db.write((sql) => [sql.update(calendarFeeds).set(failed).where(is(feed))], { idempotent: true }))
}

async function replace(db: Database, feed: Feed, busy: readonly Busy[], now: number): Promise<void> {
  const { practiceId, id: feedId, providerId } = feed
  const rows = busy.map((one, n) => ({ practiceId, id: `${feedId}.${n}`, feedId, providerId, ...one }))
  const its = and(eq(busyTimes.practiceId, practiceId), eq(busyTimes.feedId, feedId))
  const isRemoved = raw`exists (select 1 from ${calendarFeeds} where ${is(feed)} and ${calendarFeeds.removedAt} is not null)`
  stored(
    await db.write(
      (sql) => [
        sql.delete(busyTimes).where(its),
        ...Array.from({ length: Math.ceil(rows.length / ROWS_A_STATEMENT) }, (_, n) =>
          sql.insert(busyTimes).values(rows.slice(n * ROWS_A_STATEMENT, (n + 1) * ROWS_A_STATEMENT)),
        ),
        sql.update(calendarFeeds).set({ readAt: now, trouble: null }).where(is(feed)),
        // Removed while it was read: nothing of it may stay.
        sql.delete(busyTimes).where(and(its, isRemoved)),
      ],
      { idempotent: true },
    ),
  )
}

const is = ({ practiceId, id }: Feed) => and(eq(calendarFeeds.practiceId, practiceId), eq(calendarFeeds.id, id))

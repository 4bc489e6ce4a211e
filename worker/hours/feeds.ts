import { z } from '@hono/zod-openapi'
import { and, asc, count, eq, isNull } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Database, stored } from '../../db/database.ts'
import { busyTimes, calendarFeeds } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import type { Caller, FieldError, Keep } from '../http.ts'
import { type After, following, page } from '../lists.ts'
import { openVault } from '../practices/vault.ts'
import { addressTrouble, calendarAddress } from './address.ts'

/** All practices share the reading: none may take the turns of the others. */
const MOST_FEEDS = 50

export const CalendarFeed = z
  .object({
    id: z.string(),
    providerId: z.string(),
    createdAt: z.iso.datetime(),
    readAt: z.iso.datetime().nullable().describe('When it was last read whole; null before the first time'),
    triedAt: z.iso.datetime().nullable().describe('When it was last asked for'),
    trouble: z.string().nullable().describe('What went wrong the last time; null where nothing did'),
  })
  .openapi('CalendarFeed')
export type CalendarFeed = z.infer<typeof CalendarFeed>

export const NewCalendarFeed = z
  .strictObject({
    providerId: z.string().max(100),
    url: z
      .string()
      .max(2_000)
      .describe('The secret address at which the calendar publishes itself (iCalendar); it is never shown again')
      .openapi({ example: 'https://calendar.example.com/private/basic.ics' }),
  })
  .openapi('NewCalendarFeed')

export type FeedMade = { ok: true; feed: CalendarFeed } | { ok: false; errors: FieldError[] }

/** Adds a calendar, whose address is sealed; the schedule reads it within a minute or so. */
export async function addFeed(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  { practiceId, by }: Caller,
  { providerId, url }: z.infer<typeof NewCalendarFeed>,
  keep: Keep,
  now: number,
): Promise<FeedMade> {
  const address = calendarAddress(url)
  const trouble = addressTrouble(address)
  if (trouble) return { ok: false, errors: [{ field: 'url', detail: trouble }] }
  const [held] = await db.read((sql) => sql.select({ n: count() }).from(calendarFeeds).where(live(practiceId)))
  if ((held?.n ?? 0) >= MOST_FEEDS)
    return { ok: false, errors: [{ field: 'url', detail: `A practice has at most ${MOST_FEEDS} calendars.` }] }
  const id = nanoid()
  const vault = await openVault(db, env, practiceId)
  const sealed = await vault.seal('calendar_feeds', id, 'url', address)
  const row = { practiceId, id, providerId, url: sealed, createdAt: now, by }
  const feed = shown({ ...row, readAt: null, triedAt: null, trouble: null })
  const kept = await keep(201, feed)
  const written = await db.write((sql) => [sql.insert(calendarFeeds).values(row), ...kept(sql)])
  if (!written.ok && written.refused === 'no such row')
    return { ok: false, errors: [{ field: 'providerId', detail: 'This practice has no such provider.' }] }
  stored(written)
  return { ok: true, feed }
}

export async function listFeeds(
  db: Database,
  practiceId: string,
  { limit, cursor }: { limit: number; cursor?: After | undefined },
): Promise<{ items: CalendarFeed[]; next: string | null }> {
  const rows = await db.read((sql) =>
    sql
      .select()
      .from(calendarFeeds)
      .where(and(live(practiceId), following(calendarFeeds.createdAt, calendarFeeds.id, cursor)))
      .orderBy(asc(calendarFeeds.createdAt), asc(calendarFeeds.id))
      .limit(limit + 1),
  )
  const { items, next } = page(rows, limit, ({ createdAt, id }) => ({ key: createdAt, id }))
  return { items: items.map(shown), next }
}

/** Forgets a calendar's address and its busy times; the row tells that it was there. Null where there is none. */
export async function removeFeed(
  db: Database,
  practiceId: string,
  id: string,
  keep: Keep,
  now: number,
): Promise<CalendarFeed | null> {
  const its = and(live(practiceId), eq(calendarFeeds.id, id))
  const [row] = await db.read((sql) => sql.select().from(calendarFeeds).where(its))
  if (!row) return null
  const feed = shown(row)
  const kept = await keep(200, feed)
  stored(
    await db.write((sql) => [
      sql.update(calendarFeeds).set({ removedAt: now, url: '' }).where(its),
      sql.delete(busyTimes).where(and(eq(busyTimes.practiceId, practiceId), eq(busyTimes.feedId, id))),
      ...kept(sql),
    ]),
  )
  return feed
}

const live = (practiceId: string) => and(eq(calendarFeeds.practiceId, practiceId), isNull(calendarFeeds.removedAt))

type Row = Pick<typeof calendarFeeds.$inferSelect, 'id' | 'providerId' | 'createdAt' | 'readAt' | 'triedAt' | 'trouble'>
const shown = ({ id, providerId, createdAt, readAt, triedAt, trouble }: Row): CalendarFeed => ({
  ...{ id, providerId, createdAt: iso(createdAt), trouble },
  ...{ readAt: readAt === null ? null : iso(readAt), triedAt: triedAt === null ? null : iso(triedAt) },
})
const iso = (at: number) => new Date(at).toISOString()

import { and, eq, gte, isNull } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { calendarFeeds, hourExceptions, weeklyHours } from '../../db/schema.ts'
import { dayAfter, localDay } from './day.ts'
import type { Practice, Service } from './find.ts'

/** How long what another calendar said is believed: then times may be taken that look free. */
const BELIEVED_MS = 24 * 3_600_000

/** Who sees patients for a service, and when each calendar of theirs was last read whole. */
export interface Calendars {
  providerIds: readonly string[]
  feeds: readonly { providerId: string; readAt: number | null }[]
}

/**
 * Is a service booked by patients themselves? The practice and the service must both say so; where the providers' own
 * calendar lies elsewhere, every one of them must have one that was read within 24 hours. Else patients call.
 */
export const isOnline = (
  practice: Pick<Practice, 'mode'>,
  service: Pick<Service, 'mode' | 'calendar'>,
  calendars: Calendars,
  now: number,
): boolean =>
  practice.mode === 'booking' &&
  service.mode === 'book' &&
  (service.calendar === 'only' || unreadProviders(calendars, now).length === 0)

/** The providers without a calendar, or with one that was not read within 24 hours. */
export function unreadProviders({ providerIds, feeds }: Calendars, now: number): string[] {
  const isRead = ({ readAt }: { readAt: number | null }) => readAt !== null && now - readAt <= BELIEVED_MS
  return [...new Set(providerIds)].filter((providerId) => {
    const its = feeds.filter((feed) => feed.providerId === providerId)
    return its.length === 0 || !its.every(isRead)
  })
}

/** The same, asked of the database; of a service whose calendar is ours alone nothing more is read. */
export async function isOnlineNow(db: Database, practice: Practice, service: Service, now: number): Promise<boolean> {
  const none = { providerIds: [], feeds: [] }
  if (service.calendar === 'only') return isOnline(practice, service, none, now)
  return isOnline(practice, service, await readCalendars(db, practice.id, service.id, now), now)
}

export async function readCalendars(
  db: Database,
  practiceId: string,
  serviceId: string,
  now: number,
): Promise<Calendars> {
  const yesterday = dayAfter(localDay(now, 'UTC'), -1)
  const ofService = <T extends typeof weeklyHours | typeof hourExceptions>(table: T) =>
    and(eq(table.practiceId, practiceId), eq(table.serviceId, serviceId))
  const [weekly, extra, feeds] = await Promise.all([
    db.read((sql) =>
      sql.selectDistinct({ providerId: weeklyHours.providerId }).from(weeklyHours).where(ofService(weeklyHours)),
    ),
    db.read((sql) =>
      sql
        .selectDistinct({ providerId: hourExceptions.providerId })
        .from(hourExceptions)
        .where(
          and(ofService(hourExceptions), eq(hourExceptions.kind, 'extra'), gte(hourExceptions.untilDay, yesterday)),
        ),
    ),
    db.read((sql) => sql.select(feedColumns).from(calendarFeeds).where(liveFeeds(practiceId))),
  ])
  return { providerIds: [...weekly, ...extra].flatMap(({ providerId }) => providerId ?? []), feeds }
}

export const feedColumns = { providerId: calendarFeeds.providerId, readAt: calendarFeeds.readAt }
const liveFeeds = (practiceId: string) => and(eq(calendarFeeds.practiceId, practiceId), isNull(calendarFeeds.removedAt))

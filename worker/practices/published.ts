import { and, eq, gte, inArray, isNull } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import {
  calendarFeeds,
  hosts,
  hourExceptions,
  locations,
  practices,
  practiceTexts,
  providers,
  services,
  serviceTexts,
  weeklyHours,
} from '../../db/schema.ts'
import { dayAfter, localDay } from './day.ts'
import { type Calendars, feedColumns } from './online.ts'
import { readQuestions, type ServiceQuestion } from './questions.ts'

/** What a practice tells everybody about itself: the rows behind its landing pages, and no others. */
export interface Published {
  practice: typeof practices.$inferSelect
  /** Its own host, where it has one. */
  host: string | null
  /** What it says of itself, a row for each language. */
  words: PracticeWords[]
  providers: (typeof providers.$inferSelect)[]
  /** In the practice's own order. */
  services: (typeof services.$inferSelect)[]
  texts: (typeof serviceTexts.$inferSelect)[]
  locations: (typeof locations.$inferSelect)[]
  hours: (typeof weeklyHours.$inferSelect)[]
  /** What patients are asked, in this order. */
  questions: ServiceQuestion[]
  /** Closings and extra hours that are not over. */
  exceptions: (typeof hourExceptions.$inferSelect)[]
  /** The providers' calendars elsewhere, and when each was read. */
  feeds: { providerId: string; readAt: number | null }[]
}
export type PublishedService = Published['services'][number] & {
  /** `locale` is the language that its words are in, which may not be the reader's. */
  text: Omit<typeof serviceTexts.$inferSelect, 'practiceId' | 'serviceId'>
  places: Place[]
  /** Who gives it, in the order of their names. */
  providers: Published['providers']
  questions: ServiceQuestion[]
}
export type PracticeWords = typeof practiceTexts.$inferSelect
/** A location where a service is given. */
export type Place = Published['locations'][number] & { openings: Opening[] }
/** Minutes after midnight on the wall clock of the location; weekday 1 is Monday. */
export interface Opening {
  weekday: number
  opens: number
  closes: number
}

/** How long a practice's own data is believed without asking again. In an outage it is believed as long as it lasts. */
const FRESH_MS = 30_000

/**
 * What a practice publishes; null when there is no such practice.
 * @throws DatabaseUnavailable when the database is away and nothing is remembered
 */
export async function publishedPractice(db: Database, slug: string, now: number): Promise<Published | null> {
  const known = remembered.get(slug)
  if (known && now - known.at < FRESH_MS) return known.published
  try {
    const rows = await readPublished(db, slug, now)
    const published = rows && { ...rows, questions: await readQuestions(db, rows.practice.id) }
    if (published) remembered.set(slug, { at: now, published })
    else remembered.delete(slug)
    return published
  } catch (error) {
    if (known) return known.published
    throw error
  }
}

const remembered = new Map<string, { at: number; published: Published }>()

async function readPublished(db: Database, slug: string, now: number): Promise<Omit<Published, 'questions'> | null> {
  // West of Greenwich it may still be that day.
  const yesterday = dayAfter(localDay(now, 'UTC'), -1)
  return db.read(async (sql) => {
    const id = sql.select({ id: practices.id }).from(practices).where(eq(practices.slug, slug))
    const [found, own, words, people, offered, texts, places, hours, exceptions, feeds] = await Promise.all([
      sql.select().from(practices).where(eq(practices.slug, slug)),
      sql
        .select({ host: hosts.host })
        .from(hosts)
        .where(and(inArray(hosts.practiceId, id), hosts.isPrimary)),
      sql.select().from(practiceTexts).where(inArray(practiceTexts.practiceId, id)),
      sql.select().from(providers).where(inArray(providers.practiceId, id)).orderBy(providers.name),
      sql.select().from(services).where(inArray(services.practiceId, id)).orderBy(services.position, services.id),
      sql.select().from(serviceTexts).where(inArray(serviceTexts.practiceId, id)),
      sql.select().from(locations).where(inArray(locations.practiceId, id)).orderBy(locations.id),
      sql
        .select()
        .from(weeklyHours)
        .where(and(inArray(weeklyHours.practiceId, id))),
      sql
        .select()
        .from(hourExceptions)
        .where(and(inArray(hourExceptions.practiceId, id), gte(hourExceptions.untilDay, yesterday))),
      sql
        .select(feedColumns)
        .from(calendarFeeds)
        .where(and(inArray(calendarFeeds.practiceId, id), isNull(calendarFeeds.removedAt))),
    ])
    const [practice] = found
    if (!practice) return null
    const host = own[0]?.host ?? null
    const said = { practice, host, words, providers: people, services: offered, texts }
    return { ...said, locations: places, hours, exceptions, feeds }
  })
}

/** One service with its words in the reader's language (else in the practice's, else in English) and its places. */
export function serviceIn(
  published: Published,
  service: Published['services'][number],
  lang: string,
): PublishedService {
  const own = published.texts.filter((text) => text.serviceId === service.id)
  const text = inLanguage(own, published, lang)
  const hours = published.hours.filter((row) => row.serviceId === service.id)
  const places = published.locations
    .map((location) => ({ ...location, openings: openingsOf(hours.filter((row) => row.locationId === location.id)) }))
    .filter((place) => place.openings.length > 0 || hours.length === 0)
  return {
    ...service,
    questions: published.questions.filter(({ serviceId }) => serviceId === service.id),
    text: text ?? {
      locale: published.practice.locale,
      ...{ name: service.name, summary: '', visit: '', bring: '', cost: '', insurance: '', driver: '' },
    },
    places,
    providers: published.providers.filter(({ id }) => hours.some((row) => row.providerId === id)),
  }
}

/** What the practice says of itself, in the reader's language where it does; null where it says nothing. */
export const practiceWords = (published: Published, lang: string): PracticeWords | null =>
  inLanguage(published.words, published, lang) ?? null

const inLanguage = <T extends { locale: string }>(rows: T[], { practice }: Published, lang: string): T | undefined =>
  [lang, practice.locale, 'en']
    .map((locale) => rows.find((row) => row.locale === locale))
    .find((row) => row !== undefined)

/** Whose calendars a service depends on where they lie elsewhere. */
export function calendarsOf({ hours, exceptions, feeds }: Published, service: { id: string }): Calendars {
  const extra = exceptions.filter(({ kind }) => kind === 'extra')
  const its = [...hours, ...extra].filter(({ serviceId }) => serviceId === service.id)
  return { providerIds: its.flatMap(({ providerId }) => providerId ?? []), feeds }
}

/** Opening hours of several providers as one: overlapping and touching ones are joined. */
export function openingsOf(hours: readonly Opening[]): Opening[] {
  const joined: Opening[] = []
  for (const { weekday, opens, closes } of hours.toSorted((a, b) => a.weekday - b.weekday || a.opens - b.opens)) {
    const last = joined.at(-1)
    if (last && last.weekday === weekday && opens <= last.closes) last.closes = Math.max(last.closes, closes)
    else joined.push({ weekday, opens, closes })
  }
  return joined
}

/** Weekdays with the same hours, together: Monday to Wednesday and Friday, 8:30 to 12:00 and 13:00 to 16:30. */
export function weekOf(openings: readonly Opening[]): { days: [number, number][]; hours: [number, number][] }[] {
  const week: { days: [number, number][]; hours: [number, number][] }[] = []
  for (const weekday of [1, 2, 3, 4, 5, 6, 7]) {
    const hours = openings
      .filter((row) => row.weekday === weekday)
      .map((row): [number, number] => [row.opens, row.closes])
    if (hours.length === 0) continue
    const same = week.find((others) => String(others.hours) === String(hours))
    const last = same?.days.at(-1)
    if (last?.[1] === weekday - 1) last[1] = weekday
    else if (same) same.days.push([weekday, weekday])
    else week.push({ days: [[weekday, weekday]], hours })
  }
  return week
}

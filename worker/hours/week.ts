import { z } from '@hono/zod-openapi'
import { and, asc, eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Database, stored } from '../../db/database.ts'
import { locations, providers, weeklyHours } from '../../db/schema.ts'
import type { FieldError, Keep } from '../http.ts'
import { findService } from '../practices/find.ts'

const MOST_HOURS = 500
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

export const minuteOfDay = z.int('Give minutes after midnight, from 0 to 1440.').min(0).max(1440)

const Hours = z.strictObject({
  providerId: z.string().max(100),
  locationId: z.string().max(100),
  weekday: z.int().min(1).max(7).describe('1 is Monday, 7 is Sunday'),
  opens: minuteOfDay.describe('Minutes after midnight on the wall clock of the location').openapi({ example: 510 }),
  closes: minuteOfDay.openapi({ example: 720 }),
})
type Hours = z.infer<typeof Hours>

export const Week = z
  .strictObject({ hours: z.array(Hours).max(MOST_HOURS, `Give at most ${MOST_HOURS}.`) })
  .openapi('ServiceHours')
export type Week = z.infer<typeof Week>

/** The week of a service: who sees patients for it, where and when. Undefined where there is no such service. */
export async function weekOf(db: Database, practiceId: string, slugOrId: string): Promise<Week | undefined> {
  const service = await findService(db, practiceId, slugOrId)
  if (!service) return undefined
  const { providerId, locationId, weekday, opens, closes } = weeklyHours
  const hours = await db.read((sql) =>
    sql
      .select({ providerId, locationId, weekday, opens, closes })
      .from(weeklyHours)
      .where(ofService(practiceId, service.id))
      .orderBy(asc(weekday), asc(opens), asc(providerId)),
  )
  return { hours }
}

export type WeekSet =
  | { ok: true; week: Week }
  | { ok: false; problem: 'not-found' }
  | { ok: false; problem: 'invalid'; errors: FieldError[] }

/** Replaces the whole week of a service. Bookings that were made already stay. */
export async function setWeek(
  db: Database,
  practiceId: string,
  slugOrId: string,
  { hours }: Week,
  keep: Keep,
): Promise<WeekSet> {
  const service = await findService(db, practiceId, slugOrId)
  if (!service) return { ok: false, problem: 'not-found' }
  const errors = [...(await strangers(db, practiceId, hours)), ...misplaced(hours)]
  if (errors.length > 0) return { ok: false, problem: 'invalid', errors }
  const week = { hours: hours.toSorted((a, b) => a.weekday - b.weekday || a.opens - b.opens) }
  const rows = week.hours.map((one) => ({ practiceId, id: nanoid(), serviceId: service.id, ...one }))
  const kept = await keep(200, week)
  stored(
    await db.write((sql) => [
      sql.delete(weeklyHours).where(ofService(practiceId, service.id)),
      ...(rows.length > 0 ? [sql.insert(weeklyHours).values(rows)] : []),
      ...kept(sql),
    ]),
  )
  return { ok: true, week }
}

const ofService = (practiceId: string, serviceId: string) =>
  and(eq(weeklyHours.practiceId, practiceId), eq(weeklyHours.serviceId, serviceId))

/** Hours that end before they begin, and those of one provider that overlap. */
function misplaced(hours: readonly Hours[]): FieldError[] {
  const errors: FieldError[] = []
  for (const [i, one] of hours.entries()) {
    if (one.opens >= one.closes) errors.push({ field: `hours/${i}/closes`, detail: 'Give a time after "opens".' })
    const other = hours
      .slice(0, i)
      .findIndex(
        ({ providerId, weekday, opens, closes }) =>
          providerId === one.providerId && weekday === one.weekday && opens < one.closes && one.opens < closes,
      )
    if (other >= 0) {
      const detail = `On ${WEEKDAYS[one.weekday - 1]} these overlap with hours/${other} of the same provider.`
      errors.push({ field: `hours/${i}`, detail })
    }
  }
  return errors
}

/** Providers and locations that are not this practice's. */
async function strangers(db: Database, practiceId: string, hours: readonly Hours[]): Promise<FieldError[]> {
  const known = await placesOf(db, practiceId)
  return hours.flatMap(({ providerId, locationId }, i) => [
    ...(known.providers.has(providerId) ? [] : [unknown(`hours/${i}/providerId`, 'provider')]),
    ...(known.locations.has(locationId) ? [] : [unknown(`hours/${i}/locationId`, 'location')]),
  ])
}

export const unknown = (field: string, what: string): FieldError => ({
  field,
  detail: `This practice has no such ${what}.`,
})

/** The ids of a practice's providers, and of its locations with their zones. */
export async function placesOf(
  db: Database,
  practiceId: string,
): Promise<{ providers: Set<string>; locations: Map<string, string> }> {
  const [people, places] = await Promise.all([
    db.read((sql) => sql.select({ id: providers.id }).from(providers).where(eq(providers.practiceId, practiceId))),
    db.read((sql) =>
      sql
        .select({ id: locations.id, timezone: locations.timezone })
        .from(locations)
        .where(eq(locations.practiceId, practiceId)),
    ),
  ])
  return {
    providers: new Set(people.map(({ id }) => id)),
    locations: new Map(places.map(({ id, timezone }) => [id, timezone])),
  }
}

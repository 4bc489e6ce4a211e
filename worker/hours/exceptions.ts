import { z } from '@hono/zod-openapi'
import { and, asc, eq, gte } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Database, stored } from '../../db/database.ts'
import { hourExceptions } from '../../db/schema.ts'
import { day } from '../bookings/asking.ts'
import type { Caller, FieldError, Keep } from '../http.ts'
import { type After, following, ListQuery, page } from '../lists.ts'
import { dayAfter } from '../practices/day.ts'
import { findService } from '../practices/find.ts'
import { line } from '../text.ts'
import { touchedBookings } from './touched.ts'
import { minuteOfDay, placesOf, unknown } from './week.ts'

const MOST_DAYS = 366

const members = {
  kind: z
    .enum(['closed', 'extra'])
    .describe('closed: no times are offered, nor extra ones; extra: hours beside those of the week'),
  providerId: z.string().max(100).nullable().default(null).describe('Null: every provider'),
  locationId: z.string().max(100).nullable().default(null).describe('Null: every location'),
  serviceId: z.string().max(100).nullable().default(null).describe('Null: every service'),
  fromDay: day.describe('A day on the wall clock of the location'),
  untilDay: day.describe('The last day, included'),
  opens: minuteOfDay.nullable().default(null).describe('Minutes after midnight; null: the whole day'),
  closes: minuteOfDay.nullable().default(null),
}

export const HourException = z
  .object({
    id: z.string(),
    ...members,
    note: z.string().describe('Such as the name of the holiday; empty where there is none'),
    createdAt: z.iso.datetime(),
  })
  .openapi('HourException')
export type HourException = z.infer<typeof HourException>

export const MadeException = HourException.extend({
  bookings: z
    .int()
    .describe(
      'How many bookings to come lie in a closing and stay until somebody moves or cancels them; 0 of extra hours',
    ),
}).openapi('HourExceptionMade')
type MadeException = z.infer<typeof MadeException>

export const NewException = z
  .strictObject({ ...members, note: line(120).optional() })
  .superRefine((one, context) => {
    const wrong = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message })
    const { kind, fromDay, untilDay, opens, closes } = one
    if (untilDay < fromDay) wrong('untilDay', 'Give a day that is not before "fromDay".')
    else if (untilDay > dayAfter(fromDay, MOST_DAYS)) wrong('untilDay', `Give at most ${MOST_DAYS} days.`)
    if ((opens === null) !== (closes === null)) wrong(opens === null ? 'opens' : 'closes', 'Give both, or neither.')
    if (opens !== null && closes !== null && opens >= closes) wrong('closes', 'Give a time after "opens".')
    if (kind === 'extra')
      for (const field of ['providerId', 'locationId', 'serviceId', 'opens', 'closes'] as const)
        if (one[field] === null) wrong(field, 'Extra hours need this.')
  })
  .openapi('NewHourException')

export const ExceptionQuery = ListQuery.extend({
  from: day.optional().openapi({ description: 'Only those that end on this day or later' }),
})

export type ExceptionMade = { ok: true; exception: MadeException } | { ok: false; errors: FieldError[] }

/** Closes hours, or adds some. A closing does not touch bookings: it says how many there are. */
export async function addException(
  db: Database,
  { practiceId, by }: Caller,
  asked: z.infer<typeof NewException>,
  keep: Keep,
  now: number,
): Promise<ExceptionMade> {
  const known = await placesOf(db, practiceId)
  const { providerId, locationId } = asked
  const service = asked.serviceId === null ? null : await findService(db, practiceId, asked.serviceId)
  const errors = [
    ...(providerId === null || known.providers.has(providerId) ? [] : [unknown('providerId', 'provider')]),
    ...(locationId === null || known.locations.has(locationId) ? [] : [unknown('locationId', 'location')]),
    ...(service === undefined ? [unknown('serviceId', 'service')] : []),
  ]
  if (errors.length > 0) return { ok: false, errors }
  const serviceId = service?.id ?? null
  const row = { practiceId, id: nanoid(), ...asked, serviceId, note: asked.note ?? '', createdAt: now, by }
  const bookings = asked.kind === 'closed' ? await touchedBookings(db, practiceId, row, known.locations, now) : 0
  const exception = { ...shown(row), bookings }
  const kept = await keep(201, exception)
  stored(await db.write((sql) => [sql.insert(hourExceptions).values(row), ...kept(sql)]))
  return { ok: true, exception }
}

/** In the order in which they were made. */
export async function listExceptions(
  db: Database,
  practiceId: string,
  { limit, cursor, from }: { limit: number; cursor?: After | undefined; from?: string | undefined },
): Promise<{ items: HourException[]; next: string | null }> {
  const rows = await db.read((sql) =>
    sql
      .select()
      .from(hourExceptions)
      .where(
        and(
          eq(hourExceptions.practiceId, practiceId),
          from === undefined ? undefined : gte(hourExceptions.untilDay, from),
          following(hourExceptions.createdAt, hourExceptions.id, cursor),
        ),
      )
      .orderBy(asc(hourExceptions.createdAt), asc(hourExceptions.id))
      .limit(limit + 1),
  )
  const { items, next } = page(rows, limit, ({ createdAt, id }) => ({ key: createdAt, id }))
  return { items: items.map(shown), next }
}

/** The week holds again. Null where there is no such exception. */
export async function removeException(
  db: Database,
  practiceId: string,
  id: string,
  keep: Keep,
): Promise<HourException | null> {
  const its = and(eq(hourExceptions.practiceId, practiceId), eq(hourExceptions.id, id))
  const [row] = await db.read((sql) => sql.select().from(hourExceptions).where(its))
  if (!row) return null
  const exception = shown(row)
  const kept = await keep(200, exception)
  stored(await db.write((sql) => [sql.delete(hourExceptions).where(its), ...kept(sql)]))
  return exception
}

const shown = (row: Omit<typeof hourExceptions.$inferSelect, 'by'>): HourException => ({
  ...{ id: row.id, kind: row.kind, note: row.note, createdAt: new Date(row.createdAt).toISOString() },
  ...{ providerId: row.providerId, locationId: row.locationId, serviceId: row.serviceId },
  ...{ fromDay: row.fromDay, untilDay: row.untilDay, opens: row.opens, closes: row.closes },
})

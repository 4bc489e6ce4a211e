import { z } from '@hono/zod-openapi'
import { and, eq } from 'drizzle-orm'
import { type Database, stored } from '../../db/database.ts'
import { referrerOffices } from '../../db/schema.ts'
import type { FieldError, Keep } from '../http.ts'
import { isDay } from '../practices/day.ts'
import { today } from '../practices/find.ts'
import { officeStatement } from './offices.ts'
import { findReferrer, officeName } from './queries.ts'
import { place, type Refused } from './referrers.ts'

export const NewPlace = z
  .strictObject(place)
  .refine(({ officeId, office }) => !officeId !== !office, { path: ['officeId'], message: 'Give officeId or office.' })
  .openapi('NewPlace')

export const Place = z
  .object({
    id: z.string().describe("The referrer's"),
    officeId: z.string(),
    from: z.string().describe('Local date, YYYY-MM-DD'),
  })
  .openapi('Place')

export const Departure = z
  .strictObject({
    on: z
      .string()
      .refine(isDay, 'Give a day of the calendar, YYYY-MM-DD.')
      .nullish()
      .openapi({ format: 'date' })
      .describe("Their last day there, a local day of the practice's zone; today where left out"),
  })
  .openapi('Departure')

export const LeftPlace = Place.extend({
  until: z.string().describe('Their last day there. From the next day on, links name and credit the office alone'),
}).openapi('LeftPlace')

/**
 * Says that a referrer works at one more office from today, or there again: then the office's links made for them name
 * them again. Where they do already nothing changes; one who was about to leave stays.
 */
export async function addPlace(
  db: Database,
  practiceId: string,
  referrerId: string,
  { officeId, office }: z.infer<typeof NewPlace>,
  keep: Keep,
  now: number,
): Promise<{ ok: true; place: z.infer<typeof Place> } | Refused> {
  const [referrer, day] = await Promise.all([findReferrer(db, practiceId, referrerId, now), today(db, practiceId, now)])
  if (!referrer) return { ok: false, problem: 'not-found', field: 'id' }
  const there = referrer.offices.find((one) => one.officeId === officeId && (one.until === null || one.until >= day))
  if (officeId && !there && (await officeName(db, practiceId, officeId)) === null)
    return { ok: false, problem: 'not-found', field: 'officeId' }
  const made = office ? officeStatement(practiceId, office, now) : null
  const fromDay = there?.from ?? day
  const at = { practiceId, referrerId, officeId: made?.office.id ?? officeId ?? '' }
  const place = { id: referrerId, officeId: at.officeId, from: fromDay }
  const kept = await keep(201, place)
  stored(
    await db.write((sql) => [
      ...(made ? [made.insert(sql)] : []),
      sql
        .insert(referrerOffices)
        .values({ ...at, fromDay })
        .onConflictDoUpdate({
          target: [
            referrerOffices.practiceId,
            referrerOffices.referrerId,
            referrerOffices.officeId,
            referrerOffices.fromDay,
          ],
          set: { untilDay: null },
        }),
      ...kept(sql),
    ]),
  )
  return { ok: true, place }
}

/**
 * Says which day is a referrer's last at an office. From the next day on the links there stay with the office and neither
 * name nor credit the referrer; what was counted and credited before stays theirs.
 */
export async function leavePlace(
  db: Database,
  practiceId: string,
  { referrerId, officeId }: { referrerId: string; officeId: string },
  { on }: z.infer<typeof Departure>,
  keep: Keep,
  now: number,
): Promise<
  | { ok: true; place: z.infer<typeof LeftPlace> }
  | { ok: false; problem: 'not-found' }
  | { ok: false; problem: 'invalid'; errors: FieldError[] }
> {
  const [referrer, day] = await Promise.all([findReferrer(db, practiceId, referrerId, now), today(db, practiceId, now)])
  const last = referrer?.offices.filter((one) => one.officeId === officeId).at(-1)
  if (!last) return { ok: false, problem: 'not-found' }
  const until = on ?? day
  if (until < last.from)
    return { ok: false, problem: 'invalid', errors: [{ field: 'on', detail: `They work there since ${last.from}.` }] }
  const place = { id: referrerId, officeId, from: last.from, until }
  const kept = await keep(201, place)
  stored(
    await db.write((sql) => [
      sql
        .update(referrerOffices)
        .set({ untilDay: until })
        .where(
          and(
            eq(referrerOffices.practiceId, practiceId),
            eq(referrerOffices.referrerId, referrerId),
            eq(referrerOffices.officeId, officeId),
            eq(referrerOffices.fromDay, last.from),
          ),
        ),
      ...kept(sql),
    ]),
  )
  return { ok: true, place }
}

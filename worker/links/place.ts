import { and, asc, eq, gte, isNull, lte, or } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { offices, referrerOffices, referrers } from '../../db/schema.ts'
import type { FieldError } from '../http.ts'
import { officeName } from '../referrers/queries.ts'

/** Whose link it is: an office, and where known one referrer there. */
export interface Place {
  officeId: string
  officeName: string
  referrerId: string | null
  referrerName: string | null
}

/**
 * The place that is meant by an office, a referrer, or both. A referrer alone means the office where they work on that
 * day (YYYY-MM-DD, in the practice's zone); of several, the one where they have worked the longest.
 */
export async function placeOf(
  db: Database,
  practiceId: string,
  { officeId, referrerId }: { officeId?: string | null | undefined; referrerId?: string | null | undefined },
  today: string,
): Promise<Place | FieldError> {
  if (!referrerId) return officeId ? officeAlone(db, practiceId, officeId) : NEITHER
  return placeAmong(await placesOf(db, practiceId, today, referrerId), officeId)
}

/** The same of the rows of one referrer (`placesOf`). */
export function placeAmong(places: readonly Placed[], officeId?: string | null): Place | FieldError {
  const [first] = places
  if (!first) return { field: 'referrerId', detail: 'There is no such referrer.' }
  const now = places.flatMap(({ officeId, officeName, npi: _, ...who }) =>
    officeId && officeName ? [{ officeId, officeName, ...who }] : [],
  )
  const place = officeId ? now.find((place) => place.officeId === officeId) : now[0]
  if (place) return place
  const detail = `${first.referrerName} does not work there now. Add it with POST /referrers/ID/offices.`
  return { field: 'officeId', detail }
}

export type Placed = Awaited<ReturnType<typeof placesOf>>[number]

const NEITHER = { field: 'referrerId', detail: 'Give referrerId, officeId or both.' }

async function officeAlone(db: Database, practiceId: string, officeId: string): Promise<Place | FieldError> {
  const name = await officeName(db, practiceId, officeId)
  if (name === null) return { field: 'officeId', detail: 'There is no such office.' }
  return { officeId, officeName: name, referrerId: null, referrerName: null }
}

/**
 * A row for each office where a referrer, or every one, works on that day, the longest first; one without an office where
 * they work nowhere; none where there is no referrer.
 */
export function placesOf(db: Database, practiceId: string, today: string, referrerId?: string) {
  return db.read((sql) =>
    sql
      .select({
        officeId: offices.id,
        officeName: offices.name,
        referrerId: referrers.id,
        referrerName: referrers.name,
        npi: referrers.npi,
      })
      .from(referrers)
      .leftJoin(
        referrerOffices,
        and(
          eq(referrerOffices.practiceId, practiceId),
          eq(referrerOffices.referrerId, referrers.id),
          lte(referrerOffices.fromDay, today),
          or(isNull(referrerOffices.untilDay), gte(referrerOffices.untilDay, today)),
        ),
      )
      .leftJoin(offices, and(eq(offices.practiceId, practiceId), eq(offices.id, referrerOffices.officeId)))
      .where(and(eq(referrers.practiceId, practiceId), referrerId ? eq(referrers.id, referrerId) : undefined))
      .orderBy(asc(referrerOffices.fromDay), asc(referrerOffices.officeId)),
  )
}

import { z } from '@hono/zod-openapi'
import { and, asc, eq, gte, inArray, isNull, lte, or } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { offices, referrerOffices, referrers } from '../../db/schema.ts'
import { type After, following, page } from '../lists.ts'
import { worksThere } from '../practices/day.ts'
import { today } from '../practices/find.ts'

export const Referrer = z
  .object({
    id: z.string(),
    name: z.string(),
    npi: z.string().nullable(),
    specialty: z.string().nullable(),
    officeId: z.string().nullable().describe('Where they have worked the longest of where they work now'),
    offices: z.array(
      z.object({
        officeId: z.string(),
        name: z.string(),
        from: z.string().describe('Local date, YYYY-MM-DD'),
        until: z.string().nullable().describe('Their last day there, YYYY-MM-DD; null where no end is known'),
      }),
    ),
  })
  .openapi('Referrer')
export type Referrer = z.infer<typeof Referrer>

/** Referrers with where they work and worked, the oldest first. */
export async function listReferrers(
  db: Database,
  practiceId: string,
  { limit, cursor }: { limit: number; cursor?: After | undefined },
  now: number,
): Promise<{ items: Referrer[]; next: string | null }> {
  const rows = await db.read((sql) =>
    sql
      .select()
      .from(referrers)
      .where(and(eq(referrers.practiceId, practiceId), following(referrers.createdAt, referrers.id, cursor)))
      .orderBy(asc(referrers.createdAt), asc(referrers.id))
      .limit(limit + 1),
  )
  const { items, next } = page(rows, limit, ({ createdAt, id }) => ({ key: createdAt, id }))
  return { items: await withOffices(db, practiceId, items, now), next }
}

/** One referrer; null where the practice has none with this id. */
export async function findReferrer(
  db: Database,
  practiceId: string,
  id: string,
  now: number,
): Promise<Referrer | null> {
  const rows = await db.read((sql) =>
    sql
      .select()
      .from(referrers)
      .where(and(eq(referrers.practiceId, practiceId), eq(referrers.id, id))),
  )
  const [referrer = null] = await withOffices(db, practiceId, rows, now)
  return referrer
}

async function withOffices(
  db: Database,
  practiceId: string,
  rows: (typeof referrers.$inferSelect)[],
  now: number,
): Promise<Referrer[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const places = await db.read((sql) =>
    sql
      .select({
        referrerId: referrerOffices.referrerId,
        officeId: referrerOffices.officeId,
        name: offices.name,
        from: referrerOffices.fromDay,
        until: referrerOffices.untilDay,
      })
      .from(referrerOffices)
      .innerJoin(
        offices,
        and(eq(offices.practiceId, referrerOffices.practiceId), eq(offices.id, referrerOffices.officeId)),
      )
      .where(and(eq(referrerOffices.practiceId, practiceId), inArray(referrerOffices.referrerId, ids)))
      .orderBy(asc(referrerOffices.fromDay), asc(referrerOffices.officeId)),
  )
  const day = await today(db, practiceId, now)
  const byReferrer = Map.groupBy(places, ({ referrerId }) => referrerId)
  return rows.map(({ id, name, npi, specialty }) => {
    const its = (byReferrer.get(id) ?? []).map(({ referrerId: _, ...place }) => place)
    return {
      id,
      name,
      npi,
      specialty,
      officeId: its.find(({ until }) => worksThere(until, day))?.officeId ?? null,
      offices: its,
    }
  })
}

/** Who works at an office on a day, by name. */
export const referrersAt = (
  db: Database,
  practiceId: string,
  officeId: string,
  day: string,
): Promise<{ id: string; name: string }[]> =>
  db.read((sql) =>
    sql
      .selectDistinct({ id: referrers.id, name: referrers.name })
      .from(referrerOffices)
      .innerJoin(
        referrers,
        and(eq(referrers.practiceId, referrerOffices.practiceId), eq(referrers.id, referrerOffices.referrerId)),
      )
      .where(
        and(
          eq(referrerOffices.practiceId, practiceId),
          eq(referrerOffices.officeId, officeId),
          lte(referrerOffices.fromDay, day),
          or(isNull(referrerOffices.untilDay), gte(referrerOffices.untilDay, day)),
        ),
      )
      .orderBy(asc(referrers.name), asc(referrers.id)),
  )

/** Null where the practice has no referrer with this NPI. */
export async function referrerWithNpi(db: Database, practiceId: string, npi: string): Promise<string | null> {
  const [existing] = await db.read((sql) =>
    sql
      .select({ id: referrers.id })
      .from(referrers)
      .where(and(eq(referrers.practiceId, practiceId), eq(referrers.npi, npi))),
  )
  return existing?.id ?? null
}

/** Null where the practice has no such office. */
export async function officeName(db: Database, practiceId: string, id: string): Promise<string | null> {
  const [office] = await db.read((sql) =>
    sql
      .select({ name: offices.name })
      .from(offices)
      .where(and(eq(offices.practiceId, practiceId), eq(offices.id, id))),
  )
  return office?.name ?? null
}

import { z } from '@hono/zod-openapi'
import { and, asc, eq, inArray } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Database, stored } from '../../db/database.ts'
import { offices, practices, referrerOffices, referrers } from '../../db/schema.ts'
import { type After, following, page } from '../lists.ts'
import { dayIn } from '../practices/day.ts'
import type { Keep } from '../practices/once.ts'
import { line } from '../text.ts'
import { Npi } from './npi.ts'
import { NewOffice, officeStatement } from './offices.ts'

const fields = {
  name: line(200),
  npi: Npi.nullish(),
  specialty: line(200).nullish(),
}
const place = {
  officeId: z.string().min(1).max(100).optional().describe('An office that exists'),
  office: NewOffice.optional().describe('An office that is created with it'),
}
const ONE_OFFICE = 'Give officeId or office, not both.'

export const NewReferrer = z
  .strictObject({ ...fields, ...place })
  .refine(({ officeId, office }) => !officeId || !office, { path: ['officeId'], message: ONE_OFFICE })
  .openapi('NewReferrer')
export const ReferrerChange = z
  .strictObject(fields)
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Give at least one member to change.')
  .openapi('ReferrerChange')
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
        until: z.string().nullable().describe('Local date, YYYY-MM-DD; null where they still work there'),
      }),
    ),
  })
  .openapi('Referrer')
export type Referrer = z.infer<typeof Referrer>

type Refused =
  | { ok: false; problem: 'npi-taken'; referrerId: string }
  | { ok: false; problem: 'not-found'; field: 'id' | 'officeId' }

/**
 * Creates a referrer at an office, in one write batch. Where no office is given one of the referrer's own name is made:
 * a practice of one physician is an office too, and every card belongs to one.
 */
export async function createReferrer(
  db: Database,
  practiceId: string,
  { name, npi = null, specialty = null, officeId, office }: z.infer<typeof NewReferrer>,
  keep: Keep,
  now: number,
): Promise<{ ok: true; referrer: Referrer } | Refused> {
  const id = nanoid()
  const known = officeId ? await officeName(db, practiceId, officeId) : null
  if (officeId && known === null) return { ok: false, problem: 'not-found', field: 'officeId' }
  const made = officeId ? null : officeStatement(practiceId, office ?? { name }, now)
  const at = { officeId: officeId ?? made?.office.id ?? '', name: known ?? made?.office.name ?? '' }
  const fromDay = dayIn(await timezoneOf(db, practiceId), now)
  const offices = [{ ...at, from: fromDay, until: null }]
  const referrer = { id, name, npi, specialty, officeId: at.officeId, offices }
  const kept = await keep(201, referrer)
  const written = await db.write((sql) => [
    ...(made ? [made.insert(sql)] : []),
    sql.insert(referrers).values({ practiceId, id, name, npi, specialty, createdAt: now }),
    sql.insert(referrerOffices).values({ practiceId, referrerId: id, officeId: at.officeId, fromDay }),
    ...kept(sql),
  ])
  if (!written.ok && written.refused === 'npi taken' && npi) return npiTaken(db, practiceId, npi)
  stored(written)
  return { ok: true, referrer }
}

/** Changes a referrer's name, NPI or specialty; null empties a member. */
export async function changeReferrer(
  db: Database,
  practiceId: string,
  id: string,
  change: z.infer<typeof ReferrerChange>,
  keep: Keep,
): Promise<{ ok: true; referrer: Referrer } | Refused> {
  const before = await findReferrer(db, practiceId, id)
  if (!before) return { ok: false, problem: 'not-found', field: 'id' }
  const { name = before.name, npi = before.npi, specialty = before.specialty } = change
  const referrer = { ...before, name, npi, specialty }
  const kept = await keep(200, referrer)
  const written = await db.write((sql) => [
    sql
      .update(referrers)
      .set({ name, npi, specialty })
      .where(and(eq(referrers.practiceId, practiceId), eq(referrers.id, id))),
    ...kept(sql),
  ])
  if (!written.ok && written.refused === 'npi taken' && npi) return npiTaken(db, practiceId, npi)
  stored(written)
  return { ok: true, referrer }
}

/** Says that a referrer works at one more office from today. Where they do already nothing changes. */
export async function addPlace(
  db: Database,
  practiceId: string,
  referrerId: string,
  { officeId, office }: z.infer<typeof NewPlace>,
  keep: Keep,
  now: number,
): Promise<{ ok: true; place: z.infer<typeof Place> } | Refused> {
  const referrer = await findReferrer(db, practiceId, referrerId)
  if (!referrer) return { ok: false, problem: 'not-found', field: 'id' }
  const there = referrer.offices.find((one) => one.officeId === officeId && one.until === null)
  if (there) return { ok: true, place: { id: referrerId, officeId: there.officeId, from: there.from } }
  if (officeId && (await officeName(db, practiceId, officeId)) === null)
    return { ok: false, problem: 'not-found', field: 'officeId' }
  const made = office ? officeStatement(practiceId, office, now) : null
  const from = dayIn(await timezoneOf(db, practiceId), now)
  const place = { id: referrerId, officeId: made?.office.id ?? officeId ?? '', from }
  const kept = await keep(201, place)
  const written = await db.write((sql) => [
    ...(made ? [made.insert(sql)] : []),
    sql.insert(referrerOffices).values({ practiceId, referrerId, officeId: place.officeId, fromDay: from }),
    ...kept(sql),
  ])
  // Somebody else said the same a moment ago.
  if (!written.ok && written.refused === 'already done') return { ok: true, place }
  stored(written)
  return { ok: true, place }
}

/** Referrers with where they work and worked, the oldest first. */
export async function listReferrers(
  db: Database,
  practiceId: string,
  { limit, cursor }: { limit: number; cursor?: After | undefined },
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
  return { items: await withOffices(db, practiceId, items), next }
}

/** One referrer; null where the practice has none with this id. */
export async function findReferrer(db: Database, practiceId: string, id: string): Promise<Referrer | null> {
  const rows = await db.read((sql) =>
    sql
      .select()
      .from(referrers)
      .where(and(eq(referrers.practiceId, practiceId), eq(referrers.id, id))),
  )
  const [referrer = null] = await withOffices(db, practiceId, rows)
  return referrer
}

async function withOffices(
  db: Database,
  practiceId: string,
  rows: (typeof referrers.$inferSelect)[],
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
  const byReferrer = Map.groupBy(places, ({ referrerId }) => referrerId)
  return rows.map(({ id, name, npi, specialty }) => {
    const its = (byReferrer.get(id) ?? []).map(({ referrerId: _, ...place }) => place)
    return { id, name, npi, specialty, officeId: its.find(({ until }) => !until)?.officeId ?? null, offices: its }
  })
}

async function npiTaken(db: Database, practiceId: string, npi: string): Promise<Refused> {
  const [existing] = await db.read((sql) =>
    sql
      .select({ id: referrers.id })
      .from(referrers)
      .where(and(eq(referrers.practiceId, practiceId), eq(referrers.npi, npi))),
  )
  return { ok: false, problem: 'npi-taken', referrerId: existing?.id ?? '' }
}

async function officeName(db: Database, practiceId: string, id: string): Promise<string | null> {
  const [office] = await db.read((sql) =>
    sql
      .select({ name: offices.name })
      .from(offices)
      .where(and(eq(offices.practiceId, practiceId), eq(offices.id, id))),
  )
  return office?.name ?? null
}

async function timezoneOf(db: Database, practiceId: string): Promise<string> {
  const [practice] = await db.read((sql) =>
    sql.select({ timezone: practices.timezone }).from(practices).where(eq(practices.id, practiceId)),
  )
  return practice?.timezone ?? 'UTC'
}

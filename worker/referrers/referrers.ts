import { z } from '@hono/zod-openapi'
import { and, eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Database, stored } from '../../db/database.ts'
import { referrerOffices, referrers } from '../../db/schema.ts'
import type { Keep } from '../http.ts'
import { today } from '../practices/find.ts'
import { line } from '../text.ts'
import { Npi } from './npi.ts'
import { NewOffice, officeStatement } from './offices.ts'
import { findReferrer, officeName, type Referrer, referrerWithNpi } from './queries.ts'

const fields = {
  name: line(200),
  npi: Npi.nullish(),
  specialty: line(200).nullish(),
}
/** An office, by its id or new. */
export const place = {
  officeId: z.string().min(1).max(100).nullish().describe('An office that exists'),
  office: NewOffice.nullish().describe('An office that is created with it'),
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
export type Refused =
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
  const fromDay = await today(db, practiceId, now)
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
  now: number,
): Promise<{ ok: true; referrer: Referrer } | Refused> {
  const before = await findReferrer(db, practiceId, id, now)
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

async function npiTaken(db: Database, practiceId: string, npi: string): Promise<Refused> {
  return { ok: false, problem: 'npi-taken', referrerId: (await referrerWithNpi(db, practiceId, npi)) ?? '' }
}

import { z } from '@hono/zod-openapi'
import { and, desc, eq, or } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { conversions, credits, EVIDENCE, patients, referralEvents, referrals } from '../../db/schema.ts'
import { type Credit, creditOf } from '../attribution/credit.ts'
import { creditHolds } from '../attribution/holds.ts'
import { count, factOf } from '../counts/count.ts'
import { tell } from '../counts/events.ts'
import type { Env } from '../env.ts'
import type { Keep } from '../http.ts'
import { findService, type Practice } from '../practices/find.ts'
import { openVault } from '../practices/vault.ts'
import { line } from '../text.ts'
import { type CardProblem, provenCard } from './proven.ts'

/** A booking that was made in the practice's own scheduler, as that system, or somebody at the desk, reports it. */
export const NewConversion = z
  .object({
    receipt: z
      .string()
      .max(200)
      .nullish()
      .describe('The parameter `referloop` of the address at which the patient came to the scheduler, as it stands'),
    code: z
      .string()
      .max(40)
      .nullish()
      .openapi({ description: 'Of the card, where no receipt came', example: 'K7M4-HXR2' }),
    service: z.string().max(60).nullish().describe('Slug or id; that of the card when left out'),
    reference: line(100)
      .nullish()
      .describe(
        "The other system's own number of the booking: required with a code. Only a keyed hash of it is stored. Leave " +
          'patients out of it all the same',
      ),
  })
  .refine(({ receipt, code }) => !receipt !== !code, {
    path: ['receipt'],
    message: 'Give either the receipt or the code.',
  })
  .refine(({ code, reference }) => !code || reference, {
    path: ['reference'],
    message: 'Give the reference of the booking: with a code alone nobody knows whether it was reported before.',
  })
  .openapi('NewConversion')

export const Conversion = z
  .object({
    id: z.string(),
    referralId: z.string(),
    serviceId: z.string(),
    officeId: z.string().nullable(),
    referrerId: z.string().nullable(),
    evidence: z.enum(EVIDENCE).describe('That of the office, as the stats count it'),
    at: z.iso.datetime().describe('When it was first reported'),
  })
  .openapi('Conversion')
export type Conversion = z.infer<typeof Conversion>

export type Converted =
  | { ok: true; conversion: Conversion; isNew: boolean }
  | { ok: false; problem: CardProblem | 'service-unknown' }

/**
 * Takes down a booking that another system made: a referral without a patient, credited by the rules, and counted as
 * referred patient and booking on the day of the report. It is the same one when it is reported again: with the same
 * receipt, or with the same reference.
 */
export async function convert(
  db: Database,
  env: Pick<Env, 'MASTER_KEY' | 'SIGNING_KEY'>,
  practice: Practice,
  reported: z.infer<typeof NewConversion>,
  by: string,
  keep: Keep,
  now: number,
): Promise<Converted> {
  const card = await provenCard(db, env, practice.id, reported, now)
  if (!card.ok) return card
  const service = reported.service ? await findService(db, practice.id, reported.service) : { id: card.serviceId }
  if (!service) return { ok: false, problem: 'service-unknown' }

  const vault = await openVault(db, env, practice.id)
  const hash = reported.reference ? await vault.index('reference elsewhere', reported.reference) : null
  // Both are unique: reported once by the receipt and once by the reference, it is still one.
  const id = hash?.slice(0, ID_LENGTH) ?? nanoid()
  const reportedAs = card.scan ? `scan ${card.scan}` : `reference ${hash}`
  const before = await findConversion(db, practice.id, { id, reportedAs })
  if (before) return { ok: true, conversion: before, isNew: false }

  const credit = creditOf(card.clues, now)
  const referralId = nanoid()
  const { officeId, referrerId, officeEvidence: evidence } = credit
  const shown = { id, referralId, serviceId: service.id, officeId, referrerId, evidence }
  const conversion: Conversion = { ...shown, at: new Date(now).toISOString() }
  const kept = await keep(201, conversion)
  const rows = { id, reportedAs, referralId, serviceId: service.id, credit, by }
  const written = await db.write((sql) => [...conversionRows(sql, practice, rows, now), ...kept(sql)], {
    idempotent: true,
  })
  if (written.ok) return { ok: true, conversion, isNew: true }
  const first = written.refused === 'already done' && (await findConversion(db, practice.id, { id, reportedAs }))
  if (first) return { ok: true, conversion: first, isNew: false }
  stored(written)
  throw new Error('what is refused was thrown')
}

/** As long as our other ids, some 126 bits. */
const ID_LENGTH = 21

interface Row {
  id: string
  reportedAs: string
  referralId: string
  serviceId: string
  credit: Credit
  by: string
}

/** Nothing is known of the patient, so that none of their later bookings can join the referral. */
function conversionRows(sql: Sql, practice: Practice, row: Row, now: number): Built[] {
  const { id, reportedAs, referralId, serviceId, credit, by } = row
  const { officeId, referrerId, linkId } = credit
  const practiceId = practice.id
  const patientId = nanoid()
  const at = { practiceId, referralId, at: now, by }
  return [
    sql.insert(patients).values({ practiceId, id: patientId, createdAt: now }),
    sql.insert(referrals).values({ practiceId, id: referralId, patientId, serviceId, openedAt: now }),
    sql.insert(referralEvents).values({ ...at, id: nanoid(), status: 'scheduled' }),
    sql.insert(credits).values({ ...at, ...credit, version: 1 }),
    sql.insert(conversions).values({ practiceId, id, referralId, serviceId, reportedAs, createdAt: now, by }),
    ...count(sql, practice, [
      factOf('referral', credit, now),
      factOf(`evidence:${credit.officeEvidence}`, credit, now),
      factOf('booking', credit, now),
    ]),
    tell(sql, { practiceId, kind: 'booking', id, at: now, officeId, referrerId, linkId }),
  ]
}

/** With the credit that holds today. */
async function findConversion(
  db: Database,
  practiceId: string,
  { id, reportedAs }: { id: string; reportedAs: string },
): Promise<Conversion | null> {
  const [found] = await db.read((sql) =>
    sql
      .select({ conversion: conversions, credit: credits })
      .from(conversions)
      .innerJoin(
        credits,
        and(eq(credits.practiceId, practiceId), eq(credits.referralId, conversions.referralId), creditHolds),
      )
      .where(
        and(eq(conversions.practiceId, practiceId), or(eq(conversions.reportedAs, reportedAs), eq(conversions.id, id))),
      )
      // Where the receipt is one booking's and the reference another's, it is the receipt's.
      .orderBy(desc(eq(conversions.reportedAs, reportedAs)))
      .limit(1),
  )
  if (!found) return null
  const { conversion, credit } = found
  return {
    id: conversion.id,
    referralId: conversion.referralId,
    serviceId: conversion.serviceId,
    officeId: credit.officeId,
    referrerId: credit.referrerId,
    evidence: credit.officeEvidence,
    at: new Date(conversion.createdAt).toISOString(),
  }
}

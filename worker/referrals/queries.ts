import { z } from '@hono/zod-openapi'
import { and, desc, eq, sql as raw, type SQL } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import {
  bookings,
  consents,
  conversions,
  credits,
  EVIDENCE,
  offices,
  patients,
  REFERRAL_STATUSES,
  referralEvents,
  referrals,
  referrers,
  services,
} from '../../db/schema.ts'
import { creditHolds } from '../attribution/holds.ts'
import type { Env } from '../env.ts'
import { type After, page, preceding } from '../lists.ts'
import { openVault } from '../practices/vault.ts'
import { openSealed } from './patient.ts'

const Credited = z.object({
  id: z.string().nullable().describe('Null where nobody is known at this level'),
  name: z.string().nullable(),
  evidence: z.enum(EVIDENCE),
})

export const Referral = z
  .object({
    id: z.string(),
    status: z.enum(REFERRAL_STATUSES),
    openedAt: z.iso.datetime(),
    service: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
    credit: z.object({
      evidence: z.enum(EVIDENCE).describe('That of the office, as the stats count it'),
      office: Credited,
      clinician: Credited,
      linkId: z.string().nullable(),
      scanId: z.string().nullable(),
      windowDays: z.int(),
      ruleVersion: z.int(),
      version: z.int().describe('Goes up with every correction'),
      at: z.iso.datetime(),
    }),
    consent: z
      .enum(['yes', 'no', 'not asked'])
      .describe('May the referring office hear of this referral? The newest answer'),
    erasedAt: z.iso.datetime().nullable().describe('When the patient was erased; null while they are not'),
    bookings: z.int().describe('How many bookings belong to it, cancelled ones and those made elsewhere too'),
  })
  .openapi('Referral')
export type Referral = z.infer<typeof Referral>

export const ReferralDetail = Referral.extend({
  statedReferrer: z.string().nullable().describe('Whom the patient named, in their own words'),
  history: z.array(z.object({ status: z.enum(REFERRAL_STATUSES), at: z.iso.datetime(), by: z.string() })),
}).openapi('ReferralDetail')
export type ReferralDetail = z.infer<typeof ReferralDetail>

/** Referrals, the newest first; no patient is named. */
export async function listReferrals(
  db: Database,
  practiceId: string,
  { limit, cursor }: { limit: number; cursor?: After | undefined },
): Promise<{ items: Referral[]; next: string | null }> {
  const before = preceding(referrals.openedAt, referrals.id, cursor)
  const rows = await readReferrals(db, practiceId, before, limit + 1)
  const { items, next } = page(rows, limit, (row) => ({ key: row.openedAt, id: row.id }))
  return { items: items.map(toReferral), next }
}

export async function findReferral(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  practiceId: string,
  id: string,
): Promise<ReferralDetail | null> {
  const [row] = await readReferrals(db, practiceId, eq(referrals.id, id), 1)
  if (!row) return null
  const events = await db.read((sql) =>
    sql
      .select({ status: referralEvents.status, at: referralEvents.at, by: referralEvents.by })
      .from(referralEvents)
      .where(and(eq(referralEvents.practiceId, practiceId), eq(referralEvents.referralId, id)))
      .orderBy(referralEvents.at, raw`${referralEvents}.rowid`),
  )
  const vault = await openVault(db, env, practiceId)
  return {
    ...toReferral(row),
    statedReferrer: await openSealed(vault, 'referrals', id, 'statedReferrer', row.statedReferrer),
    history: events.map((event) => ({ ...event, at: new Date(event.at).toISOString() })),
  }
}

type ReferralRow = Awaited<ReturnType<typeof readReferrals>>[number]

const readReferrals = (db: Database, practiceId: string, where: SQL | undefined, limit: number) =>
  db.read((sql) =>
    sql
      .select({
        id: referrals.id,
        openedAt: referrals.openedAt,
        statedReferrer: referrals.statedReferrer,
        serviceId: referrals.serviceId,
        serviceSlug: services.slug,
        serviceName: services.name,
        status: newest<Referral['status']>(raw`${referralEvents.status}`, referralEvents),
        consent: newest<Referral['consent']>(raw`${consents.answer}`, consents),
        bookings: raw<number>`(
          select count(*) from ${bookings}
          where ${bookings.practiceId} = ${referrals.practiceId} and ${bookings.referralId} = ${referrals.id}
            and ${bookings.movedFrom} is null
        ) + (${referrals.id} in (
          select ${conversions.referralId} from ${conversions} where ${conversions.practiceId} = ${practiceId}
        ))`,
        erasedAt: patients.erasedAt,
        credit: credits,
        officeName: offices.name,
        referrerName: referrers.name,
      })
      .from(referrals)
      .innerJoin(services, and(eq(services.practiceId, referrals.practiceId), eq(services.id, referrals.serviceId)))
      .innerJoin(patients, and(eq(patients.practiceId, referrals.practiceId), eq(patients.id, referrals.patientId)))
      .innerJoin(
        credits,
        and(eq(credits.practiceId, referrals.practiceId), eq(credits.referralId, referrals.id), creditHolds),
      )
      .leftJoin(offices, and(eq(offices.practiceId, credits.practiceId), eq(offices.id, credits.officeId)))
      .leftJoin(referrers, and(eq(referrers.practiceId, credits.practiceId), eq(referrers.id, credits.referrerId)))
      .where(and(eq(referrals.practiceId, practiceId), where))
      .orderBy(desc(referrals.openedAt), desc(referrals.id))
      .limit(limit),
  )

/** The newest row of a referral's events or answers; of several at one instant, the one written last. */
const newest = <T>(column: SQL, table: typeof referralEvents | typeof consents) => raw<T>`(
  select ${column} from ${table}
  where ${table.practiceId} = ${referrals.practiceId} and ${table.referralId} = ${referrals.id}
  order by ${table.at} desc, ${table}.rowid desc limit 1
)`

function toReferral(row: ReferralRow): Referral {
  const { credit } = row
  return {
    id: row.id,
    status: row.status,
    openedAt: new Date(row.openedAt).toISOString(),
    service: { id: row.serviceId, slug: row.serviceSlug, name: row.serviceName },
    credit: {
      evidence: credit.officeEvidence,
      office: { id: credit.officeId, name: row.officeName, evidence: credit.officeEvidence },
      clinician: { id: credit.referrerId, name: row.referrerName, evidence: credit.referrerEvidence },
      linkId: credit.linkId,
      scanId: credit.scanId,
      windowDays: credit.windowDays,
      ruleVersion: credit.ruleVersion,
      version: credit.version,
      at: new Date(credit.at).toISOString(),
    },
    consent: row.consent ?? 'not asked',
    erasedAt: row.erasedAt === null ? null : new Date(row.erasedAt).toISOString(),
    bookings: row.bookings,
  }
}

import { and, desc, eq, isNotNull, isNull, or, sql as raw } from 'drizzle-orm'
import type { Built, Database, Sql } from '../../db/database.ts'
import { credits, patients, type REFERRAL_STATUSES, referralEvents, referrals } from '../../db/schema.ts'
import type { Vault } from '../practices/vault.ts'
import type { PatientIndexes } from './patient.ts'

export type ReferralStatus = (typeof REFERRAL_STATUSES)[number]
export type CreditRow = typeof credits.$inferSelect

/** An open referral of a patient for a service, with what a further booking must know of it. */
export interface OpenReferral {
  id: string
  status: ReferralStatus
  hasStatedReferrer: boolean
  credit: CreditRow
}

/**
 * The open referral that a booking joins, so that a moved or repeated booking makes no second "referred patient":
 * of the same service and the same patient, which is the same name with the same telephone number or e-mail address,
 * and no other date of birth (one that is missing is no other); for one who gives neither, the same name and date of
 * birth. It is open until the patient was seen.
 *
 * Its limits: details are compared with those of the referral's first booking; who gives another name, or another
 * telephone number and address, counts as another patient; two of one name who share a telephone and give no date of
 * birth count as one; one problem that is booked under two services counts as two.
 */
export async function openReferralOf(
  db: Database,
  practiceId: string,
  serviceId: string,
  patient: PatientIndexes,
): Promise<OpenReferral | null> {
  const { nameIndex, phoneIndex, emailIndex, birthIndex } = patient
  const reachedAt = or(
    phoneIndex === null ? undefined : eq(patients.phoneIndex, phoneIndex),
    emailIndex === null ? undefined : eq(patients.emailIndex, emailIndex),
  )
  const isSame = reachedAt ?? (birthIndex === null ? undefined : eq(patients.birthIndex, birthIndex))
  // A name alone is nobody's: two of one name must not become one patient.
  if (!isSame) return null
  const candidates = await db.read((sql) =>
    sql
      .select({ id: referrals.id, statedReferrer: referrals.statedReferrer, birthIndex: patients.birthIndex })
      .from(patients)
      .innerJoin(referrals, and(eq(referrals.practiceId, patients.practiceId), eq(referrals.patientId, patients.id)))
      .where(
        and(
          eq(patients.practiceId, practiceId),
          eq(patients.nameIndex, nameIndex),
          isSame,
          eq(referrals.serviceId, serviceId),
          isNotNull(referrals.openKey),
        ),
      )
      .orderBy(desc(referrals.openedAt)),
  )
  const match =
    candidates.find((candidate) => candidate.birthIndex === birthIndex) ??
    candidates.find((candidate) => candidate.birthIndex === null || birthIndex === null)
  if (!match) return null
  const [status, credit] = await Promise.all([
    statusOf(db, practiceId, match.id),
    currentCredit(db, practiceId, match.id),
  ])
  return { id: match.id, hasStatedReferrer: match.statedReferrer !== null, status, credit }
}

/**
 * The key that only one open referral may have: two first bookings at once, of one patient, open one referral. Of a
 * patient who gave a name alone it holds their row's id, since they may be anybody.
 */
export const openKeyOf = (
  vault: Vault,
  serviceId: string,
  { nameIndex, birthIndex, phoneIndex, emailIndex }: PatientIndexes,
  patientId: string,
): Promise<string> => {
  const known = [birthIndex, phoneIndex, emailIndex]
  const like = known.some((index) => index !== null) ? known : [patientId]
  return vault.index('open referral', JSON.stringify([serviceId, nameIndex, ...like]))
}

/**
 * A statement that has its whole batch refused ('booking changed') where the referral was closed since it was read, or
 * its patient erased: who comes then begins another.
 */
export const stillOpen = (sql: Sql, practiceId: string, referralId: string): Built =>
  sql
    .update(referrals)
    .set({ openedAt: raw`null` })
    .where(and(eq(referrals.practiceId, practiceId), eq(referrals.id, referralId), isNull(referrals.openKey)))

/** The newest event; of several at one instant, the one that was written last. */
export async function statusOf(db: Database, practiceId: string, referralId: string): Promise<ReferralStatus> {
  const [event] = await db.read((sql) =>
    sql
      .select({ status: referralEvents.status })
      .from(referralEvents)
      .where(and(eq(referralEvents.practiceId, practiceId), eq(referralEvents.referralId, referralId)))
      .orderBy(desc(referralEvents.at), desc(raw`${referralEvents}.rowid`))
      .limit(1),
  )
  if (!event) throw new Error('a referral begins with an event')
  return event.status
}

/** The credit that holds: corrections are new rows, the highest version wins. */
export async function currentCredit(db: Database, practiceId: string, referralId: string): Promise<CreditRow> {
  const [credit] = await db.read((sql) =>
    sql
      .select()
      .from(credits)
      .where(and(eq(credits.practiceId, practiceId), eq(credits.referralId, referralId)))
      .orderBy(desc(credits.version))
      .limit(1),
  )
  if (!credit) throw new Error('a referral begins with a credit')
  return credit
}

import { and, eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { bookings, patients, referrals } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import { openVault } from '../practices/vault.ts'
import { openKeyOf, type ReferralStatus, statusOf } from '../referrals/joined.ts'
import type { Change } from './change.ts'

/** Statuses that appointments decide; what staff decided or reported stands. */
const FOLLOWS_BOOKINGS: readonly ReferralStatus[] = ['landed', 'requested', 'scheduled', 'seen']

/**
 * The status of the referral once this booking has changed, null where it stays: seen when the patient was seen once,
 * scheduled while there is an appointment to come to, else waiting for one (requested).
 */
export async function referralAfter(
  db: Database,
  practiceId: string,
  booking: { id: string; referralId: string },
  to: Change,
): Promise<ReferralStatus | null> {
  const before = await statusOf(db, practiceId, booking.referralId)
  if (!FOLLOWS_BOOKINGS.includes(before)) return null
  const rows = await db.read((sql) =>
    sql
      .select({ id: bookings.id, status: bookings.status })
      .from(bookings)
      .where(and(eq(bookings.practiceId, practiceId), eq(bookings.referralId, booking.referralId))),
  )
  const statuses = rows.map(({ id, status }) => (id === booking.id ? to : status))
  const after = statuses.includes('fulfilled')
    ? 'seen'
    : statuses.some((status) => status === 'booked' || status === 'arrived')
      ? 'scheduled'
      : 'requested'
  return after === before ? null : after
}

/** A referral that is not over may be joined; unless the patient has opened another one meanwhile. */
export async function reopenedKey(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  practiceId: string,
  referralId: string,
): Promise<string | null> {
  const [row] = await db.read((sql) =>
    sql
      .select({
        serviceId: referrals.serviceId,
        openKey: referrals.openKey,
        patientId: referrals.patientId,
        nameIndex: patients.nameIndex,
        emailIndex: patients.emailIndex,
        phoneIndex: patients.phoneIndex,
        birthIndex: patients.birthIndex,
      })
      .from(referrals)
      .innerJoin(patients, and(eq(patients.practiceId, referrals.practiceId), eq(patients.id, referrals.patientId)))
      .where(and(eq(referrals.practiceId, practiceId), eq(referrals.id, referralId))),
  )
  if (!row || row.openKey !== null || row.nameIndex === null) return row?.openKey ?? null
  const vault = await openVault(db, env, practiceId)
  const openKey = await openKeyOf(vault, row.serviceId, { ...row, nameIndex: row.nameIndex }, row.patientId)
  const [other] = await db.read((sql) =>
    sql
      .select({ id: referrals.id })
      .from(referrals)
      .where(and(eq(referrals.practiceId, practiceId), eq(referrals.openKey, openKey))),
  )
  return other ? null : openKey
}

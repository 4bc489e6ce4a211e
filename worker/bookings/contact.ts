import { and, eq, isNull, sql as raw } from 'drizzle-orm'
import { type Database, stored } from '../../db/database.ts'
import { bookings, patients } from '../../db/schema.ts'
import { audited } from '../access/audit.ts'
import type { Env } from '../env.ts'
import { withdraw } from '../mail/outbox.ts'
import { openVault } from '../practices/vault.ts'
import type { BookingKey } from './lookup.ts'
import { bookingMails } from './mails.ts'

/**
 * Puts right how the patient of a booking is reached; what is left out stays. Letters go to the new address from now on,
 * beginning with the confirmation. Giving an address here means that we may write to it. Sent twice it is done once.
 * @param given `email` as it was typed and checked, `phone` in E.164
 * @returns false where the booking is no longer to come
 */
export async function correctContact(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  { practiceId, bookingId }: BookingKey,
  given: { email?: string | undefined; phone?: string | undefined },
  by: string,
  now: number,
): Promise<boolean> {
  const [found] = await db.read((sql) =>
    sql
      .select({ patient: patients, status: bookings.status, sequence: bookings.sequence, startsAt: bookings.startsAt })
      .from(bookings)
      .innerJoin(patients, and(eq(patients.practiceId, bookings.practiceId), eq(patients.id, bookings.patientId)))
      .where(and(eq(bookings.practiceId, practiceId), eq(bookings.id, bookingId))),
  )
  if (found?.status !== 'booked' || found.startsAt <= now || found.patient.erasedAt !== null) return false
  const { patient, sequence } = found
  const vault = await openVault(db, env, practiceId)
  const seal = (column: string, value: string) => vault.seal('patients', patient.id, column, value)
  const email = given.email && {
    email: await seal('email', given.email),
    emailIndex: await vault.index('email', given.email.toLowerCase()),
    agreesToMail: true,
  }
  const phone = given.phone && {
    phone: await seal('phone', given.phone),
    phoneIndex: await vault.index('phone', given.phone),
  }
  const isNewAddress = email && email.emailIndex !== patient.emailIndex
  if (!isNewAddress && (!phone || phone.phoneIndex === patient.phoneIndex)) return true

  const mine = and(eq(bookings.practiceId, practiceId), eq(bookings.id, bookingId))
  const theirs = and(eq(patients.practiceId, practiceId), eq(patients.id, patient.id), isNull(patients.erasedAt))
  const letters = bookingMails({ practiceId, bookingId }, 'confirmation', now)
  const kept = audited({ practiceId, by, at: now, act: 'contact corrected', subject: bookingId })
  stored(
    await db.write(
      (sql) => [
        sql
          .update(patients)
          .set({ ...(email || {}), ...(phone || {}) })
          .where(theirs),
        ...(isNewAddress
          ? [
              // Numbered after what was read: a second that is sent at the same time finds its letter written already.
              sql
                .update(bookings)
                .set({ sequence: sequence + 1 })
                .where(and(mine, eq(bookings.sequence, sequence), raw`${bookings.status} = 'booked'`)),
              withdraw(sql, { practiceId, bookingId, sequence }, now),
              ...letters(sql),
            ]
          : []),
        kept(sql),
      ],
      { idempotent: true },
    ),
  )
  return true
}

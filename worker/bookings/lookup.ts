import { and, eq, isNull } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { bookings, locations, patients, practices, services } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import { openVault } from '../practices/vault.ts'

/** Which booking a patient has shown to be theirs. */
export interface BookingKey {
  practiceId: string
  bookingId: string
}

/**
 * The booking with this reference and date of birth, null when both together fit none. A reference is unique within
 * a practice; the date of birth is compared as a keyed hash and never decrypted.
 * @param reference eight symbols, upper case, without a hyphen
 * @param birth YYYY-MM-DD
 */
export async function findBooking(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  reference: string,
  birth: string,
): Promise<BookingKey | null> {
  const candidates = await db.read((sql) =>
    sql
      .select({ practiceId: bookings.practiceId, bookingId: bookings.id, birthIndex: patients.birthIndex })
      .from(bookings)
      .innerJoin(patients, and(eq(patients.practiceId, bookings.practiceId), eq(patients.id, bookings.patientId)))
      .where(eq(bookings.reference, reference)),
  )
  for (const { practiceId, bookingId, birthIndex } of candidates) {
    const vault = await openVault(db, env, practiceId)
    if (birthIndex && birthIndex === (await vault.index('birth', birth))) return { practiceId, bookingId }
  }
  return null
}

/** What a patient is shown of their own booking: no name, no contact details, nothing of anybody else. Null once erased. */
export async function readBooking(db: Database, { practiceId, bookingId }: BookingKey): Promise<ShownBooking | null> {
  const [row] = await db.read((sql) =>
    sql
      .select({
        id: bookings.id,
        reference: bookings.reference,
        status: bookings.status,
        startsAt: bookings.startsAt,
        endsAt: bookings.endsAt,
        serviceId: bookings.serviceId,
        serviceSlug: services.slug,
        locationId: bookings.locationId,
        timezone: locations.timezone,
        practiceId: practices.id,
        practiceSlug: practices.slug,
        practiceTimezone: practices.timezone,
      })
      .from(bookings)
      .innerJoin(practices, eq(practices.id, bookings.practiceId))
      .innerJoin(patients, and(eq(patients.practiceId, bookings.practiceId), eq(patients.id, bookings.patientId)))
      .innerJoin(services, and(eq(services.practiceId, bookings.practiceId), eq(services.id, bookings.serviceId)))
      .innerJoin(locations, and(eq(locations.practiceId, bookings.practiceId), eq(locations.id, bookings.locationId)))
      .where(and(eq(bookings.practiceId, practiceId), eq(bookings.id, bookingId), isNull(patients.erasedAt))),
  )
  return row ?? null
}

export type ShownBooking = Pick<
  typeof bookings.$inferSelect,
  'id' | 'reference' | 'status' | 'startsAt' | 'endsAt' | 'serviceId' | 'locationId' | 'practiceId'
> & { serviceSlug: string; timezone: string; practiceSlug: string; practiceTimezone: string }

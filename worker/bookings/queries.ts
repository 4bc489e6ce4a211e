import { z } from '@hono/zod-openapi'
import { and, desc, eq, gte, lt } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { BOOKING_STATUSES, bookings, locations, patients, services } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import { type After, page, preceding } from '../lists.ts'
import { openVault } from '../practices/vault.ts'
import { openSealed } from '../referrals/patient.ts'
import { wallOf } from './wall.ts'

export const Booking = z
  .object({
    id: z.string(),
    reference: z.string(),
    status: z.enum(BOOKING_STATUSES),
    start: z.iso.datetime(),
    end: z.iso.datetime(),
    timezone: z.string().describe("The location's; show the time in it"),
    service: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
    providerId: z.string(),
    locationId: z.string(),
    referralId: z.string(),
    via: z.enum(['online', 'desk']),
    locale: z.string(),
    createdAt: z.iso.datetime(),
    patient: z.object({
      name: z.string().nullable().describe('Null once erased'),
      erasedAt: z.iso.datetime().nullable(),
    }),
  })
  .openapi('Booking')
export type Booking = z.infer<typeof Booking>

export interface BookingFilter {
  limit: number
  cursor?: After | undefined
  /** Local days of the appointment in the practice's zone, both included. */
  from?: string | undefined
  to?: string | undefined
  status?: Booking['status'] | undefined
  referralId?: string | undefined
}

/** Bookings, the one made last first. Of the patient nothing but the name is opened. */
export async function listBookings(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  practice: { id: string; timezone: string },
  { limit, cursor, from, to, status, referralId }: BookingFilter,
): Promise<{ items: Booking[]; next: string | null }> {
  const where = and(
    preceding(bookings.createdAt, bookings.id, cursor),
    from ? gte(bookings.startsAt, wallOf(from, practice.timezone).next(0)) : undefined,
    to ? lt(bookings.startsAt, wallOf(to, practice.timezone).next(24 * 60)) : undefined,
    status ? eq(bookings.status, status) : undefined,
    referralId ? eq(bookings.referralId, referralId) : undefined,
  )
  const rows = await db.read((sql) =>
    sql
      .select({
        booking: bookings,
        timezone: locations.timezone,
        service: { id: services.id, slug: services.slug, name: services.name },
        patientName: patients.name,
        erasedAt: patients.erasedAt,
      })
      .from(bookings)
      .innerJoin(patients, and(eq(patients.practiceId, bookings.practiceId), eq(patients.id, bookings.patientId)))
      .innerJoin(services, and(eq(services.practiceId, bookings.practiceId), eq(services.id, bookings.serviceId)))
      .innerJoin(locations, and(eq(locations.practiceId, bookings.practiceId), eq(locations.id, bookings.locationId)))
      .where(and(eq(bookings.practiceId, practice.id), where))
      .orderBy(desc(bookings.createdAt), desc(bookings.id))
      .limit(limit + 1),
  )
  const { items, next } = page(rows, limit, ({ booking }) => ({ key: booking.createdAt, id: booking.id }))
  const vault = await openVault(db, env, practice.id)
  return {
    items: await Promise.all(
      items.map(async ({ booking, timezone, service, patientName, erasedAt }) => ({
        id: booking.id,
        reference: booking.reference,
        status: booking.status,
        start: new Date(booking.startsAt).toISOString(),
        end: new Date(booking.endsAt).toISOString(),
        timezone,
        service,
        providerId: booking.providerId,
        locationId: booking.locationId,
        referralId: booking.referralId,
        via: booking.via,
        locale: booking.locale,
        createdAt: new Date(booking.createdAt).toISOString(),
        patient: {
          name: await openSealed(vault, 'patients', booking.patientId, 'name', patientName),
          erasedAt: erasedAt === null ? null : new Date(erasedAt).toISOString(),
        },
      })),
    ),
    next,
  }
}

import { z } from '@hono/zod-openapi'
import { and, eq, sql as raw } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Built, type Database, type Refusal, type Sql, stored } from '../../db/database.ts'
import { BOOKING_STATUSES, bookingEvents, bookings, referralEvents, referrals } from '../../db/schema.ts'
import { audited } from '../access/audit.ts'
import { creditStands } from '../attribution/holds.ts'
import { count, type Fact, factOf } from '../counts/count.ts'
import type { Env } from '../env.ts'
import { withdraw } from '../mail/outbox.ts'
import { openVault } from '../practices/vault.ts'
import { currentCredit } from '../referrals/joined.ts'
import { bookingMails } from './mails.ts'
import { referralAfter, reopenedKey } from './standing.ts'

export type BookingStatus = (typeof BOOKING_STATUSES)[number]
export type Change = 'arrived' | 'fulfilled' | 'no_show' | 'cancelled'

/**
 * Which change may follow which status. What the desk got wrong can be put right: a patient who did not come after
 * all, or came late. A cancelled time is free for others, so that a cancellation stands; book again instead.
 */
export const MAY_BECOME: Record<BookingStatus, readonly Change[]> = {
  booked: ['arrived', 'fulfilled', 'no_show', 'cancelled'],
  arrived: ['fulfilled', 'no_show', 'cancelled'],
  fulfilled: ['no_show'],
  no_show: ['arrived', 'fulfilled'],
  cancelled: [],
  rescheduled: [],
  waitlisted: [],
  entered_in_error: [],
}

export type Changed =
  | { ok: true; booking: ChangedBooking }
  | { ok: false; problem: 'not-found' }
  | { ok: false; problem: 'status-final'; bookingStatus: BookingStatus }

export const ChangedBooking = z
  .object({
    id: z.string(),
    status: z.enum(BOOKING_STATUSES),
    referralId: z.string(),
    start: z.iso.datetime(),
  })
  .openapi('BookingChanged')
export type ChangedBooking = z.infer<typeof ChangedBooking>

/** How often a change is decided anew when another was first; each time one got on. */
const ATTEMPTS = 20
const DECIDED_ANEW: readonly Refusal[] = ['booking changed', 'credit changed']

interface Asked {
  bookingId: string
  to: Change
  reason?: string | undefined
  by: string
  keep?: (status: number, body: ChangedBooking) => Promise<(sql: Sql) => Built[]>
}

/**
 * What became of a booking: an event, its status, the counts and the referral's status in one write batch. Asked twice
 * it changes nothing the second time. `seen` counts on the day of the appointment, or on the day on which it was
 * recorded if that was earlier.
 */
export async function changeBooking(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  practice: { id: string; timezone: string },
  asked: Asked,
  now: number,
): Promise<Changed> {
  const { bookingId, to } = asked
  for (let attempt = 1; ; attempt++) {
    const found = await readForChange(db, practice.id, bookingId)
    if (!found) return { ok: false, problem: 'not-found' }
    const { booking, events } = found
    const after: ChangedBooking = {
      id: booking.id,
      status: to,
      referralId: booking.referralId,
      start: new Date(booking.startsAt).toISOString(),
    }
    if (booking.status === to) return { ok: true, booking: after }
    if (!MAY_BECOME[booking.status].includes(to))
      return { ok: false, problem: 'status-final', bookingStatus: booking.status }

    const statements = await changeRows(db, env, practice, booking, events + 1, asked, now)
    const kept = (await asked.keep?.(200, after)) ?? (() => [])
    // Sent twice, the second is refused: by the key of the answer, or since the event has its number already.
    const written = await db.write((sql) => [...kept(sql), ...statements(sql)], { idempotent: true })
    if (written.ok) return { ok: true, booking: after }
    if (attempt === ATTEMPTS || !DECIDED_ANEW.includes(written.refused)) stored(written)
  }
}

export type BookingRow = typeof bookings.$inferSelect

async function changeRows(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  practice: { id: string; timezone: string },
  booking: BookingRow,
  eventNumber: number,
  { to, reason, by }: Asked,
  now: number,
): Promise<(sql: Sql) => Built[]> {
  const practiceId = practice.id
  const vault = await openVault(db, env, practiceId)
  // Two changes at once would both be event number n: the database lets one pass and the other is decided anew.
  const id = eventId(booking.id, eventNumber)
  const event = {
    practiceId,
    id,
    bookingId: booking.id,
    status: to,
    at: now,
    by,
    reason: reason ? await vault.seal('booking_events', id, 'reason', reason) : null,
  }
  const seenAt = to === 'fulfilled' ? Math.min(booking.startsAt, now) : null
  const cancelledAt = to === 'cancelled' ? now : null
  const referral = await referralAfter(db, practiceId, booking, to)
  const credit = await currentCredit(db, practiceId, booking.referralId)
  const facts: Fact[] = []
  if (cancelledAt !== null) facts.push(factOf('cancelled', credit, cancelledAt))
  if (seenAt !== null) facts.push(factOf('seen', credit, seenAt))
  if (booking.seenAt !== null && seenAt === null) facts.push(factOf('seen', credit, booking.seenAt, -1))
  const openKey = referral === 'seen' ? null : await reopenedKey(db, env, practiceId, booking.referralId)

  const { id: bookingId, sequence } = booking
  const key = { practiceId, bookingId, sequence }
  const letters = bookingMails(key, 'cancellation', now)
  const kept = audited({ practiceId, by, at: now, act: `booking ${to.replace('_', ' ')}`, subject: bookingId })
  const mine = and(eq(bookings.practiceId, practiceId), eq(bookings.id, bookingId))
  const its = and(eq(referrals.practiceId, practiceId), eq(referrals.id, booking.referralId))
  return (sql) => [
    creditStands(sql, credit),
    sql.insert(bookingEvents).values(event),
    sql
      .update(bookings)
      .set({
        status: to,
        seenAt,
        cancelledAt,
        ...(to === 'cancelled' ? { sequence: raw`${bookings.sequence} + 1` } : {}),
      })
      .where(mine),
    ...(to === 'cancelled' ? [withdraw(sql, key, now), ...letters(sql)] : []),
    ...(referral
      ? [
          sql
            .insert(referralEvents)
            .values({ practiceId, id: nanoid(), referralId: booking.referralId, status: referral, at: now, by }),
          sql.update(referrals).set({ openKey }).where(its),
        ]
      : []),
    ...count(sql, practice, facts),
    kept(sql),
  ]
}

/**
 * A booking, and how many events it has had: the next one takes the number after. Read in one statement: of two, another's
 * change could come in between, and would be counted twice.
 */
export async function readForChange(db: Database, practiceId: string, bookingId: string) {
  const [found] = await db.read((sql) =>
    sql
      .select({
        booking: bookings,
        events: raw<number>`(
          select count(*) from ${bookingEvents}
          where ${bookingEvents.practiceId} = ${practiceId} and ${bookingEvents.bookingId} = ${bookingId}
        )`,
      })
      .from(bookings)
      .where(and(eq(bookings.practiceId, practiceId), eq(bookings.id, bookingId))),
  )
  return found
}

/** The id of the n-th event of a booking. */
export const eventId = (bookingId: string, n: number): string => `${bookingId}.${n}`

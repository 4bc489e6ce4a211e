import { and, eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Built, type Database, type Refusal, type Sql, stored } from '../../db/database.ts'
import { bookingEvents, bookings, holds, locations } from '../../db/schema.ts'
import { audited } from '../access/audit.ts'
import { withdraw } from '../mail/outbox.ts'
import { findService, type Practice, type Service } from '../practices/find.ts'
import { openVault } from '../practices/vault.ts'
import type { Free } from './availability.ts'
import { type Asking, isBookable, offerTo, type Secrets } from './book.ts'
import type { Booked } from './booked.ts'
import { type BookingRow, type BookingStatus, eventId, readForChange } from './change.ts'
import { findHold, takenMeanwhile } from './hold.ts'
import { bookingMails } from './mails.ts'
import { manageUrl, newReference } from './manage.ts'
import { findStart, type Slot } from './slots.ts'

export type Moved =
  | { ok: true; booking: Booked }
  | { ok: false; problem: 'slot-taken'; nearest: Slot[] }
  | { ok: false; problem: 'status-final'; bookingStatus: BookingStatus }
  | { ok: false; problem: 'not-found' | 'slot-past' | 'slot-unknown' | 'not-bookable' }

export interface Moving {
  bookingId: string
  /** ISO instant of a free slot of the same service. */
  start: string
  /** The first available when left out. */
  providerId?: string | undefined
  /** The hold of that slot; the booking takes its place. */
  holdId?: string | undefined
}

const ATTEMPTS = 20
const DECIDED_ANEW: readonly Refusal[] = ['booking changed', 'reference taken']

/**
 * Moves a booking to another time of its service, in one write batch: the old row is `rescheduled`, a new one takes its
 * referral, its credit, its patient and its reference, and the database refuses whatever overlaps. It is the same
 * booking: nothing is counted anew. Sent twice it is moved once and answered alike.
 */
export async function moveBooking(
  db: Database,
  env: Secrets,
  practice: Practice,
  moving: Moving,
  asking: Asking,
  now: number,
): Promise<Moved> {
  const startsAt = Date.parse(moving.start)
  if (Number.isNaN(startsAt)) return { ok: false, problem: 'slot-unknown' }
  for (let attempt = 1; ; attempt++) {
    const found = await readForChange(db, practice.id, moving.bookingId)
    if (!found) return { ok: false, problem: 'not-found' }
    const there = await alreadyThere(db, env, found.booking, { ...moving, startsAt })
    if (there) return { ok: true, booking: there }
    if (found.booking.status !== 'booked')
      return { ok: false, problem: 'status-final', bookingStatus: found.booking.status }

    const service = await findService(db, practice.id, found.booking.serviceId)
    if (!service || !(await isBookable(db, practice, service, asking, now)))
      return { ok: false, problem: 'not-bookable' }
    if (startsAt <= now) return { ok: false, problem: 'slot-past' }
    const held = moving.holdId ? await findHold(db, practice.id, moving.holdId, now) : null
    const wanted = { startsAt, providerId: moving.providerId ?? held?.providerId, exceptHold: held?.id }
    const offer = offerTo(service, asking)
    const start = await findStart(db, practice.id, offer, wanted, now)
    const from = { booking: found.booking, events: found.events, service, holdId: held?.id }
    const outcome = start.ok ? await firstFree(db, env, from, start.free, asking, now) : 'slot taken'
    if (typeof outcome === 'object') return { ok: true, booking: outcome }
    if (outcome === 'slot taken') {
      // Perhaps by this very booking, which another request has moved there meanwhile.
      const since = await readForChange(db, practice.id, moving.bookingId)
      if (since?.events !== found.events && attempt < ATTEMPTS) continue
      return start.ok ? takenMeanwhile(db, practice.id, offer, wanted, now) : start
    }
    if (attempt === ATTEMPTS || !DECIDED_ANEW.includes(outcome)) stored({ ok: false, refused: outcome })
  }
}

interface From {
  booking: BookingRow
  events: number
  service: Service
  holdId: string | undefined
}

/** The first of those who are free at that time, or what the database refused last. */
async function firstFree(
  db: Database,
  env: Secrets,
  from: From,
  free: Free[],
  asking: Asking,
  now: number,
): Promise<Booked | Refusal> {
  for (const slot of free) {
    const { row, statements } = await moveRows(db, env, from, slot, asking, now)
    const booked = bookedFrom(env, row, slot.timezone)
    const kept = (await asking.keep?.(201, booked)) ?? (() => [])
    // Sent twice, the second is refused: the old booking's next event is there already.
    const written = await db.write((sql) => [...kept(sql), ...statements(sql)], { idempotent: true })
    if (written.ok) return booked
    if (written.refused !== 'slot taken') return written.refused
  }
  return 'slot taken'
}

async function moveRows(
  db: Database,
  env: Secrets,
  { booking: old, events, service, holdId }: From,
  { startsAt, endsAt, busyFrom, busyUntil, providerId, locationId }: Free,
  { by, via }: Asking,
  now: number,
): Promise<{ row: BookingRow; statements: (sql: Sql) => Built[] }> {
  const { practiceId } = old
  const id = nanoid()
  const vault = await openVault(db, env, practiceId)
  // A ciphertext opens in its own row alone.
  const again = async (column: 'reason' | 'answers') => {
    const sealed = old[column]
    return sealed && vault.seal('bookings', id, column, await vault.open('bookings', old.id, column, sealed))
  }
  const row: BookingRow = {
    ...old,
    ...{ id, startsAt, endsAt, busyFrom, busyUntil, providerId, locationId, via },
    capacity: service.capacity,
    status: 'booked',
    reason: await again('reason'),
    answers: await again('answers'),
    sequence: old.sequence + 1,
    createdAt: now,
    movedFrom: old.id,
  }
  const event = { practiceId, at: now, by }
  const letters = bookingMails({ practiceId, bookingId: id }, 'change', now)
  const kept = audited({ practiceId, by, at: now, act: 'booking moved', subject: id })
  const statements = (sql: Sql): Built[] => [
    sql
      .insert(bookingEvents)
      .values({ ...event, id: eventId(old.id, events + 1), bookingId: old.id, status: 'rescheduled' }),
    sql
      .update(bookings)
      // What the patient wrote down stays theirs: the row that is left takes another.
      .set({ status: 'rescheduled', reference: newReference() })
      .where(and(eq(bookings.practiceId, practiceId), eq(bookings.id, old.id))),
    ...(holdId ? [sql.delete(holds).where(and(eq(holds.practiceId, practiceId), eq(holds.id, holdId)))] : []),
    sql.insert(bookings).values(row),
    sql.insert(bookingEvents).values({ ...event, id: nanoid(), bookingId: id, status: 'booked' }),
    withdraw(sql, { practiceId, bookingId: old.id, sequence: old.sequence }, now),
    ...letters(sql),
    kept(sql),
  ]
  return { row, statements }
}

/** The booking where it is asked to be, when it is there: it never was elsewhere, or an earlier request moved it. */
async function alreadyThere(
  db: Database,
  env: Secrets,
  booking: BookingRow,
  { startsAt, providerId }: { startsAt: number; providerId?: string | undefined },
): Promise<Booked | null> {
  const rows = await db.read((sql) =>
    sql
      .select({ booking: bookings, timezone: locations.timezone })
      .from(bookings)
      .innerJoin(locations, and(eq(locations.practiceId, bookings.practiceId), eq(locations.id, bookings.locationId)))
      .where(and(eq(bookings.practiceId, booking.practiceId), eq(bookings.referralId, booking.referralId))),
  )
  const there = rows.find(
    ({ booking: one }) =>
      (booking.status === 'rescheduled' ? one.movedFrom === booking.id : one.id === booking.id) &&
      one.status !== 'cancelled' &&
      one.startsAt === startsAt &&
      (!providerId || one.providerId === providerId),
  )
  return there ? bookedFrom(env, there.booking, there.timezone) : null
}

const bookedFrom = (env: Secrets, row: BookingRow, timezone: string): Booked => ({
  id: row.id,
  reference: row.reference,
  start: new Date(row.startsAt).toISOString(),
  end: new Date(row.endsAt).toISOString(),
  timezone,
  serviceId: row.serviceId,
  providerId: row.providerId,
  locationId: row.locationId,
  referralId: row.referralId,
  manageUrl: manageUrl(env, row.practiceId, row.id),
})

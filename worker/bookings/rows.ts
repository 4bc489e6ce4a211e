import { and, eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import type { Built, Database, Sql } from '../../db/database.ts'
import { bookingEvents, bookings, holds } from '../../db/schema.ts'
import { audited } from '../access/audit.ts'
import { count, factOf } from '../counts/count.ts'
import { tell } from '../counts/events.ts'
import type { Vault } from '../practices/vault.ts'
import type { Free } from './availability.ts'
import { bookingMails } from './mails.ts'
import { notTooOften } from './often.ts'
import { type Referred, referralRows, sealedAnswers } from './referral-rows.ts'

/** A request that was checked, and what was found out for it. */
export interface Decided extends Referred {
  slot: Free
  bookingId: string
  reference: string
  reason: string | null
  /** The ids of the answers that were chosen. */
  answers: readonly string[]
  locale: string
  holdId: string | undefined
}

/** Everything that one booking writes, in the order in which it must be written. */
export async function bookingRows(
  db: Database,
  vault: Vault,
  decided: Decided,
  now: number,
): Promise<{ referralId: string; statements: (sql: Sql) => Built[] }> {
  const { practice, service, slot, bookingId: id, by } = decided
  const practiceId = practice.id
  const referral = await referralRows(db, vault, decided, 'scheduled', now)
  const { patientId, indexes } = referral
  const { startsAt, endsAt, busyFrom, busyUntil, providerId, locationId } = slot
  const booking = {
    practiceId,
    id,
    referralId: referral.id,
    patientId,
    serviceId: service.id,
    providerId,
    locationId,
    startsAt,
    endsAt,
    busyFrom,
    busyUntil,
    capacity: service.capacity,
    status: 'booked' as const,
    reference: decided.reference,
    via: decided.via,
    locale: decided.locale,
    reason: decided.reason === null ? null : await vault.seal('bookings', id, 'reason', decided.reason),
    answers: await sealedAnswers(vault, 'bookings', id, decided.answers),
    createdAt: now,
  }
  const { officeId, referrerId, linkId } = referral.credit
  const { holdId } = decided
  const letters = bookingMails({ practiceId, bookingId: id }, 'confirmation', now)
  const kept = audited({ practiceId, by, at: now, act: 'booking made', subject: id })
  const statements = (sql: Sql): Built[] => [
    ...(holdId ? [sql.delete(holds).where(and(eq(holds.practiceId, practiceId), eq(holds.id, holdId)))] : []),
    ...referral.statements(sql),
    sql.insert(bookings).values(booking),
    sql.insert(bookingEvents).values({ practiceId, id: nanoid(), bookingId: id, status: 'booked', at: now, by }),
    ...count(sql, practice, [...referral.facts, factOf('booking', referral.credit, now)]),
    tell(sql, { practiceId, kind: 'booking', id, at: now, officeId, referrerId, linkId }),
    ...letters(sql),
    kept(sql),
    ...(decided.via === 'online' ? [notTooOften(sql, { practiceId, patientId, ...indexes }, now)] : []),
  ]
  return { referralId: referral.id, statements }
}

import { and, eq, inArray, isNull, or, sql as raw } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Built, Sql } from '../../db/database.ts'
import {
  bookingEvents,
  bookings,
  calls,
  credits,
  mails,
  patients,
  referrals,
  replies,
  requests,
} from '../../db/schema.ts'

/** Everything of one referral that holds words of the patient's, or about them. */
export function emptied(sql: Sql, practiceId: string, referralId: string, replyIds: string[], now: number): Built[] {
  const its = (column: SQLiteColumn) => eq(column, referralId)
  const bookingIds = sql
    .select({ id: bookings.id })
    .from(bookings)
    .where(and(eq(bookings.practiceId, practiceId), its(bookings.referralId)))
  const requestIds = sql
    .select({ id: requests.id })
    .from(requests)
    .where(and(eq(requests.practiceId, practiceId), its(requests.referralId)))
  return [
    sql
      .update(patients)
      .set({ ...NOBODY, erasedAt: now })
      .where(
        and(
          eq(patients.practiceId, practiceId),
          inArray(patients.id, patientsOf(sql, practiceId, referralId)),
          isNull(patients.erasedAt),
        ),
      ),
    sql
      .update(referrals)
      .set({ statedReferrer: null, openKey: null })
      .where(and(eq(referrals.practiceId, practiceId), its(referrals.id))),
    sql
      .update(bookings)
      .set({ reason: null, answers: null })
      .where(and(eq(bookings.practiceId, practiceId), its(bookings.referralId))),
    sql
      .update(bookingEvents)
      .set({ reason: null })
      .where(and(eq(bookingEvents.practiceId, practiceId), inArray(bookingEvents.bookingId, bookingIds))),
    sql
      .update(requests)
      // Of a request that is erased nobody waits for a call.
      .set({ times: '', reason: null, answers: null, closedAt: raw`coalesce(${requests.closedAt}, ${now})` })
      .where(and(eq(requests.practiceId, practiceId), its(requests.referralId))),
    sql
      .update(calls)
      .set({ note: null })
      .where(and(eq(calls.practiceId, practiceId), its(calls.referralId))),
    sql
      .update(credits)
      .set({ note: null })
      .where(and(eq(credits.practiceId, practiceId), its(credits.referralId))),
    sql
      .update(mails)
      .set({ droppedAt: now, trouble: 'erased' })
      .where(
        and(
          eq(mails.practiceId, practiceId),
          or(inArray(mails.bookingId, bookingIds), inArray(mails.requestId, requestIds)),
          isNull(mails.sentAt),
          isNull(mails.droppedAt),
        ),
      ),
    ...(replyIds.length === 0
      ? []
      : [sql.delete(replies).where(and(eq(replies.practiceId, practiceId), inArray(replies.id, replyIds)))]),
  ]
}

const NOBODY = {
  ...{ name: null, email: null, phone: null, dateOfBirth: null, actingName: null, relationship: null },
  ...{ mayLeaveMessage: null, agreesToMail: null, wantsReminder: null },
  ...{ nameIndex: null, phoneIndex: null, emailIndex: null, birthIndex: null },
}

/** The ids of every row of contact details that a referral, its bookings or its requests have. */
export const patientsOf = (sql: Sql, practiceId: string, referralId: string) =>
  sql
    .select({ id: referrals.patientId })
    .from(referrals)
    .where(and(eq(referrals.practiceId, practiceId), eq(referrals.id, referralId)))
    .unionAll(
      sql
        .select({ id: bookings.patientId })
        .from(bookings)
        .where(and(eq(bookings.practiceId, practiceId), eq(bookings.referralId, referralId))),
    )
    .unionAll(
      sql
        .select({ id: requests.patientId })
        .from(requests)
        .where(and(eq(requests.practiceId, practiceId), eq(requests.referralId, referralId))),
    )

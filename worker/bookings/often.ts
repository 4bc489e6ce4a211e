import { and, eq, gt, inArray, or, sql as raw } from 'drizzle-orm'
import type { Built, Sql } from '../../db/database.ts'
import { bookings, patients } from '../../db/schema.ts'
import type { PatientIndexes } from '../referrals/patient.ts'

/** Appointments to come that one telephone number or e-mail address may have booked online: a family, a course of treatments. */
export const MOST_AHEAD = 20

/**
 * A statement that has its whole batch refused ('booked often') where the patient's telephone number or address has more
 * than MOST_AHEAD online bookings to come at the practice, this one included. It goes through the appointments to come,
 * of which there are some hundreds; comes last, so that whoever finds the time taken does not pay for it.
 */
export const notTooOften = (
  sql: Sql,
  { practiceId, patientId, phoneIndex, emailIndex }: PatientIndexes & { practiceId: string; patientId: string },
  now: number,
): Built => {
  const reached = or(
    phoneIndex === null ? undefined : eq(patients.phoneIndex, phoneIndex),
    emailIndex === null ? undefined : eq(patients.emailIndex, emailIndex),
  )
  const ahead = sql
    .select({ n: raw`count(*)` })
    .from(bookings)
    .innerJoin(patients, and(eq(patients.practiceId, bookings.practiceId), eq(patients.id, bookings.patientId)))
    .where(
      and(
        eq(bookings.practiceId, practiceId),
        gt(bookings.startsAt, now),
        inArray(bookings.status, ['booked', 'arrived']),
        eq(bookings.via, 'online'),
        reached ?? raw`false`,
      ),
    )
  return sql
    .update(patients)
    .set({ createdAt: raw`null` })
    .where(and(eq(patients.practiceId, practiceId), eq(patients.id, patientId), raw`${ahead} > ${MOST_AHEAD}`))
}

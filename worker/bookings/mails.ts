import { sql as raw, type SQL } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import type { Built, Sql } from '../../db/database.ts'

/** So long before the visit; a booking that is made later than that gets none. */
const REMINDER_DAYS = 2
const DAY_MS = 86_400_000

type Key = { practiceId: string; bookingId: string }

/**
 * What is to be written to a patient of their booking, for the SAME batch as its row and after it: the letter, and for a
 * booking that is to come a reminder. None where there is no address, where they said no to mail, or when the visit is
 * over. Of a booking that came with an address and without an answer (by the API) the answer counts as yes.
 */
export function bookingMails(key: Key, kind: 'confirmation' | 'change' | 'cancellation', now: number) {
  const letter = insertion(key, { id: nanoid(), kind, due: raw`${now}` }, raw`b.starts_at > ${now}`)
  const before = raw`b.starts_at - ${REMINDER_DAYS * DAY_MS}`
  const reminder = insertion(
    key,
    { id: nanoid(), kind: 'reminder', due: before },
    raw`${before} > ${now} AND b.status = 'booked' AND coalesce(p.wants_reminder, 1) = 1`,
  )
  return (sql: Sql): Built[] => [sql.run(letter), ...(kind === 'cancellation' ? [] : [sql.run(reminder)])]
}

/** The same for a request to be called; only to those who said yes to mail, since they wait for a call and need none. */
export function requestMail({ practiceId, requestId }: { practiceId: string; requestId: string }, now: number) {
  const id = nanoid()
  return (sql: Sql): Built =>
    sql.run(raw`
      INSERT INTO mails (practice_id, id, kind, request_id, due_at)
      SELECT r.practice_id, ${id}, 'request', r.id, ${now}
      FROM requests r JOIN patients p ON p.practice_id = r.practice_id AND p.id = r.patient_id
      WHERE r.practice_id = ${practiceId} AND r.id = ${requestId} AND p.email IS NOT NULL AND p.agrees_to_mail = 1
      ON CONFLICT DO NOTHING`)
}

const REACHED = raw`p.email IS NOT NULL AND coalesce(p.agrees_to_mail, 1) = 1`

/** The booking's own sequence is read as the batch has left it; a letter that is there already is not written twice. */
const insertion = (
  { practiceId, bookingId }: Key,
  { id, kind, due }: { id: string; kind: string; due: SQL },
  where: SQL,
) => raw`
  INSERT INTO mails (practice_id, id, kind, booking_id, sequence, due_at)
  SELECT b.practice_id, ${id}, ${kind}, b.id, b.sequence, ${due}
  FROM bookings b JOIN patients p ON p.practice_id = b.practice_id AND p.id = b.patient_id
  WHERE b.practice_id = ${practiceId} AND b.id = ${bookingId} AND ${REACHED} AND ${where}
  ON CONFLICT DO NOTHING`

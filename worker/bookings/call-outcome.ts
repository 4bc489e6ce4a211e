import { z } from '@hono/zod-openapi'
import { and, eq, isNotNull, isNull, sql as raw } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Database, stored } from '../../db/database.ts'
import { bookings, referralEvents, requests } from '../../db/schema.ts'
import { audited } from '../access/audit.ts'
import type { FieldError, Keep } from '../http.ts'
import { type ReferralStatus, statusOf } from '../referrals/joined.ts'

/** What became of a request, and what that makes of the referral. */
const BECOMES = {
  booked: 'scheduled',
  'could not reach': 'no_response',
  declined: 'declined_by_patient',
} as const satisfies Record<string, ReferralStatus>

export const CallOutcomeBody = z
  .object({
    outcome: z.enum(['booked', 'could not reach', 'declined']),
    bookingId: z.string().max(60).optional().describe('The booking that was made; it must belong to the same referral'),
  })
  .openapi('RequestOutcome')

export const ClosedRequest = z
  .object({
    id: z.string(),
    outcome: CallOutcomeBody.shape.outcome,
    referralId: z.string(),
    referralStatus: z.string(),
    closedAt: z.iso.datetime(),
  })
  .openapi('RequestClosed')

export type Closed =
  | { ok: true; closed: z.infer<typeof ClosedRequest> }
  | { ok: false; problem: 'not-found' | 'request-closed' }
  | { ok: false; problem: 'invalid'; errors: FieldError[] }

/** Writes down what became of a request, once; of two at the same moment the second is refused. */
export async function closeRequest(
  db: Database,
  practiceId: string,
  { id, outcome, bookingId, by, keep }: z.infer<typeof CallOutcomeBody> & { id: string; by: string; keep: Keep },
  now: number,
): Promise<Closed> {
  const its = and(eq(requests.practiceId, practiceId), eq(requests.id, id))
  const [request] = await db.read((sql) => sql.select().from(requests).where(its))
  if (!request) return { ok: false, problem: 'not-found' }
  if (request.closedAt !== null) return { ok: false, problem: 'request-closed' }
  const { referralId } = request
  if (bookingId && (await referralOfBooking(db, practiceId, bookingId)) !== referralId)
    return { ok: false, problem: 'invalid', errors: [{ field: 'bookingId', detail: NOT_ITS_BOOKING }] }

  const status = BECOMES[outcome]
  const before = await statusOf(db, practiceId, referralId)
  // A booking has told already; and who was booked otherwise is not undone by a call that reached nobody.
  const stays = before === status || DECIDED.includes(before)
  const event = { practiceId, id: nanoid(), referralId, status, at: now, by }
  const referralStatus = stays ? before : status
  const closed = { id, outcome, referralId, referralStatus, closedAt: new Date(now).toISOString() }
  const audit = audited({ practiceId, by, at: now, act: `request ${outcome}`, subject: id })
  const kept = await keep(200, closed)
  const written = await db.write((sql) => [
    // Refused by the column where somebody closed it since it was read.
    sql
      .update(requests)
      .set({ reference: raw`null` })
      .where(and(its, isNotNull(requests.closedAt))),
    sql
      .update(requests)
      .set({ closedAt: now })
      .where(and(its, isNull(requests.closedAt))),
    ...(stays ? [] : [sql.insert(referralEvents).values(event)]),
    audit(sql),
    ...kept(sql),
  ])
  if (!written.ok && written.refused === 'request closed') return { ok: false, problem: 'request-closed' }
  stored(written)
  return { ok: true, closed }
}

const NOT_ITS_BOOKING = 'Give the id of a booking of the same referral, or leave it out.'
const DECIDED: readonly ReferralStatus[] = ['scheduled', 'seen', 'reported']

async function referralOfBooking(db: Database, practiceId: string, id: string): Promise<string | undefined> {
  const [booking] = await db.read((sql) =>
    sql
      .select({ referralId: bookings.referralId })
      .from(bookings)
      .where(and(eq(bookings.practiceId, practiceId), eq(bookings.id, id))),
  )
  return booking?.referralId
}

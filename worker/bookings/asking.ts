import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type Limit, limitHeaders } from '../access/limit.ts'
import { EVERYBODY, networkOf } from '../access/network.ts'
import { type Api, problem } from '../http.ts'
import { isDay } from '../practices/day.ts'
import type { BookingOutcome } from './book.ts'
import { BookingSchema } from './request.ts'

/* What the public's and the desk's addresses of bookings have in common. */

export const tags = ['Bookings']
export const day = z
  .string()
  .refine(isDay, 'Give a day such as 2027-03-01.')
  .openapi({ type: 'string', format: 'date', example: '2027-03-01' })

export const BOOKING_PROBLEMS = [
  'not-json',
  'not-found',
  'slot-taken',
  'not-bookable',
  'invalid',
  'idempotency-key-required',
  'key-reused',
  'service-unknown',
  'slot-unknown',
  'slot-past',
  'booked-often',
  'code-mistyped',
  'code-unknown',
  'database-unavailable',
] as const
export const bookingBody = { required: true, content: { 'application/json': { schema: BookingSchema } } }

export function refused(c: Context<Api>, outcome: Exclude<BookingOutcome, { ok: true }>) {
  if (outcome.problem === 'too-many-requests') return problem(c, outcome.problem, {}, outcome.headers)
  const { ok: _, problem: name, ...more } = outcome
  return problem(c, name, more)
}

/** Only where it is known who asks: without a trusted proxy one of them would use up the limit of all. */
export function overLimit(c: Context<Api>, limit: Limit) {
  const network = networkOf(c.env, c.req.raw.headers)
  if (network === EVERYBODY) return null
  const wait = limit.wait(network, c.var.now)
  if (wait > 0) return problem(c, 'too-many-requests', {}, limitHeaders(limit.policy, wait))
  limit.count(network, c.var.now)
  return null
}

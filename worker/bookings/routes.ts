import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { allow } from '../access/allow.ts'
import { type Api, api, problem, responses } from '../http.ts'
import { ListQuery, listOf } from '../lists.ts'
import { practiceOf, STORES_NOTHING, storesPatients } from '../practices/find.ts'
import { lines } from '../text.ts'
import { BOOKING_PROBLEMS, bookingBody, day, refused, tags } from './asking.ts'
import { book } from './book.ts'
import { type Booked, DeskBooking, toldAtDesk } from './booked.ts'
import { type Change, ChangedBooking, changeBooking, MAY_BECOME } from './change.ts'
import { moveBooking } from './move.ts'
import { postSoon } from './post.ts'
import { Booking, listBookings } from './queries.ts'
import { MoveSchema } from './request.ts'

/** Letters about it leave once it is answered. */
const soon = (c: Context<Api>, id: string) =>
  postSoon(
    { db: c.var.db, env: c.env, ctx: c.executionCtx, now: c.var.now },
    { practiceId: c.var.caller.practiceId, id },
  )

/** With a key or at the desk. */
export const bookingRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/bookings',
      tags,
      summary: 'Book for a patient, at the desk or by telephone',
      description:
        'With the code that the patient said, the card is credited. Any service may be booked, without lead time; the ' +
        'time must lie on the grid of the opening hours.',
      middleware: [allow('bookings:write')],
      request: { body: bookingBody },
      responses: responses(201, 'The booking', DeskBooking, ...BOOKING_PROBLEMS),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const practice = await practiceOf(db, caller)
      const asking = {
        by: caller.by,
        via: 'desk' as const,
        keep: (status: number, booking: Booked) => keep(status, toldAtDesk(booking)),
      }
      const outcome = await book(db, c.env, practice, c.req.valid('json'), asking, now)
      if (!outcome.ok) return refused(c, outcome)
      soon(c, outcome.booking.id)
      return c.json(toldAtDesk(outcome.booking), 201)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/bookings/{id}/move',
      tags,
      summary: 'Move a booking to another time',
      description:
        'Of the same service. The booking gets another id and keeps its reference, its referral and its credit; it is not ' +
        'counted anew. From booked. Sent again it is moved once.',
      middleware: [allow('bookings:write')],
      request: {
        params: z.object({ id: z.string() }),
        body: { required: true, content: { 'application/json': { schema: MoveSchema } } },
      },
      responses: responses(
        201,
        'The booking at its new time',
        DeskBooking,
        ...(['not-json', 'not-found', 'slot-taken', 'slot-past', 'slot-unknown', 'not-bookable'] as const),
        ...(['status-final', 'invalid', 'database-unavailable'] as const),
      ),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const practice = await practiceOf(db, caller)
      const asking = {
        by: caller.by,
        via: 'desk' as const,
        keep: (status: number, booking: Booked) => keep(status, toldAtDesk(booking)),
      }
      const moving = { ...c.req.valid('json'), bookingId: c.req.valid('param').id }
      const moved = await moveBooking(db, c.env, practice, moving, asking, now)
      if (!moved.ok) {
        const { ok: _, problem: name, ...more } = moved
        return problem(c, name, more)
      }
      soon(c, moved.booking.id)
      return c.json(toldAtDesk(moved.booking), 201)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/bookings',
      tags,
      summary: 'List the bookings',
      description: 'The one made last first. Of the patient the name is given and nothing else.',
      middleware: [allow('bookings:read')],
      request: {
        query: ListQuery.extend({
          from: day.optional().openapi({ description: "First day of the appointments, in the practice's zone" }),
          to: day.optional().openapi({ description: 'Last day, included' }),
          status: Booking.shape.status.optional(),
          referralId: z.string().max(100).optional(),
        }),
      },
      responses: responses(200, 'Bookings', listOf(Booking), 'invalid'),
    }),
    async (c) => {
      const { db, caller } = c.var
      const practice = await practiceOf(db, caller)
      return c.json(await listBookings(db, c.env, practice, c.req.valid('query')), 200)
    },
  )

/** A change is a resource of its own: POST /bookings/ID/arrival. */
const CHANGES: readonly { path: string; to: Change; summary: string; description: string }[] = [
  {
    path: 'cancellation',
    to: 'cancelled',
    summary: 'Cancel a booking',
    description: 'The time is free again at once. A cancellation stands; book again instead of taking it back.',
  },
  { path: 'arrival', to: 'arrived', summary: 'The patient has arrived', description: '' },
  {
    path: 'attendance',
    to: 'fulfilled',
    summary: 'The patient was seen',
    description: 'Counts as seen on the day of the appointment, or today if that is earlier.',
  },
  {
    path: 'no-show',
    to: 'no_show',
    summary: 'The patient did not come',
    description: 'May follow an attendance that was recorded by mistake, which then no longer counts.',
  },
]

const ChangeBody = z
  .object({ reason: lines(500).optional().openapi({ description: 'Kept encrypted' }) })
  .openapi('BookingChange')

for (const { path, to, summary, description } of CHANGES) {
  const allowed = Object.entries(MAY_BECOME).flatMap(([from, next]) => (next.includes(to) ? [from] : []))
  bookingRoutes.openapi(
    createRoute({
      method: 'post',
      path: `/bookings/{id}/${path}`,
      tags,
      summary,
      description: `${description} From ${allowed.join(', ')}. Sent again it changes nothing.`.trim(),
      middleware: [allow('bookings:write')],
      request: {
        params: z.object({ id: z.string() }),
        body: { content: { 'application/json': { schema: ChangeBody } } },
      },
      responses: responses(200, 'The booking', ChangedBooking, 'not-json', 'not-found', 'status-final', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const practice = await practiceOf(db, caller)
      const { reason } = c.req.valid('json') ?? {}
      if (reason && !storesPatients(practice))
        return problem(c, 'invalid', { errors: [{ field: 'reason', detail: STORES_NOTHING }] })
      const asked = { bookingId: c.req.valid('param').id, to, reason, by: caller.by, keep }
      const changed = await changeBooking(db, c.env, practice, asked, now)
      if (changed.ok) {
        soon(c, changed.booking.id)
        return c.json(changed.booking, 200)
      }
      const { ok: _, problem: name, ...more } = changed
      return problem(c, name, more)
    },
  )
}

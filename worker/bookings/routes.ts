import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { allow } from '../access/allow.ts'
import { readCookie } from '../access/cookies.ts'
import { Limit, limitHeaders } from '../access/limit.ts'
import { EVERYBODY, networkOf } from '../access/network.ts'
import { type Api, api, problem, responses } from '../http.ts'
import { guessed } from '../links/guesses.ts'
import { ListQuery, listOf } from '../lists.ts'
import { isDay, localDay } from '../practices/day.ts'
import { findPractice, findService, practiceOf } from '../practices/find.ts'
import { once } from '../practices/once.ts'
import { receiptCookie } from '../scans/receipt.ts'
import { confirmVisit } from '../scans/visits.ts'
import { lines, wholeNumber } from '../text.ts'
import { type BookingOutcome, book } from './book.ts'
import { type Booked, DeskBooking, PublicBooking, told, toldAtDesk } from './booked.ts'
import { type Change, ChangedBooking, changeBooking, MAY_BECOME } from './change.ts'
import { Booking, listBookings } from './queries.ts'
import { BookingSchema } from './request.ts'
import { Slot, slotsOf } from './slots.ts'

const tags = ['Bookings']
const MOST_DAYS = 60
const day = z
  .string()
  .refine(isDay, 'Give a day such as 2027-03-01.')
  .openapi({ type: 'string', format: 'date', example: '2027-03-01' })

const BOOKING_PROBLEMS = [
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
  'code-mistyped',
  'code-unknown',
  'database-unavailable',
] as const
const bookingBody = { required: true, content: { 'application/json': { schema: BookingSchema } } }

/**
 * Generous, since a clinic's Wi-Fi, a hospital's proxy or a telephone company's gateway is one network. For programs alone:
 * the pages, where a patient takes a minute for a booking, have no limit yet.
 */
const SLOTS = new Limit({ name: 'slots', tries: 600, seconds: 60 })
const BOOKINGS = new Limit({ name: 'bookings', tries: 120, seconds: 60 })

/** Without a key: the free times of a service, and booking one. */
const publicRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/practices/{practice}/services/{service}/slots',
      tags,
      summary: 'Free times of a service',
      description:
        'Sorted by start; times of one provider do not overlap. The days are those of each location. A service that ' +
        'is not booked online has none.',
      security: [],
      request: {
        params: z.object({
          practice: z.string().max(60).describe('Slug or id'),
          service: z.string().max(60).describe('Slug or id'),
        }),
        query: z.object({
          from: day.optional().openapi({ description: "Today in the practice's zone when left out" }),
          days: wholeNumber(1, MOST_DAYS, 14),
        }),
      },
      responses: responses(
        200,
        'The free times',
        z.object({ slots: z.array(Slot) }),
        'not-found',
        'invalid',
        'too-many-requests',
      ),
    }),
    async (c) => {
      const { db, now } = c.var
      const limited = overLimit(c, SLOTS)
      if (limited) return limited
      const { practice: slug, service: name } = c.req.valid('param')
      const practice = await findPractice(db, slug)
      const service = practice && (await findService(db, practice.id, name))
      if (!service) return problem(c, 'not-found')
      if (practice.mode !== 'booking' || service.mode !== 'book') return c.json({ slots: [] }, 200)
      const { from = localDay(now, practice.timezone), days } = c.req.valid('query')
      return c.json({ slots: await slotsOf(db, practice.id, service, { from, days }, now) }, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/practices/{practice}/bookings',
      tags,
      summary: 'Book a time',
      description:
        'An Idempotency-Key is required: sent again with the same body it gives the same answer, so that a lost reply ' +
        'is never a second booking. A booking for the same patient and service joins the referral that is open, whose ' +
        'credit moves where the booking brings stronger evidence. A network that sends very many, or tries many unknown codes, is answered 429.',
      security: [],
      request: { params: z.object({ practice: z.string().max(60).describe('Slug or id') }), body: bookingBody },
      responses: responses(201, 'The booking', PublicBooking, ...BOOKING_PROBLEMS, 'too-many-requests'),
    }),
    async (c) => {
      const { db, now } = c.var
      const over = overLimit(c, BOOKINGS)
      if (over) return over
      if (!c.req.header('Idempotency-Key')) return problem(c, 'idempotency-key-required')
      const practice = await findPractice(db, c.req.valid('param').practice)
      if (!practice) return problem(c, 'not-found')
      return once(c, practice.id, 'patient', async (keep) => {
        const asking = {
          by: 'patient',
          via: 'online' as const,
          keep: (status: number, booking: Booked) => keep(status, told(booking)),
        }
        const browserReceipt = readCookie(c.env, c.req.raw, receiptCookie(practice.id)) ?? undefined
        const request = { ...c.req.valid('json'), browserReceipt }
        const outcome = await book(db, c.env, practice, request, asking, now)
        const tried = !outcome.ok && outcome.problem === 'code-unknown'
        const limited = tried ? await guessed({ env: c.env, ctx: c.executionCtx, now }, c.req.raw.headers) : null
        if (limited) return problem(c, 'too-many-requests', {}, limited)
        if (!outcome.ok) return refused(c, outcome)
        if (request.receipt) {
          const visit = { practice: practice.slug, text: request.receipt, how: 'booking' } as const
          c.executionCtx.waitUntil(confirmVisit({ env: c.env, ctx: c.executionCtx, now }, c.req.raw, visit))
        }
        return c.json(told(outcome.booking), 201)
      })
    },
  )

const staffRoutes = api()
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
      return outcome.ok ? c.json(toldAtDesk(outcome.booking), 201) : refused(c, outcome)
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
  staffRoutes.openapi(
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
      const asked = { bookingId: c.req.valid('param').id, to, reason, by: caller.by, keep }
      const changed = await changeBooking(db, c.env, practice, asked, now)
      if (changed.ok) return c.json(changed.booking, 200)
      const { ok: _, problem: name, ...more } = changed
      return problem(c, name, more)
    },
  )
}

export const bookingRoutes = api().route('/', publicRoutes).route('/', staffRoutes)

/** Only where it is known who asks: without a trusted proxy one of them would use up the limit of all. */
function overLimit(c: Context<Api>, limit: Limit) {
  const network = networkOf(c.env, c.req.raw.headers)
  if (network === EVERYBODY) return null
  const wait = limit.wait(network, c.var.now)
  if (wait > 0) return problem(c, 'too-many-requests', {}, limitHeaders(limit.policy, wait))
  limit.count(network, c.var.now)
  return null
}

function refused(c: Context<Api>, outcome: Exclude<BookingOutcome, { ok: true }>) {
  const { ok: _, problem: name, ...more } = outcome
  return problem(c, name, more)
}

import { createRoute, z } from '@hono/zod-openapi'
import { readCookie } from '../access/cookies.ts'
import { Limit } from '../access/limit.ts'
import { api, problem, responses } from '../http.ts'
import { guessed } from '../links/guesses.ts'
import { localDay } from '../practices/day.ts'
import { findPractice, findService } from '../practices/find.ts'
import { once } from '../practices/once.ts'
import { isOnlineNow } from '../practices/online.ts'
import { receiptCookie } from '../scans/receipt.ts'
import { confirmVisit } from '../scans/visits.ts'
import { wholeNumber } from '../text.ts'
import { BOOKING_PROBLEMS, bookingBody, day, overLimit, refused, tags } from './asking.ts'
import { book } from './book.ts'
import { type Booked, PublicBooking, told } from './booked.ts'
import { fromOf } from './budget.ts'
import { postSoon } from './post.ts'
import { Slot, slotsOf } from './slots.ts'

const MOST_DAYS = 60

/**
 * Generous, since a clinic's Wi-Fi, a hospital's proxy or a telephone company's gateway is one network. For programs alone:
 * the pages, where a patient takes a minute for a booking, have no limit yet.
 */
const SLOTS = new Limit({ name: 'slots', tries: 600, seconds: 60 })
const BOOKINGS = new Limit({ name: 'bookings', tries: 120, seconds: 60 })

/** Without a key: the free times of a service, and booking one. */
export const publicRoutes = api()
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
          provider: z.string().max(100).optional().describe('Only those of this provider (id); all when left out'),
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
      if (!(await isOnlineNow(db, practice, service, now))) return c.json({ slots: [] }, 200)
      const { from = localDay(now, practice.timezone), days, provider: providerId } = c.req.valid('query')
      return c.json({ slots: await slotsOf(db, practice.id, service, { from, days, providerId }, now) }, 200)
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
        'credit moves where the booking brings stronger evidence. A network from which many bookings come, or that tries many unknown codes, is answered 429.',
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
          from: fromOf(c.env, c.req.raw.headers),
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
        postSoon({ db, env: c.env, ctx: c.executionCtx, now }, { practiceId: practice.id, id: outcome.booking.id })
        return c.json(told(outcome.booking), 201)
      })
    },
  )

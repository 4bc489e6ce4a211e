import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { readCookie } from '../access/cookies.ts'
import { Limit } from '../access/limit.ts'
import { api, problem, responses } from '../http.ts'
import { guessed } from '../links/guesses.ts'
import { ListQuery, listOf } from '../lists.ts'
import { findPractice, practiceOf } from '../practices/find.ts'
import { once } from '../practices/once.ts'
import { receiptCookie } from '../scans/receipt.ts'
import { confirmVisit } from '../scans/visits.ts'
import { overLimit } from './asking.ts'
import { CallOutcomeBody, ClosedRequest, closeRequest } from './call-outcome.ts'
import { askForCall } from './call-request.ts'
import { listRequests, OpenRequest, openRequest, RequestDetail } from './call-requests.ts'
import { CallAsked, CallRequestSchema } from './call-schema.ts'

const tags = ['Requests to be called']
/** As of bookings (worker/bookings/public-routes.ts). */
const REQUESTS = new Limit({ name: 'requests', tries: 120, seconds: 60 })

export const callRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/practices/{practice}/requests',
      tags,
      summary: 'Ask to be called',
      description:
        'For a service whose times are found on the telephone. The answer says by when the practice calls. An ' +
        'Idempotency-Key is required: sent again with the same body it gives the same answer. Joins the referral ' +
        'that is open for the same patient and service, as a booking does.',
      security: [],
      request: {
        params: z.object({ practice: z.string().max(60).describe('Slug or id') }),
        body: { required: true, content: { 'application/json': { schema: CallRequestSchema } } },
      },
      responses: responses(
        201,
        'The request',
        CallAsked,
        ...(['not-json', 'not-found', 'no-requests', 'invalid', 'idempotency-key-required', 'key-reused'] as const),
        ...(['service-unknown', 'code-mistyped', 'code-unknown', 'too-many-requests', 'database-unavailable'] as const),
      ),
    }),
    async (c) => {
      const { db, now } = c.var
      const over = overLimit(c, REQUESTS)
      if (over) return over
      if (!c.req.header('Idempotency-Key')) return problem(c, 'idempotency-key-required')
      const practice = await findPractice(db, c.req.valid('param').practice)
      if (!practice) return problem(c, 'not-found')
      return once(c, practice.id, 'patient', async (keep) => {
        const browserReceipt = readCookie(c.env, c.req.raw, receiptCookie(practice.id)) ?? undefined
        const request = { ...c.req.valid('json'), browserReceipt }
        const outcome = await askForCall(db, c.env, practice, request, keep, now)
        const tried = !outcome.ok && outcome.problem === 'code-unknown'
        const limited = tried ? await guessed({ env: c.env, ctx: c.executionCtx, now }, c.req.raw.headers) : null
        if (limited) return problem(c, 'too-many-requests', {}, limited)
        if (!outcome.ok) {
          const { ok: _, problem: name, ...more } = outcome
          return problem(c, name, more)
        }
        if (request.receipt) {
          const visit = { practice: practice.slug, text: request.receipt, how: 'booking' } as const
          c.executionCtx.waitUntil(confirmVisit({ env: c.env, ctx: c.executionCtx, now }, c.req.raw, visit))
        }
        return c.json(outcome.asked, 201)
      })
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/requests',
      tags,
      summary: 'List the open requests',
      description: 'The one that is due first. Of the patient the name is given and nothing else.',
      middleware: [allow('bookings:read')],
      request: { query: ListQuery },
      responses: responses(200, 'Requests', listOf(OpenRequest), 'invalid'),
    }),
    async (c) => {
      const { db, caller } = c.var
      return c.json(await listRequests(db, c.env, caller.practiceId, c.req.valid('query')), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/requests/{id}',
      tags,
      summary: 'One request, for whoever calls',
      description: 'With the telephone number and all that the patient said. Who asks for it is kept in the audit.',
      middleware: [allow('bookings:read')],
      request: { params: z.object({ id: z.string().max(60) }) },
      responses: responses(200, 'The request', RequestDetail, 'not-found'),
    }),
    async (c) => {
      const { db, caller, now } = c.var
      const practice = await practiceOf(db, caller)
      const asked = { id: c.req.valid('param').id, by: caller.by }
      const request = await openRequest(db, c.env, practice, asked, now)
      return request ? c.json(request, 200) : problem(c, 'not-found')
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/requests/{id}/outcome',
      tags,
      summary: 'What became of a request',
      description: 'Closes it. Booked makes the referral scheduled, could not reach no_response, declined declined.',
      middleware: [allow('bookings:write')],
      request: {
        params: z.object({ id: z.string().max(60) }),
        body: { required: true, content: { 'application/json': { schema: CallOutcomeBody } } },
      },
      responses: responses(
        200,
        'The request is closed',
        ClosedRequest,
        ...(['not-json', 'not-found', 'request-closed', 'invalid'] as const),
      ),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const said = { ...c.req.valid('json'), id: c.req.valid('param').id, by: caller.by, keep }
      const closed = await closeRequest(db, caller.practiceId, said, now)
      if (closed.ok) return c.json(closed.closed, 200)
      const { ok: _, problem: name, ...more } = closed
      return problem(c, name, more)
    },
  )

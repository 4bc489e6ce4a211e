import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { api, problem, responses } from '../http.ts'
import { ListQuery, listOf } from '../lists.ts'
import { practiceOf } from '../practices/find.ts'
import { Call, logCall, NewCall } from './call.ts'
import { Erasure, erase } from './erase.ts'
import { findReferral, listReferrals, Referral, ReferralDetail } from './queries.ts'

const tags = ['Referrals and calls']

export const referralRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/calls',
      tags,
      summary: 'Log a telephone call',
      description:
        'With the code that the caller said, or with the office. No patient is stored. Codes of retired links count ' +
        'too: cards outlive them.',
      middleware: [allow('referrals:write')],
      request: { body: { required: true, content: { 'application/json': { schema: NewCall } } } },
      responses: responses(
        201,
        'The call',
        Call,
        'not-json',
        'invalid',
        'code-mistyped',
        'code-unknown',
        'service-unknown',
      ),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const practice = await practiceOf(db, caller)
      const logged = await logCall(db, c.env, practice, c.req.valid('json'), caller.by, keep, now)
      if (logged.ok) return c.json(logged.call, 201)
      const { ok: _, problem: name, ...more } = logged
      return problem(c, name, more)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/referrals',
      tags,
      summary: 'List the referrals',
      description:
        'The newest first: one patient, one problem each, with status, credit and consent. No patient is named.',
      middleware: [allow('referrals:read')],
      request: { query: ListQuery },
      responses: responses(200, 'Referrals', listOf(Referral), 'invalid'),
    }),
    async (c) => c.json(await listReferrals(c.var.db, c.var.caller.practiceId, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/referrals/{id}',
      tags,
      summary: 'One referral',
      middleware: [allow('referrals:read')],
      request: { params: z.object({ id: z.string() }) },
      responses: responses(200, 'The referral', ReferralDetail, 'not-found'),
    }),
    async (c) => {
      const { db, caller } = c.var
      const referral = await findReferral(db, c.env, caller.practiceId, c.req.valid('param').id)
      return referral ? c.json(referral, 200) : problem(c, 'not-found')
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/referrals/{id}/erasure',
      tags,
      summary: 'Erase the patient of a referral',
      description:
        'Names, contact details, date of birth, reasons, answers and notes are gone for good, with the keyed hashes by ' +
        'which they were found and the messages not yet sent. Counts, credit and history stay: they name nobody. ' +
        'Appointments to come are to be cancelled first. Sent again it changes nothing. A backup made before still ' +
        'holds what is erased here; after a restore, erase it again.',
      middleware: [allow('bookings:write')],
      request: { params: z.object({ id: z.string() }) },
      responses: responses(200, 'What was erased', Erasure, 'not-found', 'appointment-ahead'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const asked = { practiceId: caller.practiceId, referralId: c.req.valid('param').id, by: caller.by, keep }
      const erased = await erase(db, c.env, asked, now)
      if (erased.ok) return c.json(erased.erasure, 200)
      const { ok: _, problem: name, ...more } = erased
      return problem(c, name, more)
    },
  )

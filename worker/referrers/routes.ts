import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { allow } from '../access/allow.ts'
import { type Api, api, problem, responses } from '../http.ts'
import { ListQuery, listOf } from '../lists.ts'
import { createOffice, listOffices, NewOffice, Office } from './offices.ts'
import { addPlace, Departure, LeftPlace, leavePlace, NewPlace, Place } from './places.ts'
import { findReferrer, listReferrers, Referrer } from './queries.ts'
import { changeReferrer, createReferrer, NewReferrer, ReferrerChange } from './referrers.ts'

const tags = ['Offices and referrers']
const json = <T extends z.ZodType>(schema: T) => ({ required: true, content: { 'application/json': { schema } } })
const ofId = { params: z.object({ id: z.string().describe("The referrer's id") }) }

export const referrerRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/offices',
      tags,
      summary: 'Create an office',
      description: 'An office is the place that hands out cards.',
      middleware: [allow('referrers:write')],
      request: { body: json(NewOffice) },
      responses: responses(201, 'The office', Office, 'not-json', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      return c.json(await createOffice(db, caller.practiceId, c.req.valid('json'), keep, now), 201)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/offices',
      tags,
      summary: 'List the offices',
      description: 'The oldest first.',
      middleware: [allow('referrers:read')],
      request: { query: ListQuery },
      responses: responses(200, 'Offices', listOf(Office), 'invalid'),
    }),
    async (c) => c.json(await listOffices(c.var.db, c.var.caller.practiceId, c.req.valid('query')), 200),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/referrers',
      tags,
      summary: 'Create a referrer',
      description:
        'A referrer is the clinician who refers, at an office: one that exists (officeId), or one that is created ' +
        'with it (office). Without either, an office of the same name is created.',
      middleware: [allow('referrers:write')],
      request: { body: json(NewReferrer) },
      responses: responses(201, 'The referrer', Referrer, 'not-json', 'not-found', 'npi-taken', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const made = await createReferrer(db, caller.practiceId, c.req.valid('json'), keep, now)
      return made.ok ? c.json(made.referrer, 201) : refused(c, made)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/referrers',
      tags,
      summary: 'List the referrers',
      description: 'The oldest first, each with the offices where they work and worked.',
      middleware: [allow('referrers:read')],
      request: { query: ListQuery },
      responses: responses(200, 'Referrers', listOf(Referrer), 'invalid'),
    }),
    async (c) => c.json(await listReferrers(c.var.db, c.var.caller.practiceId, c.req.valid('query'), c.var.now), 200),
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/referrers/{id}',
      tags,
      summary: 'One referrer',
      middleware: [allow('referrers:read')],
      request: ofId,
      responses: responses(200, 'The referrer', Referrer, 'not-found'),
    }),
    async (c) => {
      const referrer = await findReferrer(c.var.db, c.var.caller.practiceId, c.req.valid('param').id, c.var.now)
      return referrer ? c.json(referrer, 200) : problem(c, 'not-found')
    },
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/referrers/{id}',
      tags,
      summary: 'Change a referrer',
      description: 'Members that are left out stay as they are; null empties one.',
      middleware: [allow('referrers:write')],
      request: { ...ofId, body: json(ReferrerChange) },
      responses: responses(200, 'The referrer', Referrer, 'not-json', 'not-found', 'npi-taken', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const { id } = c.req.valid('param')
      const changed = await changeReferrer(db, caller.practiceId, id, c.req.valid('json'), keep, now)
      return changed.ok ? c.json(changed.referrer, 200) : refused(c, changed)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/referrers/{id}/offices',
      tags,
      summary: 'Add an office where a referrer works',
      description:
        'From today. Where they work there already, nothing changes. Where they had left, or were about to, the links ' +
        'that were made for them there name them again.',
      middleware: [allow('referrers:write')],
      request: { ...ofId, body: json(NewPlace) },
      responses: responses(201, 'Where and from when', Place, 'not-json', 'not-found', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const { id } = c.req.valid('param')
      const added = await addPlace(db, caller.practiceId, id, c.req.valid('json'), keep, now)
      return added.ok ? c.json(added.place, 201) : refused(c, added)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/referrers/{id}/offices/{officeId}/departure',
      tags,
      summary: 'Say that a referrer leaves an office',
      description:
        'From the day after their last, the links there stay with the office: within 60 seconds of that midnight no page ' +
        'names the referrer for them and nothing more is credited to them. What was counted and credited stays theirs. ' +
        'Said again, the new day holds; POST /referrers/ID/offices takes it back.',
      middleware: [allow('referrers:write')],
      request: {
        params: ofId.params.extend({ officeId: z.string().describe("The office's id") }),
        body: json(Departure),
      },
      responses: responses(201, 'Where, from when and until when', LeftPlace, 'not-json', 'not-found', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const { id: referrerId, officeId } = c.req.valid('param')
      const place = { referrerId, officeId }
      const left = await leavePlace(db, caller.practiceId, place, c.req.valid('json'), keep, now)
      if (left.ok) return c.json(left.place, 201)
      return problem(c, left.problem, 'errors' in left ? { errors: left.errors } : {})
    },
  )

type Refusal = Exclude<Awaited<ReturnType<typeof createReferrer>>, { ok: true }>

function refused(c: Context<Api>, refusal: Refusal) {
  if (refusal.problem === 'npi-taken') return problem(c, 'npi-taken', { referrerId: refusal.referrerId })
  if (refusal.field === 'id') return problem(c, 'not-found')
  return problem(c, 'invalid', { errors: [{ field: refusal.field, detail: 'This practice has no such office.' }] })
}

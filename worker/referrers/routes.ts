import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { allow } from '../access/allow.ts'
import { type Api, api, problem, responses } from '../http.ts'
import { ListQuery, listOf } from '../lists.ts'
import { createOffice, listOffices, NewOffice, Office } from './offices.ts'
import { findReferrer, listReferrers, Referrer } from './queries.ts'
import { addPlace, changeReferrer, createReferrer, NewPlace, NewReferrer, Place, ReferrerChange } from './referrers.ts'

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
    async (c) => c.json(await listReferrers(c.var.db, c.var.caller.practiceId, c.req.valid('query')), 200),
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
      const referrer = await findReferrer(c.var.db, c.var.caller.practiceId, c.req.valid('param').id)
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
      const { db, caller, keep } = c.var
      const { id } = c.req.valid('param')
      const changed = await changeReferrer(db, caller.practiceId, id, c.req.valid('json'), keep)
      return changed.ok ? c.json(changed.referrer, 200) : refused(c, changed)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/referrers/{id}/offices',
      tags,
      summary: 'Add an office where a referrer works',
      description: 'From today. Where they work there already, nothing changes.',
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

type Refusal = Exclude<Awaited<ReturnType<typeof createReferrer>>, { ok: true }>

function refused(c: Context<Api>, refusal: Refusal) {
  if (refusal.problem === 'npi-taken') return problem(c, 'npi-taken', { referrerId: refusal.referrerId })
  if (refusal.field === 'id') return problem(c, 'not-found')
  return problem(c, 'invalid', { errors: [{ field: refusal.field, detail: 'This practice has no such office.' }] })
}

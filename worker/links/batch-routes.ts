import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { api, problem, responses } from '../http.ts'
import { ListQuery, listOf } from '../lists.ts'
import { NewBatch, printBatch } from './batches.ts'
import { Link } from './link.ts'
import { findLink, listLinks } from './links.ts'
import { linkChanged } from './outage.ts'

const tags = ['Print runs']
const ofId = { params: z.object({ id: z.string().describe("The link's id, or that of one of its print runs") }) }

export const batchRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/links/{id}/batches',
      tags,
      summary: 'Print cards of a link',
      description:
        'A print run is a link with a code of its own, of the same office, referrer, service, channel and label: what ' +
        'comes of its cards is counted by itself (`linkId` in the statistics). Asked of a print run, it is the next ' +
        'one of the same link, at the same desk unless another is given.\n\n' +
        'Requests before the day on which it is handed out are tests, counted as `staff`: no scan, no visit, and a ' +
        'booking that follows one is credited to nobody by it. Should a patient have got such a card early, the code, ' +
        'said or typed, credits it all the same.',
      middleware: [allow('links:write')],
      request: { ...ofId, body: { required: true, content: { 'application/json': { schema: NewBatch } } } },
      responses: responses(201, "The print run's link", Link, 'not-json', 'not-found', 'link-retired', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const asking = { publicUrl: c.env.PUBLIC_URL, ...caller }
      const printed = await printBatch(db, asking, c.req.valid('param').id, c.req.valid('json'), keep, now)
      if (!printed.ok) return problem(c, printed.problem)
      c.executionCtx.waitUntil(linkChanged(c.env, db, caller.practiceId, printed.link))
      return c.json(printed.link, 201)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/links/{id}/batches',
      tags,
      summary: 'List the print runs of a link',
      description: 'The oldest first. Asked of a print run, those of the same link.',
      middleware: [allow('links:read')],
      request: { ...ofId, query: ListQuery },
      responses: responses(200, "The print runs' links", listOf(Link), 'not-found', 'invalid'),
    }),
    async (c) => {
      const asking = { publicUrl: c.env.PUBLIC_URL, ...c.var.caller }
      const link = await findLink(c.var.db, asking, c.req.valid('param').id, c.var.now)
      if (!link) return problem(c, 'not-found')
      const batchesOf = link.batch?.ofLinkId ?? link.id
      return c.json(await listLinks(c.var.db, asking, { ...c.req.valid('query'), batchesOf }, c.var.now), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/batches',
      tags,
      summary: 'List every print run',
      description: 'Those of all links of the practice, the oldest first.',
      middleware: [allow('links:read')],
      request: { query: ListQuery },
      responses: responses(200, "The print runs' links", listOf(Link), 'invalid'),
    }),
    async (c) => {
      const asking = { publicUrl: c.env.PUBLIC_URL, ...c.var.caller }
      return c.json(await listLinks(c.var.db, asking, { ...c.req.valid('query'), batchesOf: 'any' }, c.var.now), 200)
    },
  )

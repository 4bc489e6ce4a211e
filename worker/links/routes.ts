import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { allow } from '../access/allow.ts'
import { type Api, api, problem, responses } from '../http.ts'
import { ListQuery, listOf, page } from '../lists.ts'
import { createLink } from './create.ts'
import { changeLink, retireLink } from './edit.ts'
import { historyOf, LinkEvent } from './history.ts'
import { Link, LinkChange, NewLink } from './link.ts'
import { findLink, listLinks } from './links.ts'
import { linkChanged } from './outage.ts'

const tags = ['Links']
const ofId = { params: z.object({ id: z.string().describe("The link's id") }) }
const OnlyQuery = ListQuery.extend({
  referrerId: z.string().max(100).optional().describe('Only those of this referrer'),
  officeId: z.string().max(100).optional().describe('Only those of this office'),
})
export const linkRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/links',
      tags,
      summary: 'Create a link',
      description:
        'A link belongs to an office and, where known, to one referrer there, and opens the landing page of a service.',
      middleware: [allow('links:write')],
      request: { body: { required: true, content: { 'application/json': { schema: NewLink } } } },
      responses: responses(201, 'The link', Link, 'not-json', 'alias-taken', 'service-unknown', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const made = await createLink(db, asking(c), c.req.valid('json'), keep, now)
      if (!made.ok) return problem(c, made.problem, { errors: made.errors })
      c.executionCtx.waitUntil(linkChanged(c.env, db, caller.practiceId, made.link))
      return c.json(made.link, 201)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/links',
      tags,
      summary: 'List the links',
      description: 'The oldest first.',
      middleware: [allow('links:read')],
      request: { query: OnlyQuery },
      responses: responses(200, 'Links', listOf(Link), 'invalid'),
    }),
    async (c) => {
      return c.json(await listLinks(c.var.db, asking(c), c.req.valid('query'), c.var.now), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/links/{id}',
      tags,
      summary: 'One link',
      middleware: [allow('links:read')],
      request: ofId,
      responses: responses(200, 'The link', Link, 'not-found'),
    }),
    async (c) => {
      const link = await findLink(c.var.db, asking(c), c.req.valid('param').id, c.var.now)
      return link ? c.json(link, 200) : problem(c, 'not-found')
    },
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/links/{id}',
      tags,
      summary: 'Change a link',
      description:
        'Where it leads, its label, a pause and its last day; members that are left out stay as they are. The links of its ' +
        'print runs are changed with it. Cards in the hands of patients follow within 60 seconds: everywhereAt says when. ' +
        'Pauses begin and end at midnight on the wall clock of the practice. Paused and expired links lead to a page of ' +
        'the practice that says so; such a hit is not counted, as with a retired link.',
      middleware: [allow('links:write')],
      request: { ...ofId, body: { required: true, content: { 'application/json': { schema: LinkChange } } } },
      responses: responses(
        200,
        'The link',
        Link,
        ...(['not-json', 'not-found', 'link-retired', 'service-unknown', 'invalid'] as const),
      ),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const changed = await changeLink(db, asking(c), c.req.valid('param').id, c.req.valid('json'), keep, now)
      if (!changed.ok) return problem(c, changed.problem, 'errors' in changed ? { errors: changed.errors } : {})
      c.executionCtx.waitUntil(linkChanged(c.env, db, caller.practiceId, ...changed.changed))
      return c.json(changed.link, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/links/{id}/retirement',
      tags,
      summary: 'Retire a link',
      description:
        'For good, with the links of its print runs. Its code is never given out again and still leads to a page of the ' +
        'practice, and one that is said or typed still credits. everywhereAt says when every address knows.',
      middleware: [allow('links:write')],
      request: ofId,
      responses: responses(201, 'The link, retired', Link, 'not-found'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const { id } = c.req.valid('param')
      const retired = await retireLink(db, asking(c), id, keep, now)
      if (!retired.ok) return problem(c, retired.problem)
      c.executionCtx.waitUntil(linkChanged(c.env, db, caller.practiceId, ...retired.changed))
      return c.json(retired.link, 201)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/links/{id}/history',
      tags,
      summary: 'What was decided about a link',
      description:
        'Its creation, every change and its retirement, the oldest first: all that held from then on, who and when.',
      middleware: [allow('links:read')],
      request: { ...ofId, query: ListQuery },
      responses: responses(200, 'What was decided', listOf(LinkEvent), 'invalid', 'not-found'),
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const events = await historyOf(c.var.db, c.var.caller.practiceId, c.req.valid('param').id)
      if (!events) return problem(c, 'not-found')
      const begin = cursor?.key ?? 0
      const rows = events.slice(begin).map((event, i) => ({ event, end: begin + i + 1 }))
      const { items, next } = page(rows, limit, ({ end }) => ({ key: end, id: '' }))
      return c.json({ items: items.map(({ event }) => event), next }, 200)
    },
  )

const asking = (c: Context<Api>) => ({ publicUrl: c.env.PUBLIC_URL, ...c.var.caller })

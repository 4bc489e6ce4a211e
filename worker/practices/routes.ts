import { createRoute } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { api, responses } from '../http.ts'
import { ListQuery, listOf } from '../lists.ts'
import { listServices, Service } from './services.ts'

export const serviceRoutes = api().openapi(
  createRoute({
    method: 'get',
    path: '/services',
    tags: ['Practice'],
    summary: 'List the services',
    description: "In the practice's own order.",
    middleware: [allow('settings:read')],
    request: { query: ListQuery },
    responses: responses(200, 'The services', listOf(Service), 'invalid'),
  }),
  async (c) => c.json(await listServices(c.var.db, c.var.caller.practiceId, c.req.valid('query')), 200),
)

import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { api, problem, responses } from '../http.ts'
import { ListQuery, listOf } from '../lists.ts'
import { changeService, ServiceChange } from './service-change.ts'
import { listServices, Service } from './services.ts'
import { changeSettings, Settings, SettingsChange, settingsOf } from './settings.ts'

export const practiceRoutes = api()
  .openapi(
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
  .openapi(
    createRoute({
      method: 'patch',
      path: '/services/{id}',
      tags: ['Practice'],
      summary: 'Change how a service is booked',
      description:
        'Members that are left out stay as they are; bookings keep what they were made with. Booking online beside other ' +
        'calendars of the providers (calendar "imported") needs one for each of them that was read within 24 hours.',
      middleware: [allow('settings:write')],
      request: {
        params: z.object({ id: z.string().max(100).describe("The service's slug or id") }),
        body: { required: true, content: { 'application/json': { schema: ServiceChange } } },
      },
      responses: responses(200, 'The service', Service, 'not-json', 'not-found', 'calendar-unread', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const { id } = c.req.valid('param')
      const changed = await changeService(db, caller.practiceId, id, c.req.valid('json'), keep, now)
      if (changed.ok) return c.json(changed.service, 200)
      const { ok: _, problem: name, ...more } = changed
      return problem(c, name, more)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/practice',
      tags: ['Practice'],
      summary: 'What the practice says of itself',
      description:
        'Its telephone numbers, where records go, and the insurers: what is printed for patients and offices.',
      middleware: [allow('settings:read')],
      responses: responses(200, 'The practice', Settings),
    }),
    async (c) => c.json(await settingsOf(c.var.db, c.var.caller.practiceId), 200),
  )
  .openapi(
    createRoute({
      method: 'patch',
      path: '/practice',
      tags: ['Practice'],
      summary: 'Change what the practice says of itself',
      description: 'Members that are left out stay as they are; null empties one.',
      middleware: [allow('settings:write')],
      request: { body: { required: true, content: { 'application/json': { schema: SettingsChange } } } },
      responses: responses(200, 'The practice', Settings, 'not-json', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep } = c.var
      return c.json(await changeSettings(db, caller.practiceId, c.req.valid('json'), keep), 200)
    },
  )

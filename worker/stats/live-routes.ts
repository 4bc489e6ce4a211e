import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { api, responses } from '../http.ts'
import { LIVE_ABOUT, liveFeed } from './live.ts'

const seq = z
  .string()
  .regex(/^\d{1,15}$/, 'Send the id of an event.')
  .optional()
const LiveQuery = z.object({ after: seq.describe('What came after this id; without it, what comes from now on') })
const LiveHeaders = z.object({ 'last-event-id': seq.describe('The same, and stronger: as EventSource sends it') })

const stream = {
  ...responses(200, '', z.string(), 'key-missing', 'key-unknown', 'scope-missing', 'invalid', 'database-unavailable'),
  200: { description: 'What happens, as it happens', content: { 'text/event-stream': { schema: z.string() } } },
}

export const liveRoutes = api().openapi(
  createRoute({
    method: 'get',
    path: '/stats/live',
    tags: ['Stats'],
    summary: 'Scans and bookings as they happen',
    description: LIVE_ABOUT,
    middleware: [allow('stats:read')],
    request: { query: LiveQuery, headers: LiveHeaders },
    responses: stream,
  }),
  async (c) => {
    const seen = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').after
    const feed = await liveFeed(c.var.db, c.var.caller.practiceId, seen === undefined ? undefined : Number(seen))
    return c.body(feed, 200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  },
)

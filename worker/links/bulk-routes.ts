import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { api, problem, responses } from '../http.ts'
import { BulkLinks, BulkResult, createLinks, listed } from './bulk.ts'
import { directoryOf } from './directory.ts'
import { MOST_ROWS, readSheet } from './sheet.ts'

const EXAMPLE = `referrer,npi,office,service,channel,label
Dr Amara Okonjo,,,consultation,card,Front desk
,2987654326,Riverside Family Medicine,spine,letter,
`

export const bulkRoutes = api().openapi(
  createRoute({
    method: 'post',
    path: '/links/bulk',
    tags: ['Links'],
    summary: 'Create many links',
    description:
      'For all referrers, or for a list of them, one link each (JSON); or for the rows of a table (`text/csv`, UTF-8), ' +
      'with the columns `referrer` (name or id), `npi`, `office` (name or id), `service`, `channel` and `label`, in any ' +
      'order. A row needs a referrer, an NPI or an office; an office alone is a pad that it shares.\n\n' +
      `At most ${MOST_ROWS} rows. Each is answered by itself: one that is refused leaves the others alone. Asked for ` +
      'again, nothing is made twice: a row whose link is there answers with it. Print runs, and links that are retired ' +
      'or over, are not taken for it.',
    middleware: [allow('links:write', { csv: true })],
    request: {
      query: z.object({
        dryRun: z.enum(['true', 'false']).optional().describe('true: says what would come of it, and writes nothing'),
      }),
      body: {
        content: {
          'application/json': { schema: BulkLinks },
          'text/csv': { schema: z.string().openapi({ example: EXAMPLE }) },
        },
      },
    },
    responses: responses(200, 'What came of each row', BulkResult, 'not-json', 'service-unknown', 'invalid'),
  }),
  async (c) => {
    const { db, caller, now } = c.var
    const type = c.req.header('Content-Type')
    // Without a body there is no type either (worker/access/guard.ts).
    if (type === undefined) return problem(c, 'invalid', { errors: [EMPTY] })
    const asked = /^application\/json/i.test(type) ? c.req.valid('json') : await c.req.text()
    const directory = await directoryOf(db, caller.practiceId, now)
    const sheet = typeof asked === 'string' ? readSheet(asked) : listed(asked, directory)
    if (!sheet.ok) return problem(c, sheet.problem, { errors: sheet.errors })
    const isDryRun = c.req.valid('query').dryRun === 'true'
    const asking = { publicUrl: c.env.PUBLIC_URL, ...caller }
    return c.json(await createLinks(db, asking, directory, sheet.rows, isDryRun, now), 200)
  },
)

const EMPTY = { field: '', detail: 'Send a JSON object as application/json, or a table as text/csv.' }

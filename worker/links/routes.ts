import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { allow } from '../access/allow.ts'
import { type Api, api, problem, responses } from '../http.ts'
import { ListQuery, listOf } from '../lists.ts'
import { wholeNumber } from '../text.ts'
import { createLink } from './create.ts'
import { Link, NewLink } from './link.ts'
import { findLink, listLinks, retireLink } from './links.ts'
import { linkChanged } from './outage.ts'
import { LARGEST_PNG, qrPng, qrSvg, SMALLEST_PNG } from './qr.ts'

const tags = ['Links']
const ofId = { params: z.object({ id: z.string().describe("The link's id") }) }
const PngQuery = z.object({
  size: wholeNumber(SMALLEST_PNG, LARGEST_PNG, 1024, 'a whole number of pixels').openapi({
    description: 'Pixels on each side',
  }),
})
const OnlyQuery = ListQuery.extend({
  referrerId: z.string().max(100).optional().describe('Only those of this referrer'),
  officeId: z.string().max(100).optional().describe('Only those of this office'),
})
const file = (type: string, schema: z.ZodType) => ({
  ...responses(200, '', z.string(), 'invalid', 'not-found'),
  200: { description: 'The QR code, with its quiet zone', content: { [type]: { schema } } },
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
      return c.json(await listLinks(c.var.db, asking(c), c.req.valid('query')), 200)
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
      const link = await findLink(c.var.db, asking(c), c.req.valid('param').id)
      return link ? c.json(link, 200) : problem(c, 'not-found')
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/links/{id}/retirement',
      tags,
      summary: 'Retire a link',
      description: 'For good. Its code is never given out again and still leads to a page of the practice.',
      middleware: [allow('links:write')],
      request: ofId,
      responses: responses(201, 'The link, retired', Link, 'not-found'),
    }),
    async (c) => {
      const { db, caller, keep, now } = c.var
      const { id } = c.req.valid('param')
      const link = await retireLink(db, asking(c), id, keep, now)
      if (!link) return problem(c, 'not-found')
      c.executionCtx.waitUntil(linkChanged(c.env, db, caller.practiceId, link))
      return c.json(link, 201)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/links/{id}/qr.svg',
      tags,
      summary: 'The QR code for print',
      middleware: [allow('links:read')],
      request: ofId,
      responses: file('image/svg+xml', z.string()),
    }),
    async (c) => {
      const link = await findLink(c.var.db, asking(c), c.req.valid('param').id)
      if (!link) return problem(c, 'not-found')
      return c.body(
        qrSvg(link.qrUrl, `${link.display} · ${link.office}`),
        200,
        fileHeaders('image/svg+xml', link, 'svg'),
      )
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/links/{id}/qr.png',
      tags,
      summary: 'The QR code as pixels',
      description: 'Each module has the same whole number of pixels.',
      middleware: [allow('links:read')],
      request: { ...ofId, query: PngQuery },
      responses: file('image/png', z.string().openapi({ format: 'binary' })),
    }),
    async (c) => {
      const link = await findLink(c.var.db, asking(c), c.req.valid('param').id)
      if (!link) return problem(c, 'not-found')
      return c.body(qrPng(link.qrUrl, c.req.valid('query').size), 200, fileHeaders('image/png', link, 'png'))
    },
  )

const asking = (c: Context<Api>) => ({ publicUrl: c.env.PUBLIC_URL, ...c.var.caller })

const fileHeaders = (type: string, { code }: Link, ending: string) => ({
  'Content-Type': type,
  'Content-Disposition': `inline; filename="${code}.${ending}"`,
  'Cache-Control': 'private, no-store',
})

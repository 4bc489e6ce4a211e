import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { allow } from '../access/allow.ts'
import { contrast, luminance } from '../colour.ts'
import { type Api, api, problem } from '../http.ts'
import type { Link } from '../links/link.ts'
import { findLink } from '../links/links.ts'
import { LARGEST_PNG, qrPng, SMALLEST_PNG } from '../links/qr-png.ts'
import { practiceOf } from '../practices/find.ts'
import { wholeNumber } from '../text.ts'
import type { SetFace } from './compose.ts'
import { asking, binary, file, fileHeaders, isHead, ofId, tags } from './file.ts'
import { initialsOf, qrFace } from './qr-face.ts'

/* What sets type and draws (svg.ts, pdf.ts, with the fonts) is loaded when something is printed, not before. */

/** Below it, decoders fail in poor light; pale on dark is not read by all of them at all. */
const LEAST_CONTRAST = 4
const colour = (usual: string) =>
  z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'Give a colour as #rrggbb, with the # written %23 in an address.')
    .default(usual)
const coloured = <T extends { dark: string; light: string }>({ dark, light }: T, context: z.RefinementCtx<T>) => {
  const ratio = contrast(dark, light).toFixed(1)
  if (luminance(dark) > luminance(light))
    context.addIssue({
      code: 'custom',
      path: ['dark'],
      message: `${dark} is lighter than ${light}. Give the darker one as "dark": an inverted code is not read by every phone.`,
    })
  else if (contrast(dark, light) < LEAST_CONTRAST)
    context.addIssue({
      code: 'custom',
      path: ['dark'],
      message: `${dark} on ${light} has a contrast of ${ratio}:1, and phones need ${LEAST_CONTRAST}:1. Choose a darker "dark" or a lighter "light".`,
    })
}
const Colours = z.object({
  dark: colour('#000000').describe('Of the modules. At least 4:1 against `light`'),
  light: colour('#ffffff').describe('Of the ground and the quiet zone'),
})
const DrawnQuery = Colours.extend({
  mark: z
    .enum(['initials'])
    .optional()
    .describe("The practice's initials in the middle, with correction H instead of Q"),
}).superRefine(coloured)
const PngQuery = Colours.extend({
  size: wholeNumber(SMALLEST_PNG, LARGEST_PNG, 1024, 'a whole number of pixels').openapi({
    description: 'Pixels on each side',
  }),
}).superRefine(coloured)
const QR = 'The QR code, with its quiet zone'

export const qrRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/links/{id}/qr.svg',
      tags,
      summary: 'The QR code for print, as SVG',
      description: 'A module is 1 mm wide: scale it to at least 20 mm in all.',
      middleware: [allow('links:read')],
      request: { ...ofId, query: DrawnQuery },
      responses: file(QR, 'image/svg+xml', z.string()),
    }),
    async (c) => {
      const drawn = await drawnQr(c, c.req.valid('param').id, c.req.valid('query'))
      if (!drawn.ok) return drawn.answer
      const headers = fileHeaders('image/svg+xml', `${drawn.link.code}.svg`)
      if (isHead(c)) return c.body(null, 200, headers)
      const { svgOfFace } = await import('./svg.ts')
      return c.body(svgOfFace(drawn.face), 200, headers)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/links/{id}/qr.pdf',
      tags,
      summary: 'The QR code for print, as PDF',
      description: 'A module is 1 mm wide: scale it to at least 20 mm in all.',
      middleware: [allow('links:read')],
      request: { ...ofId, query: DrawnQuery },
      responses: file(QR, 'application/pdf', binary),
    }),
    async (c) => {
      const drawn = await drawnQr(c, c.req.valid('param').id, c.req.valid('query'))
      if (!drawn.ok) return drawn.answer
      const { face, link } = drawn
      const headers = fileHeaders('application/pdf', `${link.code}.pdf`)
      if (isHead(c)) return c.body(null, 200, headers)
      const { pdfOf } = await import('./pdf.ts')
      const page = { width: face.width, height: face.height, faces: [{ x: 0, y: 0, face }] }
      return c.body(pdfOf([page], link.display, 'en'), 200, headers)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/links/{id}/qr.png',
      tags,
      summary: 'The QR code as pixels',
      description: 'Each module has the same whole number of pixels. Only SVG and PDF carry a mark.',
      middleware: [allow('links:read')],
      request: { ...ofId, query: PngQuery },
      responses: file(QR, 'image/png', binary),
    }),
    async (c) => {
      const link = await findLink(c.var.db, asking(c), c.req.valid('param').id, c.var.now)
      if (!link) return problem(c, 'not-found')
      const { size, dark, light } = c.req.valid('query')
      const detail = 'Only SVG and PDF carry a mark. Leave it out, or ask for one of those.'
      if (c.req.query('mark') !== undefined) return problem(c, 'invalid', { errors: [{ field: 'mark', detail }] })
      const headers = fileHeaders('image/png', `${link.code}.png`)
      return isHead(c) ? c.body(null, 200, headers) : c.body(qrPng(link.qrUrl, size, dark, light), 200, headers)
    },
  )

type Drawn = { ok: true; link: Link; face: SetFace } | { ok: false; answer: ReturnType<typeof problem> }

async function drawnQr(c: Context<Api>, id: string, { dark, light, mark }: z.infer<typeof DrawnQuery>): Promise<Drawn> {
  const link = await findLink(c.var.db, asking(c), id, c.var.now)
  if (!link) return { ok: false, answer: problem(c, 'not-found') }
  const initials = mark && initialsOf((await practiceOf(c.var.db, c.var.caller)).name)
  const { compose } = await import('./compose.ts')
  const composed = compose(qrFace(link.qrUrl, { dark, light, initials }, `${link.display} · ${link.office}`))
  if (composed.ok && initials !== '') return { ok: true, link, face: composed.face }
  const detail = "The practice's name begins with no letters that can be printed. Leave this out."
  return { ok: false, answer: problem(c, 'invalid', { errors: [{ field: 'mark', detail }] }) }
}

import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { allow } from '../access/allow.ts'
import { contrast, luminance } from '../colour.ts'
import { type Api, api, problem, responses } from '../http.ts'
import type { Link } from '../links/link.ts'
import { findLink } from '../links/links.ts'
import { LARGEST_PNG, qrPng, SMALLEST_PNG } from '../links/qr-png.ts'
import { practiceOf } from '../practices/find.ts'
import { line, wholeNumber } from '../text.ts'
import type { SetFace } from './compose.ts'
import { cardFacts, MOST_CARDS, MOST_NAMED } from './facts.ts'
import { LAYOUT_NAMES } from './layouts.ts'
import { initialsOf, qrFace } from './qr-face.ts'
import { CARD_LOCALES, type CardLocale, cardLocale, wordsOf } from './words.ts'

/* What sets type and draws (print.ts, svg.ts, pdf.ts, with the fonts) is loaded when something is printed, not before. */

const tags = ['Cards']
const ofId = { params: z.object({ id: z.string().describe("The link's id") }) }

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
const CardsQuery = z.object({
  links: z
    .string()
    .min(1, 'Name the links, with commas between their ids, or say "all".')
    .transform((text) => text.split(',').flatMap((id) => id.trim() || []))
    .refine((ids) => ids.length > 0 && ids.length <= MOST_NAMED, `Name 1 to ${MOST_NAMED} links, or say "all".`)
    .openapi({
      type: 'string',
      description: `Ids with commas between them, at most ${MOST_NAMED}; or "all" alone, of those that are neither retired nor expired`,
    }),
  layout: z
    .enum(LAYOUT_NAMES)
    .describe('Sheets of ten, one for a print shop, posters, referral slips (two a sheet), or the page for an office'),
  locale: z.enum(CARD_LOCALES).optional().describe("Left out, the practice's own language"),
  wait: line(60)
    .optional()
    .describe(
      'How long patients wait now, for the page of an office: "2 to 3 weeks". Left out, there is a line to write on',
    ),
})
const SignatureQuery = z.object({
  locale: z.enum(CARD_LOCALES).optional().describe("Left out, the practice's own language"),
})
const file = (description: string, type: string, schema: z.ZodType) => ({
  ...responses(200, '', z.string(), 'invalid', 'not-found'),
  200: { description, content: { [type]: { schema } } },
})
const binary = z.string().openapi({ format: 'binary' })
const QR = 'The QR code, with its quiet zone'

export const cardRoutes = api()
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
  .openapi(
    createRoute({
      method: 'get',
      path: '/cards.pdf',
      tags,
      summary: 'Cards, posters, slips and office pages, ready to print',
      description:
        'A sheet of ten repeats its links until it is full. Print it at 100 %, without "fit to page". ' +
        'Each name is printed whole: what does not fit even in small type is refused, and named.',
      middleware: [allow('links:read')],
      request: { query: CardsQuery },
      responses: file('The pages, written as they are made', 'application/pdf', binary),
    }),
    async (c) => {
      const { links, layout, locale, wait } = c.req.valid('query')
      const which = links.length === 1 && links[0] === 'all' ? 'all' : links
      const found = await cardFacts(c.var.db, { ...asking(c), wait }, which, c.var.now)
      const refused = refusalOf(found)
      if (refused) return problem(c, 'invalid', { errors: [{ field: 'links', detail: refused }] })
      const headers = fileHeaders('application/pdf', `${layout}.pdf`)
      if (isHead(c)) return c.body(null, 200, headers)
      const [{ layOut }, { pdfOf }] = await Promise.all([import('./print.ts'), import('./pdf.ts')])
      const language = locale ?? cardLocale(found.locale)
      const laid = layOut(layout, found.cards, language)
      if (!laid.ok)
        return problem(c, 'invalid', { errors: laid.refusals.map(({ detail }) => ({ field: 'links', detail })) })
      const title = `${found.cards[0]?.practice}: ${layout}`
      return c.body(pdfOf(laid.pages, title, language), 200, headers)
    },
  )

  .openapi(
    createRoute({
      method: 'get',
      path: '/links/{id}/signature.png',
      tags,
      summary: 'A picture for the end of an e-mail',
      description:
        `With its own white ground, for light and dark mail programs. It is shown 460 pixels wide: say so ` +
        'in the img element where the program asks. Its alternative text lies in it as "Description", and is the title ' +
        'of the SVG; link it to the url of the link.',
      middleware: [allow('links:read')],
      request: { ...ofId, query: SignatureQuery.extend({ scale: wholeNumber(1, 3, 2, 'a whole number') }) },
      responses: file('The picture', 'image/png', binary),
    }),
    async (c) => {
      const { locale, scale } = c.req.valid('query')
      const drawn = await drawnSignature(c, c.req.valid('param').id, locale)
      if (!drawn.ok) return drawn.answer
      const headers = fileHeaders('image/png', 'signature.png')
      if (isHead(c)) return c.body(null, 200, headers)
      const [{ rasterOf }, { pngOf }] = await Promise.all([import('./raster.ts'), import('./png.ts')])
      const perInch = 96 * scale
      const png = pngOf(rasterOf(drawn.face, perInch / 25.4), perInch, drawn.face.label)
      return c.body(png, 200, headers)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/links/{id}/signature.svg',
      tags,
      summary: 'The same picture as SVG',
      description: 'Mail programs show no SVG: this is for documents and web pages. Its title is its alternative text.',
      middleware: [allow('links:read')],
      request: { ...ofId, query: SignatureQuery },
      responses: file('The picture', 'image/svg+xml', z.string()),
    }),
    async (c) => {
      const drawn = await drawnSignature(c, c.req.valid('param').id, c.req.valid('query').locale)
      if (!drawn.ok) return drawn.answer
      const headers = fileHeaders('image/svg+xml', 'signature.svg')
      if (isHead(c)) return c.body(null, 200, headers)
      const { svgOfFace } = await import('./svg.ts')
      return c.body(svgOfFace(drawn.face), 200, headers)
    },
  )

/** It learns whether there is something to print; nothing is drawn for it. */
const isHead = (c: Context<Api>) => c.req.method === 'HEAD'
const asking = (c: Context<Api>) => ({ publicUrl: c.env.PUBLIC_URL, ...c.var.caller })

/** Why nothing is printed of what was asked for. */
function refusalOf({ cards, unknown }: Awaited<ReturnType<typeof cardFacts>>): string | undefined {
  if (unknown.length > 0)
    return `Not links of this practice, or retired or expired: ${unknown.join(', ')}. Leave them out.`
  if (cards.length === 0) return 'There is no link yet that could be printed. Create one first.'
  if (cards.length > MOST_CARDS) return `There are more than ${MOST_CARDS} links. Name those to print, some at a time.`
  return undefined
}

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

async function drawnSignature(
  c: Context<Api>,
  id: string,
  locale: CardLocale | undefined,
): Promise<{ ok: true; face: SetFace } | { ok: false; answer: ReturnType<typeof problem> }> {
  const { cards, locale: own } = await cardFacts(c.var.db, asking(c), [id], c.var.now)
  const [card] = cards
  if (!card) return { ok: false, answer: problem(c, 'not-found') }
  const [{ compose }, { signatureFace }] = await Promise.all([import('./compose.ts'), import('./mail-signature.ts')])
  const composed = compose(signatureFace(card, wordsOf(locale ?? cardLocale(own))))
  if (composed.ok) return { ok: true, face: composed.face }
  const errors = composed.refusals.map(({ detail }) => ({ field: 'id', detail }))
  return { ok: false, answer: problem(c, 'invalid', { errors }) }
}

const fileHeaders = (type: string, name: string) => ({
  'Content-Type': type,
  'Content-Disposition': `inline; filename="${name}"`,
})

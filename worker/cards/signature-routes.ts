import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { allow } from '../access/allow.ts'
import { type Api, api, problem } from '../http.ts'
import { wholeNumber } from '../text.ts'
import type { SetFace } from './compose.ts'
import { cardFacts } from './facts.ts'
import { asking, binary, file, fileHeaders, isHead, ofId, tags } from './file.ts'
import { CARD_LOCALES, type CardLocale, cardLocale, wordsOf } from './words.ts'

const SignatureQuery = z.object({
  locale: z.enum(CARD_LOCALES).optional().describe("Left out, the practice's own language"),
})

export const signatureRoutes = api()
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

import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { api, problem } from '../http.ts'
import { line } from '../text.ts'
import { cardFacts, MOST_CARDS, MOST_NAMED } from './facts.ts'
import { asking, binary, file, fileHeaders, isHead, tags } from './file.ts'
import { LAYOUT_NAMES } from './layouts.ts'
import { CARD_LOCALES, cardLocale } from './words.ts'

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

export const cardRoutes = api().openapi(
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

/** Why nothing is printed of what was asked for. */
function refusalOf({ cards, unknown }: Awaited<ReturnType<typeof cardFacts>>): string | undefined {
  if (unknown.length > 0)
    return `Not links of this practice, or retired or expired: ${unknown.join(', ')}. Leave them out.`
  if (cards.length === 0) return 'There is no link yet that could be printed. Create one first.'
  if (cards.length > MOST_CARDS) return `There are more than ${MOST_CARDS} links. Name those to print, some at a time.`
  return undefined
}

import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { api, problem, responses } from '../http.ts'
import {
  Locale,
  PracticeText,
  PracticeWords,
  practiceText,
  ServiceText,
  ServiceWords,
  savePracticeText,
  saveServiceText,
  serviceText,
} from './texts.ts'

const tags = ['Practice']
const OfPractice = z.object({ locale: Locale })
const OfService = z.object({ id: z.string().describe('Id or slug of the service'), locale: Locale })
const FORM =
  'Texts may be formatted as Markdown: paragraphs, lists, **strong** and *emphasised* words, headings, and links to ' +
  'https, tel: and mailto: addresses. Everything else of it, and HTML, is shown as it was typed; pictures are left out. ' +
  'Each line of a text stays a line.'
const SHOWN = 'The landing pages say it within 30 seconds, for so long they may remember what was said before. '

/** A practice's own words on its landing pages. */
export const textRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: '/practice/texts/{locale}',
      tags,
      summary: 'What the landing pages say of the practice, in one language',
      description: 'Not found where nothing was said in that language yet.',
      middleware: [allow('settings:read')],
      request: { params: OfPractice },
      responses: responses(200, 'The texts', PracticeText, 'not-found', 'invalid'),
    }),
    async (c) => {
      const { db, caller } = c.var
      const text = await practiceText(db, caller.practiceId, c.req.valid('param').locale)
      return text ? c.json(text, 200) : problem(c, 'not-found')
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/practice/texts/{locale}',
      tags,
      summary: 'Say what the landing pages say of the practice, in one language',
      description: `${SHOWN}A text that is left out is empty, and is not shown. ${FORM}`,
      middleware: [allow('settings:write')],
      request: {
        params: OfPractice,
        body: { required: true, content: { 'application/json': { schema: PracticeWords } } },
      },
      responses: responses(200, 'The texts', PracticeText, 'not-json', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep } = c.var
      const { locale } = c.req.valid('param')
      return c.json(await savePracticeText(db, caller.practiceId, locale, c.req.valid('json'), keep), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/services/{id}/texts/{locale}',
      tags,
      summary: 'What the landing page says of a service, in one language',
      description: 'Not found where nothing was said in that language yet.',
      middleware: [allow('settings:read')],
      request: { params: OfService },
      responses: responses(200, 'The texts', ServiceText, 'not-found', 'invalid'),
    }),
    async (c) => {
      const { db, caller } = c.var
      const { id, locale } = c.req.valid('param')
      const text = await serviceText(db, caller.practiceId, id, locale)
      return text ? c.json(text, 200) : problem(c, 'not-found')
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path: '/services/{id}/texts/{locale}',
      tags,
      summary: 'Say what the landing page says of a service, in one language',
      description: `${SHOWN}A text that is left out is empty, and is not shown. ${FORM}`,
      middleware: [allow('settings:write')],
      request: {
        params: OfService,
        body: { required: true, content: { 'application/json': { schema: ServiceWords } } },
      },
      responses: responses(200, 'The texts', ServiceText, 'not-json', 'not-found', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep } = c.var
      const { id, locale } = c.req.valid('param')
      const text = await saveServiceText(db, caller.practiceId, id, locale, c.req.valid('json'), keep)
      return text ? c.json(text, 200) : problem(c, 'not-found')
    },
  )

import { createRoute, z } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { api, problem, responses } from '../http.ts'
import { QuestionSet, questionSet, ShownQuestionSet, setQuestions } from './question-set.ts'

const path = '/services/{id}/questions'
const params = z.object({ id: z.string().max(60).describe('Slug or id of the service') })

export const questionRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path,
      tags: ['Practice'],
      summary: 'What patients are asked of a service',
      description: 'In the order in which it is asked: the way first, then the reason of the visit.',
      middleware: [allow('settings:read')],
      request: { params },
      responses: responses(200, 'The questions', ShownQuestionSet, 'not-found', 'invalid'),
    }),
    async (c) => {
      const set = await questionSet(c.var.db, c.var.caller.practiceId, c.req.valid('param').id)
      return set ? c.json(set, 200) : problem(c, 'not-found')
    },
  )
  .openapi(
    createRoute({
      method: 'put',
      path,
      tags: ['Practice'],
      summary: 'Set what patients are asked of a service',
      description:
        'The whole set at once. At most three ask for the way, before times are shown: an answer leads on, to another ' +
        'service, to a request to be called, or to the telephone. One may ask for the reason of the visit. Pages show ' +
        'it within 30 seconds.',
      middleware: [allow('settings:write')],
      request: { params, body: { required: true, content: { 'application/json': { schema: QuestionSet } } } },
      responses: responses(200, 'The questions', ShownQuestionSet, 'not-json', 'not-found', 'invalid'),
    }),
    async (c) => {
      const { db, caller, keep } = c.var
      const set = await setQuestions(db, caller.practiceId, c.req.valid('param').id, c.req.valid('json'), keep)
      if (set.ok) return c.json(set.set, 200)
      const { ok: _, problem: name, ...more } = set
      return problem(c, name, more)
    },
  )

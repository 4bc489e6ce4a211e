import { createRoute } from '@hono/zod-openapi'
import { allow } from '../access/allow.ts'
import { api, problem, responses } from '../http.ts'
import { practiceOf } from '../practices/find.ts'
import { tags } from './asking.ts'
import { Conversion, convert, NewConversion } from './convert.ts'

const PROBLEMS = ['not-json', 'invalid', 'receipt-unknown', 'code-mistyped', 'code-unknown', 'service-unknown'] as const

/** For the systems in which a practice books without us. */
export const conversionRoutes = api().openapi(
  createRoute({
    method: 'post',
    path: '/conversions',
    tags,
    summary: 'Report a booking that was made elsewhere',
    description:
      'The landing page of a service of mode `elsewhere` leads to the practice’s own scheduler with the receipt of the ' +
      'scan as the parameter `referloop`. With it, or with the code that the patient said, the booking counts here as a ' +
      'referred patient and a booking of today, credited by the same rules as any other: `visit` for a receipt of the ' +
      'last 24 hours, `browser` for one of the last 90 days, `code`. No patient is stored, and what becomes of the ' +
      'appointment stays unknown. Reported again, with the same receipt or the same reference, it is the same one. ' +
      'Practices that only attribute may use it too.',
    middleware: [allow('bookings:write')],
    request: { body: { required: true, content: { 'application/json': { schema: NewConversion } } } },
    responses: {
      ...responses(201, 'The booking, taken down', Conversion, ...PROBLEMS),
      ...responses(200, 'It was reported before', Conversion),
    },
  }),
  async (c) => {
    const { db, caller, keep, now } = c.var
    const practice = await practiceOf(db, caller)
    const converted = await convert(db, c.env, practice, c.req.valid('json'), caller.by, keep, now)
    if (!converted.ok) return problem(c, converted.problem)
    return converted.isNew ? c.json(converted.conversion, 201) : c.json(converted.conversion, 200)
  },
)

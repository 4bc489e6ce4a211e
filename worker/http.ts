import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Built, Database, Sql } from '../db/database.ts'
import type { Env } from './env.ts'

/** What every route of the API finds in its context. `now` is read once per request, at the entry. */
export interface Api {
  Bindings: Env
  Variables: {
    db: Database
    now: number
    /** There on every route with `allow`. */
    caller: Caller
    keep: Keep
  }
}

/** Gives the statements that store an answer, for the SAME write batch as the act; see worker/practices/once.ts. */
export type Keep = (status: number, body: unknown) => Promise<(sql: Sql) => Built[]>

/** Where the API is mounted. */
export const API_BASE = '/api/v1'

/** Who calls, and for which practice. Every query of a request is scoped by `practiceId`. */
export interface Caller {
  practiceId: string
  /** For the rows' `by`: `key:ID` or `staff:ID`. */
  by: string
  scopes: readonly string[]
}

/**
 * Every problem that the API answers with: its name (the end of its `type`), status, and what the person should do.
 * Each has a page at /problems/NAME.
 */
export const PROBLEMS = {
  'not-json': [400, 'The body is not JSON', 'Send a JSON object with the header Content-Type: application/json.'],
  'not-a-form': [
    415,
    'This is not a form',
    'Open the page here and send its form. Programs use the API: see /api/docs.',
  ],
  'key-missing': [
    401,
    'No API key',
    'Send your key as "Authorization: Bearer KEY". An owner creates keys with "npm run admin -- key create".',
  ],
  'key-unknown': [
    401,
    'This API key is not valid',
    'It may be mistyped, expired or revoked. Ask an owner of the practice for another.',
  ],
  'scope-missing': [403, 'This API key may not do that', 'Use a key with the scope named in the detail.'],
  'foreign-origin': [403, 'This came from another site', 'Open the page here and send it from there.'],
  'not-found': [
    404,
    'There is no such thing here',
    'Check the address and the id. An id of another practice is not found either.',
  ],
  'method-not-allowed': [405, 'This address does not take that method', 'See its header Allow, and /api/docs.'],
  'npi-taken': [
    409,
    'A referrer with this NPI exists already',
    'Use the existing referrer, whose id is in "referrerId".',
  ],
  'slug-taken': [409, 'This slug is taken', 'Choose another slug.'],
  'alias-taken': [409, 'This alias is taken', 'Choose another alias: they are unique in the whole deployment.'],
  'link-retired': [409, 'This link is retired', 'A retired link stays as it is. Create another link.'],
  'slot-taken': [409, 'This time is no longer free', 'Choose one of the times in "nearest".'],
  'booked-often': [
    409,
    'Too many appointments are booked with this telephone number or address',
    'Call the practice to book another.',
  ],
  'not-bookable': [
    409,
    'This is not booked online',
    'The practice takes no online bookings for this service. Call the practice instead.',
  ],
  'appointment-ahead': [
    409,
    'The patient has an appointment to come',
    'Cancel the bookings in "bookingIds" first; then nobody waits for a patient whose name is gone.',
  ],
  'no-requests': [
    409,
    'Nobody is called back for this',
    'The practice takes no requests to be called for this service. Call the practice instead.',
  ],
  'request-closed': [409, 'This request is closed', 'Somebody has written down already what became of it.'],
  'calendar-unread': [
    409,
    'A calendar of a provider was not read',
    'Every provider of the service needs a calendar feed that was read within 24 hours: see "providers" for whose is missing.',
  ],
  'status-final': [409, 'The booking cannot change to that status', 'See "bookingStatus" for where it stands.'],
  'too-large': [413, 'The body is too large', 'Send at most 100 kB.'],
  invalid: [422, 'Something in the request is not right', 'See "errors": each names its field and what to send.'],
  'key-reused': [422, 'This Idempotency-Key was used for another request', 'Use a new key for a new request.'],
  'idempotency-key-required': [
    422,
    'An Idempotency-Key is required',
    'Send a header Idempotency-Key with a new random value, and the same one when you try again.',
  ],
  'code-mistyped': [422, 'The code is mistyped', 'Check the code on the card: eight symbols, such as K7M4-HXR2.'],
  'code-unknown': [422, 'No card has this code', 'Check the code on the card, or log the office instead.'],
  'receipt-unknown': [
    422,
    'This receipt proves nothing here',
    'Send the parameter "referloop" as it came in the address: unaltered, of this practice, at most 90 days old.',
  ],
  'service-unknown': [422, 'There is no such service', 'See GET /api/v1/services for the slugs.'],
  'slot-unknown': [422, 'This is not a time that is offered', 'See the slots of the service for the times that are.'],
  'slot-past': [422, 'This time is in the past', 'Choose a later time.'],
  'too-many-requests': [429, 'Too many requests', 'Wait as long as Retry-After says.'],
  broken: [500, 'Something went wrong on our side', 'Try again. If it stays, tell the operator what you did and when.'],
  'database-unavailable': [503, 'The database cannot be reached', 'Nothing was written. Try again in a moment.'],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string, string]>
export type Problem = keyof typeof PROBLEMS

/** One field that is not right: where (a JSON pointer without the slash at the start) and what to do. */
export interface FieldError {
  field: string
  detail: string
}

const ProblemSchema = z
  .object({
    type: z.string().describe('The address of a page about this problem; stable'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What to do'),
    errors: z.array(z.object({ field: z.string(), detail: z.string() })).optional(),
  })
  .loose()
  .openapi('Problem')

/** An answer after RFC 9457. `more` are members of its own: `detail`, `errors`, `nearest` and the like. */
export function problem<E extends { Bindings: Env }>(
  c: Context<E>,
  name: Problem,
  more: Record<string, unknown> = {},
  headers: Record<string, string> = {},
) {
  const [status, title, detail] = PROBLEMS[name]
  const body: z.infer<typeof ProblemSchema> = { type: problemType(c.env, name), title, status, detail, ...more }
  return c.json(body, status, {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...(status === 503 ? { 'Retry-After': RETRY_AFTER_SECONDS } : {}),
    ...headers,
  })
}

const RETRY_AFTER_SECONDS = '5'

/** The address of the page about a problem. */
export const problemType = (env: { PUBLIC_URL: string }, name: Problem): string => `${env.PUBLIC_URL}/problems/${name}`

export const isProblem = (name: string): name is Problem => Object.hasOwn(PROBLEMS, name)

type ProblemStatus = (typeof PROBLEMS)[Problem][0]
interface ProblemAnswer {
  description: string
  content: { 'application/problem+json': { schema: typeof ProblemSchema } }
}

/** The responses of a route's definition: the one that is hoped for, and the problems that it may answer with. */
export function responses<S extends 200 | 201, T extends z.ZodType>(
  status: S,
  description: string,
  schema: T,
  ...problems: Problem[]
) {
  const hoped = { [status]: { description, content: { 'application/json': { schema } } } }
  const refused: Record<string, ProblemAnswer> = {}
  for (const name of problems) {
    const [code, title] = PROBLEMS[name]
    const before = refused[code] ? `${refused[code].description}; ` : ''
    refused[code] = { description: before + title, content: { 'application/problem+json': { schema: ProblemSchema } } }
  }
  // TypeScript cannot follow computed keys; the types say that a handler may answer with any problem.
  return { ...hoped, ...refused } as unknown as Record<
    S,
    { description: string; content: { 'application/json': { schema: T } } }
  > &
    Record<ProblemStatus, ProblemAnswer>
}

/** A sub-app of the API: bodies and parameters that do not fit their schema are answered 422, field by field. */
export const api = () =>
  new OpenAPIHono<Api>({
    defaultHook: (result, c) => {
      if (result.success) return undefined
      const errors = result.error.issues.map((issue) => {
        const field = issue.path.join('/')
        const isTwice = result.target === 'query' && (c.req.queries(field)?.length ?? 0) > 1
        return isTwice ? { field, detail: 'Give it once.' } : fieldError(issue)
      })
      return problem(c, 'invalid', { errors })
    },
  })

/** What JSON calls what a schema expects. */
const KINDS: Record<string, string> = {
  string: 'text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
}

/** What is wrong with a value that does not fit its schema, in words for the person who sent it. */
export function fieldError(issue: z.core.$ZodIssue): FieldError {
  const field = issue.path.join('/')
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    return { field: field ? `${field}/${key}` : key, detail: 'There is no such member here. Leave it out.' }
  }
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return { field, detail: 'This is missing.' }
  if (issue.code === 'invalid_value') return { field, detail: `Give one of: ${issue.values.join(', ')}.` }
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return { field, detail: `Give ${KINDS[issue.expected] ?? issue.expected}.` }
  return { field, detail: issue.message }
}

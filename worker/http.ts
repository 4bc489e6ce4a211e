import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Built, Database, Sql } from '../db/database.ts'
import type { Env } from './env.ts'
import { PROBLEMS, type Problem, problemType } from './problems.ts'

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

import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { DatabaseUnavailable, Refused } from '../db/database.ts'
import { bareHeaders } from './headers.ts'
import { API_BASE, type Api, problem } from './http.ts'
import type { Problem } from './problems.ts'

/** Answers what nobody expected: without any detail, and with as little as can be in the log. */
export function failed(error: Error, c: Context<Api>): Response {
  const name = problemOf(error)
  if (name === 'broken') console.error(c.req.method, c.req.routePath, described(error))
  if (c.req.path.startsWith(API_BASE)) return problem(c, name)
  // A scan fails before the middleware that sets these.
  for (const [header, value] of Object.entries(bareHeaders(c.env))) c.header(header, value)
  const text = name === 'database-unavailable' ? 'Our records cannot be reached just now.' : 'Something went wrong.'
  return c.html(
    `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sorry</title><h1>Sorry: ${text}</h1><p>Please try again in a minute, or call the practice.</p></html>`,
    name === 'database-unavailable' ? 503 : 500,
    name === 'database-unavailable' ? { 'Retry-After': '5' } : {},
  )
}

function problemOf(error: Error): Problem {
  if (error instanceof DatabaseUnavailable) return 'database-unavailable'
  // Another request with this Idempotency-Key was first; its answer is looked up (worker/practices/once.ts).
  if (error instanceof Refused && error.refusal === 'key used') return 'key-reused'
  // Thrown by the validator, for a body that is not of the type that the route takes.
  if (error instanceof HTTPException && (error.status === 400 || error.status === 415)) return 'not-json'
  return 'broken'
}

/**
 * The kind of error and where it was thrown. Not its message, which may quote what somebody sent; only the database
 * port's own, which never holds a value.
 */
function described(error: Error): string {
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  const message = error.message.startsWith('the database ') ? error.message : ''
  return [`${error.name}: ${message}`, ...places.slice(0, 8)].join('\n')
}

import { createMiddleware } from 'hono/factory'
import { type Api, problem } from '../http.ts'
import { readBody } from './body.ts'

const FORM = 'application/x-www-form-urlencoded'

const METHODS = ['GET', 'HEAD', 'POST']

/** Pages are looked at, and take forms. */
export const pageMethods = createMiddleware<Api>(async (c, next) =>
  METHODS.includes(c.req.method) ? next() : problem(c, 'method-not-allowed', {}, { Allow: METHODS.join(', ') }),
)

/**
 * Pages are given forms of a size that people type, and nothing else: our forms hold no files, and what is no form
 * would break the page that reads it. A form without fields may come without a type; it is an empty form.
 */
export const formsOnly = createMiddleware<Api>(async (c, next) => {
  if (c.req.method !== 'POST') return next()
  const text = await readBody(c.req.raw)
  if (text === null) return problem(c, 'too-large')
  const type = c.req.header('Content-Type') ?? ''
  if (text !== '' && type.split(';')[0]?.trim().toLowerCase() !== FORM) return problem(c, 'not-a-form')
  const headers = new Headers(c.req.raw.headers)
  headers.set('Content-Type', FORM)
  headers.delete('Content-Length')
  headers.delete('Transfer-Encoding')
  c.req.raw = new Request(c.req.raw.url, { method: 'POST', headers, body: text })
  return next()
})

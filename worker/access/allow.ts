import { createMiddleware } from 'hono/factory'
import { type Api, problem } from '../http.ts'
import type { Scope } from './scopes.ts'

/** Lets a request pass whose key (or staff session) has the scope; deny by default: a route without it is public. */
export const allow = (scope: Scope) =>
  createMiddleware<Api>(async (c, next) => {
    if (!c.var.caller) return problem(c, 'key-missing')
    if (!c.var.caller.scopes.includes(scope))
      return problem(c, 'scope-missing', { detail: `This needs the scope ${scope}.` })
    return next()
  })

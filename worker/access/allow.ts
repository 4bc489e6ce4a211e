import type { Context, MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { type Api, problem } from '../http.ts'
import type { Scope } from './scopes.ts'

const scopes = new WeakMap<object, { scope: Scope; csv?: true }>()

/** Lets a request pass whose key (or staff session) has the scope. `csv`: its body may be a file, as text/csv. */
export function allow(scope: Scope, takes: { csv?: true } = {}): MiddlewareHandler<Api> {
  const handler = createMiddleware<Api>(async (c, next) => refusalFor(c, scope) ?? next())
  scopes.set(handler, { scope, ...takes })
  return handler
}

/** The answer to a caller who has not got the scope, or to nobody at all; undefined for one who has. */
export function refusalFor(c: Context<Api>, scope: Scope): Response | undefined {
  if (!c.var.caller) return problem(c, 'key-missing')
  if (c.var.caller.scopes.includes(scope)) return undefined
  return problem(c, 'scope-missing', { detail: `This needs the scope ${scope}.` })
}

/** What anybody may ask, without a key. Nothing else is. */
const PUBLIC = new Set([
  'GET /openapi.json',
  'GET /practices/*/services/*/slots',
  'POST /practices/*/bookings',
  'POST /practices/*/requests',
])

export interface Permission {
  method: string
  /** With `:name` for its parameters, relative to the base of the API. */
  path: string
  scope: Scope | 'anybody'
  csv?: true
}

/**
 * What each route of the API asks for.
 * @throws where a route states no permission: deny by default, so the Worker does not start
 */
export function permissionsOf(routes: readonly { method: string; path: string; handler: object }[]): Permission[] {
  const named = routes.filter(({ method }) => method !== 'ALL')
  const byName = Map.groupBy(named, ({ method, path }) => `${method} ${path.replaceAll(/:\w+/g, '*')}`)
  return [...byName].map(([name, handlers]) => {
    const allowed = handlers.map(({ handler }) => scopes.get(handler)).find((found) => found !== undefined)
    const [first] = handlers
    if (!first || (!allowed && !PUBLIC.has(name)))
      throw new Error(`${name} states no permission: add allow(...) to its route`)
    return { method: first.method, path: first.path, ...(allowed ?? { scope: 'anybody' }) }
  })
}

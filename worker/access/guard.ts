import { createMiddleware } from 'hono/factory'
import { TrieRouter } from 'hono/router/trie-router'
import { API_BASE, type Api, type Caller, problem } from '../http.ts'
import { type Permission, permissionsOf, refusalFor } from './allow.ts'
import { readBody } from './body.ts'
import { readCookie, SESSION_COOKIE } from './cookies.ts'
import { findKey } from './keys.ts'
import { sessionOf } from './sign-in.ts'

interface Routes {
  routes: readonly { method: string; path: string; handler: object }[]
}

/**
 * Stands before every route of the API, in this order: is there such a route and method, who calls, may they, does the
 * body fit and is it JSON. A route that it does not know does not exist.
 */
export function guard(api: Routes) {
  let router: TrieRouter<Permission> | undefined
  return createMiddleware<Api>(async (c, next) => {
    router ??= routerOf(api)
    const method = c.req.method === 'HEAD' ? 'GET' : c.req.method
    const [matches] = router.match(method, c.req.path.slice(API_BASE.length))
    const here = matches.map(([permission]) => permission)
    if (here.length === 0) return problem(c, 'not-found')
    const methods = [...new Set(here.flatMap((one) => (one.method === 'GET' ? ['GET', 'HEAD'] : [one.method])))]
    const allowed = [...methods, 'OPTIONS'].join(', ')
    if (method === 'OPTIONS') return c.body(null, 204, { Allow: allowed })
    const permission = here.find((one) => one.method === method)
    if (!permission) return problem(c, 'method-not-allowed', {}, { Allow: allowed })

    const caller = await callerOf(c.req.raw, c.env, c.var)
    if (caller === 'unknown') return problem(c, 'key-unknown')
    if (caller) c.set('caller', caller)
    const refusal = permission.scope === 'anybody' ? undefined : refusalFor(c, permission.scope)
    if (refusal) return refusal
    if (method !== 'GET') {
      const text = await readBody(c.req.raw)
      if (text === null) return problem(c, 'too-large')
      const type = c.req.header('Content-Type')
      if (text !== '' && !isJson(type, text) && !(permission.csv && isCsv(type)))
        return problem(c, 'not-json', permission.csv ? { detail: JSON_OR_CSV } : {})
      const headers = new Headers(c.req.raw.headers)
      // An empty body is none: with a type of its own it would be taken for one that is not JSON.
      if (text === '') headers.delete('Content-Type')
      c.req.raw = new Request(c.req.raw.url, { method, headers, body: text || null })
    }
    return next()
  })
}

function routerOf(api: Routes): TrieRouter<Permission> {
  const router = new TrieRouter<Permission>()
  for (const permission of permissionsOf(api.routes)) router.add('ALL', permission.path, permission)
  return router
}

/** The key decides; without one, a staff session may read: that is how a page of ours loads its figures. */
async function callerOf(
  request: Request,
  env: Api['Bindings'],
  { db, now }: Api['Variables'],
): Promise<Caller | 'unknown' | null> {
  const header = request.headers.get('Authorization')
  if (header !== null) {
    const key = /^Bearer +(\S+)$/i.exec(header)?.[1]
    return (key && (await findKey(db, key, now))) || 'unknown'
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return null
  // Browsers leave the header out over plain http; then SameSite=Lax alone keeps other sites from using the cookie.
  if (!['same-origin', 'none', null].includes(request.headers.get('Sec-Fetch-Site'))) return null
  const token = readCookie(env, request, SESSION_COOKIE)
  const session = token === null ? null : await sessionOf(db, token, now)
  return session && { practiceId: session.practiceId, by: `staff:${session.staffId}`, scopes: session.scopes }
}

const JSON_OR_CSV = 'Send a JSON object as application/json, or a file as text/csv.'
/** Decoded from bytes it is well formed, whatever it holds. */
const isCsv = (contentType: string | undefined) => /^text\/csv\s*(;|$)/i.test(contentType ?? '')

/** Half a surrogate pair is no text, and the database would refuse it (RFC 7493, section 2.1). */
function isJson(contentType: string | undefined, text: string): boolean {
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) return false
  try {
    JSON.parse(text, (key, value) => {
      if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed())) throw new SyntaxError(key)
      return value
    })
    return true
  } catch {
    return false
  }
}

import { createMiddleware } from 'hono/factory'
import { type Api, problem } from '../http.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Refuses what another site's page sends here, of whatever content type: forms and beacons come from our own pages. */
export const sameOrigin = createMiddleware<Api>(async (c, next) => {
  if (SAFE.has(c.req.method) || isOwn(c.req.raw, c.env.PUBLIC_URL)) return next()
  return problem(c, 'foreign-origin')
})

/**
 * Whether a request comes from a page of ours, or from no page at all.
 * Sec-Fetch-Site says so wherever it is sent: over https and on localhost. Over plain http on a network of one's own it
 * is missing, and since our pages send no referrer their forms arrive with `Origin: null`; there SameSite=Lax is what
 * keeps another site from using a session.
 */
export function isOwn(request: Request, publicUrl: string): boolean {
  const site = request.headers.get('Sec-Fetch-Site')
  if (site !== null) return site === 'same-origin' || site === 'none'
  const origin = request.headers.get('Origin')
  if (origin === null || origin === 'null') return true
  return origin === publicUrl || URL.parse(origin)?.host === new URL(request.url).host
}

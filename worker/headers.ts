import { createMiddleware } from 'hono/factory'
import { isHttps } from './access/cookies.ts'
import { API_BASE, type Api } from './http.ts'

const ALWAYS: [string, string][] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  [
    'Permissions-Policy',
    'browsing-topics=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  ],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
]
/** For what is no page. Pages bring their own policy, with the hashes of their own styles and scripts. */
const NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const TWO_YEARS = 63_072_000
/** Astro's own files carry the hash of their content in their names. */
const HASHED_FILES = '/_astro/'

/** What every answer carries that is no page; for those that leave before the middleware (worker/scans/redirect.ts). */
export const bareHeaders = (env: Parameters<typeof isHttps>[0]): Record<string, string> => ({
  ...Object.fromEntries(ALWAYS),
  ...(isHttps(env) ? { 'Strict-Transport-Security': `max-age=${TWO_YEARS}` } : {}),
  'Content-Security-Policy': NOTHING,
})

/** Sets the security headers and, where a response says nothing about it, how long it may be kept. */
export const headers = createMiddleware<Api>(async (c, next) => {
  await next()
  const own = changeable(c.res)
  if (own !== c.res) {
    // Hono would copy the old headers over once more.
    c.res = undefined
    c.res = own
  }
  for (const [name, value] of ALWAYS) own.headers.set(name, value)
  if (isHttps(c.env)) own.headers.set('Strict-Transport-Security', `max-age=${TWO_YEARS}`)
  const policy = policyOf(own, isHttps(c.env))
  if (policy) own.headers.set('Content-Security-Policy', policy)
  keep(own, c.req.path)
  if (isText(own) && /\bgzip\b/.test(c.req.header('Accept-Encoding') ?? '')) compress(own)
})

/** What the platform answered itself (a file) has headers that cannot be changed. */
function changeable(response: Response): Response {
  try {
    response.headers.delete('X-Powered-By')
    return response
  } catch {
    return new Response(response.body, response)
  }
}

function policyOf(response: Response, https: boolean): string | null {
  const own = response.headers.get('Content-Security-Policy')
  // While developing, Vite brings pages their styles and scripts inline, and Astro sends no policy.
  if (!own && import.meta.env?.DEV && isPage(response)) return null
  return `${own ?? NOTHING}${https ? '; upgrade-insecure-requests' : ''}`
}

function keep(response: Response, path: string): void {
  if (path.startsWith(HASHED_FILES) && response.ok)
    response.headers.set('Cache-Control', 'public, max-age=31536000, immutable')
  else if (path.startsWith(API_BASE)) response.headers.set('Cache-Control', 'no-store')
  else if (isPage(response)) response.headers.set('Cache-Control', 'private, no-store')
  else if (!response.headers.has('Cache-Control')) response.headers.set('Cache-Control', 'no-store')
}

/** The runtime itself compresses the body of an answer that is said to be; Cloudflare does so anyway, one machine not. */
function compress(response: Response): void {
  // While developing, Vite hands the body on as it is.
  if (import.meta.env?.DEV || response.headers.has('Content-Encoding')) return
  response.headers.set('Content-Encoding', 'gzip')
  response.headers.append('Vary', 'Accept-Encoding')
  response.headers.delete('Content-Length')
}

const isText = (response: Response) =>
  response.ok && /^(text\/(html|css|javascript)|image\/svg)/.test(response.headers.get('Content-Type') ?? '')

const isPage = (response: Response) => response.headers.get('Content-Type')?.startsWith('text/html') ?? false

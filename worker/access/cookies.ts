/**
 * Cookies follow the scheme of PUBLIC_URL: over https they are Secure and carry the prefix that ties them to this host;
 * over plain http (one machine, or a network of one's own) a browser would drop both.
 */
interface Scheme {
  PUBLIC_URL: string
}

export const isHttps = (env: Scheme): boolean => env.PUBLIC_URL.startsWith('https:')

/** The full name of a cookie: `__Host-rl_session` over https, `rl_session` over http. */
export const cookieName = (env: Scheme, name: string): string => (isHttps(env) ? `__Host-${name}` : name)

/** The cookie of a staff session, without its prefix. */
export const SESSION_COOKIE = 'rl_session'

/** A Set-Cookie header: HttpOnly, SameSite=Lax, for the whole host. A maximum age of 0 seconds removes the cookie. */
export function setCookie(env: Scheme, name: string, value: string, maxAgeSeconds: number): string {
  const attributes = `Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${isHttps(env) ? '; Secure' : ''}`
  return `${cookieName(env, name)}=${encodeURIComponent(value)}; ${attributes}`
}

/** The value of a cookie in a request; null where there is none, or it is not readable. */
export function readCookie(env: Scheme, request: Request, name: string): string | null {
  const wanted = `${cookieName(env, name)}=`
  const pairs = (request.headers.get('Cookie') ?? '').split(';').map((pair) => pair.trim())
  const found = pairs.find((pair) => pair.startsWith(wanted))
  if (!found) return null
  try {
    return decodeURIComponent(found.slice(wanted.length))
  } catch {
    return null
  }
}

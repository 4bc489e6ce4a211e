import { type Context, Hono, type Next } from 'hono'
import { bareHeaders } from '../headers.ts'
import type { Api } from '../http.ts'
import { parseCode } from '../links/codes.ts'
import { guessed } from '../links/guesses.ts'
import { follow, type Via } from './redirect.ts'
import { confirmVisit, startCall } from './visits.ts'

type C = Context<Api>

/** In any case, and with the slash that some apps put behind an address. */
const QR = ['/q/:code', '/Q/:code', '/q/:code/', '/Q/:code/']
const CLICKED = ['/r/:code', '/R/:code', '/r/:code/', '/R/:code/']
const TYPED = ['/:code', '/:code/']
const OTHERS = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

/** Following a link, confirming a visit, a call started. Comes before every middleware: nothing here waits for anything else. */
export const scanRoutes = new Hono<Api>()
  .on('GET', QR, (c, next) => followOrHelp(c, next, 'qr'))
  .on('GET', CLICKED, (c, next) => followOrHelp(c, next, 'click'))
  .on('GET', TYPED, (c, next) => (hasShapeOfCode(c) ? followOrHelp(c, next, 'typed') : next()))
  .on(OTHERS, [...QR, ...CLICKED], (c, next) => help(c, next, 'method'))
  .on(OTHERS, TYPED, (c, next) => (hasShapeOfCode(c) ? help(c, next, 'method') : next()))
  .post('/visits', async (c) => {
    const sent = await sentBy(c)
    if (sent) await confirmVisit(entry(c), c.req.raw, { ...sent, how: 'script' })
    return nothing(c)
  })
  .post('/calls/started', async (c) => {
    const sent = await sentBy(c)
    if (sent) await startCall(entry(c), sent)
    return nothing(c)
  })
  .get('/visits.gif', async (c) => {
    const { p: practice = '', s: text = '' } = c.req.query()
    if (c.req.raw.method === 'GET' && text.length <= LONGEST_RECEIPT)
      await confirmVisit(entry(c), c.req.raw, { practice, text, how: 'image' })
    return c.body(PIXEL, 200, { ...bareHeaders(c.env), 'Content-Type': 'image/gif', ...NO_STORE })
  })

/** In bytes. */
const LONGEST_RECEIPT = 200
const NO_STORE = { 'Cache-Control': 'no-store' }
/** One transparent pixel. */
const PIXEL = Uint8Array.from(atob('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'), (c) => c.charCodeAt(0))

/** What a page's script says: the practice in the address, the receipt as the body. */
async function sentBy(c: C) {
  const length = Number(c.req.header('Content-Length') ?? Number.POSITIVE_INFINITY)
  return length <= LONGEST_RECEIPT ? { practice: c.req.query('p') ?? '', text: await c.req.text() } : null
}

/** Whatever was sent: nobody is told what it proved. */
const nothing = (c: C) => c.body(null, 204, { ...bareHeaders(c.env), ...NO_STORE })

/** The one place outside worker/app.ts where a clock is read: this is an entry as well. */
const entry = (c: C) => ({ env: c.env, ctx: c.executionCtx, now: Date.now() })

async function followOrHelp(c: C, next: Next, via: Via) {
  const at = entry(c)
  const followed = await follow(at, c.req.raw, c.req.param('code') ?? '', via)
  if (typeof followed !== 'string') return followed
  const limited = followed === 'unknown' ? await guessed(at, c.req.raw.headers) : null
  return limited ? help(c, next, 'guessing', limited) : help(c, next, followed)
}

const STATUS = { mistyped: 404, unknown: 404, unavailable: 503, method: 405, guessing: 429 } as const

/** Shows the page that takes the code again (site/pages/code-help.astro), at this address and with a status of its own. */
async function help(c: C, next: Next, why: keyof typeof STATUS, more: Record<string, string> = {}) {
  const url = new URL('/code-help', c.req.url)
  url.search = new URLSearchParams({ why, code: c.req.param('code') ?? '' }).toString()
  const headers = new Headers(c.req.raw.headers)
  for (const name of ['Content-Length', 'Content-Type', 'Transfer-Encoding']) headers.delete(name)
  c.req.raw = new Request(url, { headers })
  await next()
  const shown = new Response(c.res.body, { status: STATUS[why], headers: c.res.headers })
  shown.headers.set('Cache-Control', 'no-store')
  shown.headers.set('X-Robots-Tag', 'noindex')
  for (const [name, value] of Object.entries(more)) shown.headers.set(name, value)
  if (why === 'method') shown.headers.set('Allow', 'GET, HEAD')
  if (why === 'unavailable') shown.headers.set('Retry-After', '10')
  c.res = shown
  return undefined
}

/** A code, or what somebody meant to be one: two groups of four, with a digit. No page of ours is called like that. */
const hasShapeOfCode = (c: C) => {
  const typed = c.req.param('code') ?? ''
  const parsed = parseCode(typed)
  return parsed.ok || parsed.why === 'mistyped' || (/^[a-z0-9]{4}-[a-z0-9]{4}$/i.test(typed) && /\d/.test(typed))
}

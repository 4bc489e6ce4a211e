import { nanoid } from 'nanoid'
import { openDatabase } from '../../db/database.ts'
import { readCookie } from '../access/cookies.ts'
import { siteOf } from '../access/network.ts'
import type { Env } from '../env.ts'
import { bareHeaders } from '../headers.ts'
import type { ResolvedLink } from '../links/kept.ts'
import { isDue, lastRemembered, remembered } from '../links/memory.ts'
import { askForLink, codeKey, linkKey } from '../links/resolve.ts'
import { inTurn } from '../links/turn.ts'
import { agentOf } from './agent.ts'
import { beforeHandOut, classify } from './classify.ts'
import { readReceipt, receiptCookie, scanBehind, signReceipt } from './receipt.ts'
import { encode, type Hit } from './rows.ts'

/** How the address came to the browser: from the QR code, by a click, or typed. */
export type Via = Hit['via']

/** Why a link could not be followed; each has its words on the page /code-help. */
export type Why = 'mistyped' | 'unknown' | 'unavailable'

/** The redirect waits so long for the scan log, which is its back-pressure; then the write goes on by itself. */
export const LOG_LIMIT_MS = 150
/** A browser that holds a receipt of this link from so short a time ago adds no second visit. */
const SAME_VISIT_MS = 30 * 60_000

/**
 * Follows a link: finds it, takes the request for a person's or a machine's, writes that to the practice's scan log, and
 * answers with a redirect to the landing page that carries the signed receipt. Never waits for the database when the
 * link is remembered, never builds an address from the Host header, sets no cookie.
 */
export async function follow(at: Entry, request: Request, typed: string, via: Via): Promise<Response | Why> {
  const key = keyOf(typed, via)
  if (!key) return 'mistyped'
  const link = remembered(key, at.now) ?? (await askInTurn(at.env, request, key, at.now))
  return typeof link === 'string' ? link : lead(at, request, key, link, via)
}

/** The same of a link that memory knows; undefined for all others, of which nobody is asked. */
export function followKnown(at: Entry, request: Request, typed: string, via: Via): Promise<Response> | undefined {
  const key = keyOf(typed, via)
  const link = key ? remembered(key, at.now) : undefined
  return key && typeof link === 'object' ? lead(at, request, key, link, via) : undefined
}

interface Entry {
  env: Env
  ctx: Pick<ExecutionContext, 'waitUntil'>
  now: number
}

/** Aliases are for links to click: what is scanned or typed and is no code is a mistake, and costs no look-up. */
const keyOf = (typed: string, via: Via) => (via === 'click' ? linkKey(typed) : codeKey(typed))

async function lead(
  { env, ctx, now }: Entry,
  request: Request,
  key: string,
  link: ResolvedLink,
  via: Via,
): Promise<Response> {
  if (isDue(key, now)) ctx.waitUntil(askForLink(env, databaseOf(env), key, now))
  const landing = `/p/${link.practiceSlug}/${link.serviceSlug}`
  // Not counted: nobody gives such a card out any more. The page names the office, where it may, by the code.
  if (link.state !== 'active') return redirectTo(env, `${landing}?card=${link.state}&code=${link.code}`)

  const hit = hitOf(link, request, via, now)
  const append = (hit: Hit) => env.SCAN_LOG.getByName(link.practiceId).append(encode({ hit }))
  const written = logged(append(hit), ctx, () => append({ ...hit, isLate: true }))
  const visit = link.isTest ? null : visitGoingOn(env, link, hit, request, now)
  const receipt = signReceipt(env, {
    practiceId: link.practiceId,
    scanId: visit ?? hit.id,
    code: link.code,
    at: now,
    class: link.isTest ? 'staff' : visit ? 'person' : hit.class,
    via,
  })
  await written
  return redirectTo(env, `${landing}?s=${receipt}`)
}

/** What nobody asked for before may be a guess. */
function askInTurn(env: Env, request: Request, key: string, now: number) {
  const ask = () => askForLink(env, databaseOf(env), key, now)
  if (lastRemembered(key)) return ask()
  // Those before may have asked for the same one.
  return inTurn(siteOf(env, request.headers), now, async () => remembered(key, now) ?? ask())
}

const databaseOf = (env: Env) => openDatabase({ url: env.DATABASE_URL, authToken: env.DATABASE_AUTH_TOKEN })

/** Also for the scan that a visit brings back. */
export function hitOf(link: ResolvedLink, request: Request, via: Via, now: number): Hit {
  const { practiceId, timezone, linkId, officeId, referrerId } = link
  const agent = agentOf(request.headers.get('user-agent') ?? '')
  const { country = null, regionCode: region = null } = request.cf ?? {}
  const found = classify(request.method, request.headers, request.url, agent)
  return {
    practiceId,
    timezone,
    id: nanoid(),
    linkId,
    officeId,
    referrerId,
    at: now,
    via,
    ...(link.isTest ? beforeHandOut(found) : found),
    device: agent.device,
    browser: agent.browser,
    country: text(country),
    region: text(region),
  }
}

/**
 * Waits for the log, but not for ever: a write that is late, or has failed, goes on behind the answer with `afterwards`,
 * and the landing page's receipt vouches for it.
 */
export async function logged(
  write: Promise<void>,
  ctx: Pick<ExecutionContext, 'waitUntil'>,
  afterwards: () => Promise<void> = async () => {},
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, LOG_LIMIT_MS, 'late')
  })
  const said = (error: unknown) => console.error(`scan log: ${error instanceof Error ? error.message : error}`)
  const safe = write.catch((error) => {
    said(error)
    return 'late' as const
  })
  if ((await Promise.race([safe, limit])) === 'late') ctx.waitUntil(safe.then(afterwards).catch(said))
  clearTimeout(timer)
}

/**
 * The scan whose visit this one goes on with: this browser holds its receipt, of the same link, from a moment ago. One of
 * a prefetch does not count: whether that page was ever shown is not known here.
 */
function visitGoingOn(env: Env, { practiceId, code }: ResolvedLink, hit: Hit, request: Request, now: number) {
  if (!request.headers.has('Cookie') || scanBehind({ class: hit.class, scanId: hit.id }) === null) return null
  const held = readCookie(env, request, receiptCookie(practiceId))
  const receipt = held ? readReceipt(env, practiceId, held, now) : null
  const goesOn = receipt?.class === 'person' && receipt.code === code && now - receipt.at <= SAME_VISIT_MS
  return goesOn ? receipt.scanId : null
}

function redirectTo(env: Env, location: string): Response {
  always ??= {
    ...bareHeaders(env),
    'Cache-Control': 'no-store',
    'X-Robots-Tag': 'noindex',
    'Referrer-Policy': 'no-referrer',
  }
  return new Response(null, { status: 302, headers: { Location: location, ...always } })
}
let always: Record<string, string> | undefined

const text = (value: unknown) => (typeof value === 'string' ? value : null)

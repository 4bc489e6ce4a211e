import type { APIContext } from 'astro'
import { readCookie } from '../worker/access/cookies.ts'
import { parseCode } from '../worker/links/codes.ts'
import type { ResolvedLink } from '../worker/links/kept.ts'
import { resolveLink } from '../worker/links/resolve.ts'
import { codeOfReceipt, provesCard, RECEIPT_DAYS, readReceipt, receiptCookie } from '../worker/scans/receipt.ts'

/** How a reader came to a practice's page, as far as it can be proven. */
export interface Arrival {
  /** The newest receipt, and whether it stood in the address of this visit or only in the browser's cookie. */
  receipt: { text: string; from: 'address' | 'cookie'; provesCard: boolean } | null
  /**
   * The link that was followed, in this visit alone: phones and desk computers are shared, so a cookie never makes a
   * page name an office or a doctor. One that is not active comes by its code, without a receipt.
   */
  link: ResolvedLink | null
}

type Page = Pick<APIContext, 'url' | 'request' | 'locals'>

export const RECEIPT_COOKIE_SECONDS = RECEIPT_DAYS * 24 * 3600

/** Reads the receipt of the address, else that of the cookie. What is forged, old or another practice's is ignored. */
export async function arrivalAt(page: Page, practiceId: string): Promise<Arrival> {
  const { env, db, now } = page.locals
  const inAddress = page.url.searchParams.get('s')
  const receipt = inAddress ? readReceipt(env, practiceId, inAddress, now) : null
  if (inAddress && receipt) {
    const link = await resolveLink(env, db, receipt.code, now)
    const ours = typeof link === 'object' && link.practiceId === practiceId
    return {
      receipt: { text: inAddress, from: 'address', provesCard: provesCard(receipt) },
      link: ours ? link : null,
    }
  }
  const stopped = await stoppedLink(page)
  const link = stopped?.practiceId === practiceId ? stopped : null
  const kept = readCookie(env, page.request, receiptCookie(practiceId))
  const held = kept ? readReceipt(env, practiceId, kept, now) : null
  if (kept && held) return { receipt: { text: kept, from: 'cookie', provesCard: provesCard(held) }, link }
  return { receipt: null, link }
}

/**
 * In an outage, when not even the practice can be looked up: what the receipt's code says in the outage copy of the
 * links. Null when there is no receipt, or it is not this practice's.
 */
export async function arrivalInOutage(page: Page, practiceSlug: string): Promise<ResolvedLink | null> {
  const { env, db, now } = page.locals
  const text = page.url.searchParams.get('s') ?? ''
  const code = codeOfReceipt(text)
  if (!code) {
    const stopped = await stoppedLink(page)
    return stopped?.practiceSlug === practiceSlug ? stopped : null
  }
  const link = await resolveLink(env, db, code, now)
  if (typeof link !== 'object' || link.practiceSlug !== practiceSlug) return null
  return readReceipt(env, link.practiceId, text, now) ? link : null
}

/** The link of a card that was followed and is not active: the redirect says its code (worker/scans/redirect.ts). */
async function stoppedLink({ url, locals: { env, db, now } }: Page): Promise<ResolvedLink | null> {
  const code = parseCode(url.searchParams.get('code') ?? '')
  if (!code.ok) return null
  const link = await resolveLink(env, db, code.code, now)
  return typeof link === 'object' && link.state !== 'active' ? link : null
}

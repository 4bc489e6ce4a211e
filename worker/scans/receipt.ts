import type { HIT_CLASSES } from '../../db/schema.ts'
import { isSigned, sign } from '../access/signature.ts'
import { CODE_LENGTH } from '../links/codes.ts'

type HitClass = (typeof HIT_CLASSES)[number]
type Via = 'qr' | 'click' | 'typed'

/** What a redirect did, as the landing page, the visit and the booking present it again. */
export interface Receipt {
  practiceId: string
  /**
   * The id of the scan, which makes everything that follows from it idempotent. Where the browser held a person's
   * receipt of this link from the last 30 minutes it is that one's: a scan of its own, and no second visit.
   */
  scanId: string
  code: string
  /** When the redirect happened, in milliseconds. */
  at: number
  /** As what the hit was counted; see `scanBehind`. Of a card that is not handed out yet it proves nothing: `staff`. */
  class: HitClass
  via: Via
}

/** A receipt is good for so long: the longest attribution window. */
export const RECEIPT_DAYS = 90

/**
 * `SCANID.CODE + class + via + time.SIGNATURE`, about 62 characters of the base64url alphabet and dots. The practice
 * is signed and not spelled out: a receipt of one practice is a forgery at another.
 */
export function signReceipt(
  env: SigningKey,
  receipt: Omit<Receipt, 'class' | 'via'> & Partial<Pick<Receipt, 'class' | 'via'>>,
): string {
  const { practiceId, scanId, code, at, class: hitClass = 'person', via = 'qr' } = receipt
  const body = `${scanId}.${code}${CLASS_LETTERS[hitClass]}${VIA_LETTERS[via]}${at.toString(36)}`
  return `${body}.${sign(env, 'receipt', practiceId, body)}`
}

/** Null when the receipt is forged, altered, expired, from another day to come or of another practice. */
export function readReceipt(env: SigningKey, practiceId: string, text: string, now: number): Receipt | null {
  const [, body, scanId, code, classLetter, viaLetter, time, signature] = SHAPE.exec(text) ?? []
  if (!body || !signature || !scanId || !code || !time) return null
  if (!isSigned(env, signature, 'receipt', practiceId, body)) return null
  const at = Number.parseInt(time, 36)
  if (at < now - RECEIPT_DAYS * DAY_MS || at > now + PUT_BACK_MS) return null
  const hitClass = keyOf(CLASS_LETTERS, classLetter)
  const via = keyOf(VIA_LETTERS, viaLetter)
  if (!hitClass || !via) return null
  return { practiceId, scanId, code, at, class: hitClass, via }
}

/**
 * The person's scan that a receipt stands for, and so the id of its visit; null for a machine's and for a test. A page
 * that was prefetched and is shown after all was opened by a person: that is a scan of its own, beside the prefetch.
 */
export function scanBehind({ class: hitClass, scanId }: Pick<Receipt, 'class' | 'scanId'>): string | null {
  if (hitClass === 'person') return scanId
  return hitClass === 'prefetch' ? `${scanId}-shown` : null
}

/**
 * Whether somebody with this receipt came by the card. Whoever books is no machine: a hit that was taken for a bot's was
 * then a person's after all, though no scan was counted. A card that staff tried out, a HEAD request and a link's
 * preview lead nobody to a booking.
 */
export const provesCard = (receipt: Receipt): boolean => scanBehind(receipt) !== null || receipt.class === 'bot'

/** The code that a receipt speaks of, not yet proven: enough to find out whose receipt it would be. */
export const codeOfReceipt = (text: string): string | null => SHAPE.exec(text)?.[3] ?? null

/** The name, without its prefix, of the cookie that holds the newest receipt of a practice for the window. */
export const receiptCookie = (practiceId: string): string => `rl_${practiceId}`

type SigningKey = { SIGNING_KEY: string }

const DAY_MS = 86_400_000
/** A clock may have been put back by so much since; nobody but us can sign a later time. */
const PUT_BACK_MS = DAY_MS
const CLASS_LETTERS: Record<HitClass, string> = {
  person: 'p',
  bot: 'b',
  preview: 'v',
  prefetch: 'f',
  head: 'h',
  staff: 's',
}
const VIA_LETTERS: Record<Via, string> = { qr: 'q', click: 'c', typed: 't' }
const SHAPE = new RegExp(`^(([\\w-]{8,40})\\.([0-9A-Z]{${CODE_LENGTH}})([a-z])([a-z])([0-9a-z]{6,10}))\\.([\\w-]{22})$`)

const keyOf = <K extends string>(letters: Record<K, string>, letter: string | undefined): K | undefined => {
  for (const key in letters) if (letters[key] === letter) return key
  return undefined
}

import type { HIT_CLASSES } from '../../db/schema.ts'
import { isSigned, sign } from '../access/signature.ts'
import { CODE_LENGTH } from '../links/codes.ts'

type HitClass = (typeof HIT_CLASSES)[number]
type Via = 'qr' | 'click' | 'typed'

/** What a redirect did, as the landing page, the visit and the booking present it again. */
export interface Receipt {
  practiceId: string
  /** The id of the scan, which makes everything that follows from it idempotent. */
  scanId: string
  code: string
  /** When the redirect happened, in milliseconds. */
  at: number
  /** As what the hit was counted. Only a person's receipt confirms a visit (worker/scans/visits.ts). */
  class: HitClass
  via: Via
  /** The browser held this link's receipt from the last 30 minutes: a scan, but no second visit. */
  repeats: boolean
}

/** A receipt is good for so long: the longest attribution window. */
export const RECEIPT_DAYS = 90

/**
 * `SCANID.CODE + class + via + time.SIGNATURE`, about 62 characters of the base64url alphabet and dots. The practice
 * is signed and not spelled out: a receipt of one practice is a forgery at another.
 */
export function signReceipt(
  env: SigningKey,
  receipt: Omit<Receipt, 'class' | 'via' | 'repeats'> & Partial<Pick<Receipt, 'class' | 'via' | 'repeats'>>,
): string {
  const { practiceId, scanId, code, at, class: hitClass = 'person', via = 'qr', repeats = false } = receipt
  const viaLetter = repeats ? VIA_LETTERS[via].toUpperCase() : VIA_LETTERS[via]
  const body = `${scanId}.${code}${CLASS_LETTERS[hitClass]}${viaLetter}${at.toString(36)}`
  return `${body}.${sign(env, 'receipt', practiceId, body)}`
}

/** Null when the receipt is forged, altered, expired, from the future or of another practice. */
export function readReceipt(env: SigningKey, practiceId: string, text: string, now: number): Receipt | null {
  const [, body, scanId, code, classLetter, viaLetter, time, signature] = SHAPE.exec(text) ?? []
  if (!body || !signature || !scanId || !code || !time) return null
  if (!isSigned(env, signature, 'receipt', practiceId, body)) return null
  const at = Number.parseInt(time, 36)
  if (at < now - RECEIPT_DAYS * DAY_MS || at > now + CLOCK_SKEW_MS) return null
  const hitClass = keyOf(CLASS_LETTERS, classLetter)
  const via = keyOf(VIA_LETTERS, viaLetter?.toLowerCase())
  if (!hitClass || !via) return null
  return { practiceId, scanId, code, at, class: hitClass, via, repeats: viaLetter !== VIA_LETTERS[via] }
}

/** The code that a receipt speaks of, not yet proven: enough to find out whose receipt it would be. */
export const codeOfReceipt = (text: string): string | null => SHAPE.exec(text)?.[3] ?? null

/** The name, without its prefix, of the cookie that holds the newest receipt of a practice for the window. */
export const receiptCookie = (practiceId: string): string => `rl_${practiceId}`

type SigningKey = { SIGNING_KEY: string }

const DAY_MS = 86_400_000
/** Two machines' clocks may differ by so much. */
const CLOCK_SKEW_MS = 60_000
const CLASS_LETTERS: Record<HitClass, string> = {
  person: 'p',
  bot: 'b',
  preview: 'v',
  prefetch: 'f',
  head: 'h',
  staff: 's',
}
const VIA_LETTERS: Record<Via, string> = { qr: 'q', click: 'c', typed: 't' }
const SHAPE = new RegExp(
  `^(([\\w-]{8,40})\\.([0-9A-Z]{${CODE_LENGTH}})([a-z])([a-zA-Z])([0-9a-z]{6,10}))\\.([\\w-]{22})$`,
)

const keyOf = <K extends string>(letters: Record<K, string>, letter: string | undefined): K | undefined => {
  for (const key in letters) if (letters[key] === letter) return key
  return undefined
}

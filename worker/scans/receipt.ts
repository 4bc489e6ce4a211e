import type { HIT_CLASSES } from '../../db/schema.ts'
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
export async function signReceipt(
  env: SigningKey,
  receipt: Omit<Receipt, 'class' | 'via' | 'repeats'> & Partial<Pick<Receipt, 'class' | 'via' | 'repeats'>>,
): Promise<string> {
  const { practiceId, scanId, code, at, class: hitClass = 'person', via = 'qr', repeats = false } = receipt
  const viaLetter = repeats ? VIA_LETTERS[via].toUpperCase() : VIA_LETTERS[via]
  const body = `${scanId}.${code}${CLASS_LETTERS[hitClass]}${viaLetter}${at.toString(36)}`
  return `${body}.${base64url(await mac(env.SIGNING_KEY, practiceId, body))}`
}

/** Null when the receipt is forged, altered, expired, from the future or of another practice. */
export async function readReceipt(
  env: SigningKey,
  practiceId: string,
  text: string,
  now: number,
): Promise<Receipt | null> {
  const [, body, scanId, code, classLetter, viaLetter, time, signature] = SHAPE.exec(text) ?? []
  if (!body || !signature || !scanId || !code || !time) return null
  if (!equal(signature, base64url(await mac(env.SIGNING_KEY, practiceId, body)))) return null
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

/** HMAC-SHA-256, its first 128 bits. The practice's id goes in first; ids hold no line break. */
async function mac(signingKey: string, practiceId: string, body: string): Promise<Uint8Array> {
  const signed = await crypto.subtle.sign(
    'HMAC',
    await keyFor(signingKey),
    utf8.encode(`receipt\n${practiceId}\n${body}`),
  )
  return new Uint8Array(signed, 0, 16)
}

/** The imported key is kept, never the promise of it: workerd cancels a promise whose request has ended. */
let imported: { from: string; key: CryptoKey } | undefined
async function keyFor(signingKey: string): Promise<CryptoKey> {
  if (imported?.from === signingKey) return imported.key
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', utf8.encode(signingKey), algorithm, false, ['sign'])
  imported = { from: signingKey, key }
  return key
}

const utf8 = new TextEncoder()

const base64url = (bytes: Uint8Array) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** In a time that does not depend on where two texts of the same length differ. */
function equal(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}

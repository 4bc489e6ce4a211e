import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'

/** What is signed: a signature of one kind is worth nothing for another. */
type Kind = 'receipt' | 'booking' | 'network' | 'operator'
type SigningKey = { SIGNING_KEY: string }

/**
 * The signature of some parts, in their order: HMAC-SHA-256, its first 128 bits, as 22 symbols of base64url. No part but
 * the last may hold a line break.
 */
export function sign(env: SigningKey, kind: Kind, ...parts: (string | number)[]): string {
  const mac = createHmac('sha256', env.SIGNING_KEY)
    .update([kind, ...parts].join('\n'))
    .digest()
  return mac.subarray(0, 16).toString('base64url')
}

/** Whether a signature is that of the parts, in a time that does not depend on where it differs. */
export function isSigned(env: SigningKey, signature: string, kind: Kind, ...parts: (string | number)[]): boolean {
  const given = Buffer.from(signature)
  const right = Buffer.from(sign(env, kind, ...parts))
  return given.length === right.length && timingSafeEqual(given, right)
}

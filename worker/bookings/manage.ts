import { Buffer } from 'node:buffer'
import { customAlphabet } from 'nanoid'
import type { Env } from '../env.ts'
import { parseCode, SYMBOLS } from '../links/codes.ts'

/** Goes up when the links given out so far must stop working. */
const TOKEN_VERSION = 1
const REFERENCE_LENGTH = 8

/**
 * The address at which a patient finds their booking. Its token is made anew whenever it is needed and stored nowhere,
 * so that a repeated answer and a reminder give the same.
 */
export async function manageUrl(
  env: Pick<Env, 'SIGNING_KEY' | 'PUBLIC_URL'>,
  practiceId: string,
  bookingId: string,
): Promise<string> {
  return `${env.PUBLIC_URL}/visit?t=${await manageToken(env, practiceId, bookingId)}`
}

/** The booking of a token, null when it is forged or altered. */
export async function readManageToken(
  env: Pick<Env, 'SIGNING_KEY'>,
  token: string,
): Promise<{ practiceId: string; bookingId: string } | null> {
  const [practiceId, bookingId, ...rest] = token.split('.')
  if (!practiceId || !bookingId || rest.length !== 1) return null
  return equal(token, await manageToken(env, practiceId, bookingId)) ? { practiceId, bookingId } : null
}

async function manageToken(env: Pick<Env, 'SIGNING_KEY'>, practiceId: string, bookingId: string): Promise<string> {
  const utf8 = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', utf8.encode(env.SIGNING_KEY), algorithm, false, ['sign'])
  const said = utf8.encode(`booking\n${practiceId}\n${bookingId}\n${TOKEN_VERSION}`)
  const mac = await crypto.subtle.sign('HMAC', key, said)
  return `${practiceId}.${bookingId}.${Buffer.from(mac).subarray(0, 16).toString('base64url')}`
}

/** In a time that does not depend on where two texts of the same length differ. */
function equal(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i)
  return difference === 0
}

/**
 * What a patient is told and may read out: of the symbols of the codes, since those sound unlike each other, but never
 * a code: a reference typed where a code belongs is refused as a typing error and credits nobody.
 */
export function newReference(): string {
  for (;;) {
    const reference = randomSymbols()
    if (!parseCode(reference).ok) return reference
  }
}

const randomSymbols = customAlphabet(SYMBOLS, REFERENCE_LENGTH)

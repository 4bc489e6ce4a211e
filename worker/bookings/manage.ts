import { customAlphabet } from 'nanoid'
import { isSigned, sign } from '../access/signature.ts'
import type { Env } from '../env.ts'
import { parseCode, SYMBOLS } from '../links/codes.ts'

/** Goes up when the links given out so far must stop working. */
const TOKEN_VERSION = 1
const REFERENCE_LENGTH = 8

/**
 * The address at which a patient finds their booking. Its token is made anew whenever it is needed and stored nowhere,
 * so that a repeated answer and a reminder give the same.
 */
export function manageUrl(env: Pick<Env, 'SIGNING_KEY' | 'PUBLIC_URL'>, practiceId: string, bookingId: string): string {
  const signature = sign(env, 'booking', ...said(practiceId, bookingId))
  return `${env.PUBLIC_URL}/visit?t=${practiceId}.${bookingId}.${signature}`
}

/** The booking of a token, null when it is forged or altered. */
export function readManageToken(
  env: Pick<Env, 'SIGNING_KEY'>,
  token: string,
): { practiceId: string; bookingId: string } | null {
  const [practiceId, bookingId, signature, ...rest] = token.split('.')
  if (!practiceId || !bookingId || !signature || rest.length > 0) return null
  const genuine = isSigned(env, signature, 'booking', ...said(practiceId, bookingId))
  return genuine ? { practiceId, bookingId } : null
}

const said = (practiceId: string, bookingId: string) => [practiceId, bookingId, TOKEN_VERSION]

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

import { Buffer } from 'node:buffer'

const TOKEN_BYTES = 32

/** 256 random bits as 43 symbols of base64url: for API keys, sign-in links and sessions. */
export const newToken = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES))).toString('base64url')

/** What is stored of a token: its SHA-256, base64url. A plain hash is enough, since a token is random and long. */
export async function hashToken(token: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token))).toString('base64url')
}

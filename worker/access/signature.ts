/** What is signed: a signature of one kind is worth nothing for another. */
type Kind = 'receipt' | 'booking'
type SigningKey = { SIGNING_KEY: string }

/**
 * The signature of some parts, in their order: HMAC-SHA-256, its first 128 bits, as 22 symbols of base64url. No part but
 * the last may hold a line break.
 */
export async function sign(env: SigningKey, kind: Kind, ...parts: (string | number)[]): Promise<string> {
  const said = utf8.encode([kind, ...parts].join('\n'))
  const mac = await crypto.subtle.sign('HMAC', await keyFor(env.SIGNING_KEY), said)
  return base64url(new Uint8Array(mac, 0, 16))
}

/** Whether a signature is that of the parts, in a time that does not depend on where it differs. */
export async function isSigned(
  env: SigningKey,
  signature: string,
  kind: Kind,
  ...parts: (string | number)[]
): Promise<boolean> {
  const right = await sign(env, kind, ...parts)
  let difference = signature.length ^ right.length
  for (let i = 0; i < right.length; i++) difference |= signature.charCodeAt(i) ^ right.charCodeAt(i)
  return difference === 0
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

/*
 * What a patient typed so far travels in a cookie that only this Worker can read: AES-256-GCM, with a key derived from
 * SIGNING_KEY. Nothing of it is stored on the server, and nothing stands in an address.
 */
interface SigningKey {
  SIGNING_KEY: string
}

/** Seals a value for one purpose and place (`about`); it opens for the same alone. */
export async function sealed(env: SigningKey, about: string, value: unknown): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const key = await keyFrom(env.SIGNING_KEY)
  const plain = await through(new CompressionStream('deflate-raw'), utf8.encode(JSON.stringify(value)))
  const cipher = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8.encode(about) }, key, plain)
  return base64url(new Uint8Array([...iv, ...new Uint8Array(cipher)]))
}

/** Null when it was not sealed here, for this, or has been altered. */
export async function unsealed(env: SigningKey, about: string, text: string): Promise<unknown> {
  const bytes = bytesOf(text)
  if (!bytes || bytes.length <= IV_BYTES) return null
  const key = await keyFrom(env.SIGNING_KEY)
  const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, IV_BYTES), additionalData: utf8.encode(about) }
  try {
    const plain = await crypto.subtle.decrypt(algorithm, key, bytes.slice(IV_BYTES))
    const text = await through(new DecompressionStream('deflate-raw'), new Uint8Array(plain))
    return JSON.parse(new TextDecoder().decode(text))
  } catch {
    return null
  }
}

const IV_BYTES = 12
const utf8 = new TextEncoder()

/** The key is kept, never the promise of it: workerd cancels a promise whose request has ended. */
let derived: { from: string; key: CryptoKey } | undefined
async function keyFrom(signingKey: string): Promise<CryptoKey> {
  if (derived?.from === signingKey) return derived.key
  const master = await crypto.subtle.importKey('raw', utf8.encode(signingKey), 'HKDF', false, ['deriveKey'])
  const key = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8.encode('referloop draft 2') },
    master,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
  derived = { from: signingKey, key }
  return key
}

/** Compressed, long answers in any script fit into a cookie. */
const through = async (
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer())

const base64url = (bytes: Uint8Array) =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
  } catch {
    return null
  }
}

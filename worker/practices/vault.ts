import { Buffer } from 'node:buffer'
import { asc, eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import type { Built, Database, Sql } from '../../db/database.ts'
import { practiceKeys } from '../../db/schema.ts'

/*
 * A practice's data key is 32 random bytes, wrapped by the deployment's MASTER_KEY. From it HKDF-SHA-256 derives one key
 * that encrypts (AES-256-GCM) and one that makes blind indexes (HMAC-SHA-256). The newest data key encrypts, every one
 * decrypts, and the oldest makes the indexes, so that look-ups outlive a new key.
 */

const KEY_BYTES = 32
const IV_BYTES = 12
/** Practices whose keys one isolate remembers, and for how long: after that a new key is known everywhere. */
const REMEMBERED = 500
export const KEYS_REMEMBERED_MS = 5_000

export interface Secrets {
  /** 32 random bytes, base64url. */
  MASTER_KEY: string
}

/** Seals and opens the sealed columns of one practice. */
export interface Vault {
  /** Ciphertext as text, bound to its place: it opens at this practice, table, row and column alone. */
  seal(table: string, id: string, column: string, text: string): Promise<string>
  /** @throws VaultError where the ciphertext was altered, moved, or sealed with a key that is not there */
  open(table: string, id: string, column: string, ciphertext: string): Promise<string>
  /**
   * A keyed hash for look-up by equality. `kind` names what is hashed (`phone`), so that equal values of two kinds
   * differ. The caller brings the value into one form first (E.164, lower case).
   */
  index(kind: string, value: string): Promise<string>
}

/** A key or a ciphertext that does not open. Its message holds neither. */
export class VaultError extends Error {
  override name = 'VaultError'
}

interface DataKey {
  id: string
  encrypt: CryptoKey
  index: CryptoKey
}

// Plain keys and never promises: a request may not wait for what another request started.
const remembered = new Map<string, DataKey[]>()
let rememberedSince = 0

/**
 * Forgets keys that were read long ago; for the entry of every request. An isolate that only seals would never meet a
 * new key otherwise, and go on with the old one. Without a time, all of them.
 */
export function forgetKeys(now?: number): void {
  if (now !== undefined && now - rememberedSince < KEYS_REMEMBERED_MS) return
  remembered.clear()
  rememberedSince = now ?? rememberedSince
}

/**
 * Opens a practice's vault; an isolate remembers its keys for KEYS_REMEMBERED_MS.
 * @throws VaultError where MASTER_KEY is not the one with which the practice was created
 */
export async function openVault(db: Database, env: Secrets, practiceId: string): Promise<Vault> {
  const name = `${practiceId} ${env.MASTER_KEY}`
  let keys = remembered.get(name) ?? (await load())

  async function load(): Promise<DataKey[]> {
    const rows = await db.read((sql) =>
      sql
        .select()
        .from(practiceKeys)
        .where(eq(practiceKeys.practiceId, practiceId))
        .orderBy(asc(practiceKeys.createdAt), asc(practiceKeys.id)),
    )
    if (rows.length === 0) throw new VaultError('this practice has no data key')
    const wrapping = await wrappingKey(env)
    const loaded = await Promise.all(rows.map((row) => unwrap(wrapping, practiceId, row)))
    if (remembered.size >= REMEMBERED) remembered.clear()
    remembered.set(name, loaded)
    return loaded
  }

  async function keyFor(id: string): Promise<DataKey> {
    const known = keys.find((key) => key.id === id)
    if (known) return known
    keys = await load()
    const added = keys.find((key) => key.id === id)
    if (!added) throw new VaultError('sealed with a key that is not there')
    return added
  }

  return {
    async seal(table, id, column, text) {
      const newest = keys.at(-1)
      if (!newest) throw new VaultError('this practice has no data key')
      return `${newest.id}.${await encrypt(newest.encrypt, place(practiceId, table, id, column), encode(text))}`
    },
    async open(table, id, column, ciphertext) {
      const dot = ciphertext.indexOf('.')
      const key = await keyFor(ciphertext.slice(0, Math.max(dot, 0)))
      const bytes = await decrypt(key.encrypt, place(practiceId, table, id, column), ciphertext.slice(dot + 1))
      return new TextDecoder().decode(bytes)
    },
    async index(kind, value) {
      const oldest = keys[0]
      if (!oldest) throw new VaultError('this practice has no data key')
      const tag = await crypto.subtle.sign('HMAC', oldest.index, encode(`${kind}\0${value}`))
      return Buffer.from(tag).toString('base64url')
    },
  }
}

/** A new data key for a practice, as a statement: for its creation and for changing keys. */
export async function dataKeyStatement(env: Secrets, practiceId: string, now: number): Promise<(sql: Sql) => Built> {
  const id = nanoid()
  const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
  const wrapped = await encrypt(await wrappingKey(env), place(practiceId, 'practice_keys', id, 'wrapped'), bytes)
  return (sql) => sql.insert(practiceKeys).values({ practiceId, id, wrapped, createdAt: now })
}

async function unwrap(wrapping: CryptoKey, practiceId: string, row: { id: string; wrapped: string }): Promise<DataKey> {
  const bytes = await decrypt(wrapping, place(practiceId, 'practice_keys', row.id, 'wrapped'), row.wrapped)
  const base = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey'])
  return {
    id: row.id,
    encrypt: await derive(base, 'encrypt', { name: 'AES-GCM', length: 256 }, ['encrypt', 'decrypt']),
    index: await derive(base, 'index', { name: 'HMAC', hash: 'SHA-256', length: 256 }, ['sign']),
  }
}

async function wrappingKey(env: Secrets): Promise<CryptoKey> {
  const bytes = Buffer.from(env.MASTER_KEY, 'base64url')
  if (bytes.length !== KEY_BYTES) throw new VaultError('MASTER_KEY must be 32 bytes in base64url')
  const base = await crypto.subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey'])
  return derive(base, 'wrap', { name: 'AES-GCM', length: 256 }, ['encrypt', 'decrypt'])
}

const derive = (base: CryptoKey, purpose: string, algorithm: Derived, usages: KeyUsage[]): Promise<CryptoKey> =>
  crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encode(`referloop ${purpose}`) },
    base,
    algorithm,
    false,
    usages,
  )
type Derived = { name: 'AES-GCM'; length: number } | { name: 'HMAC'; hash: 'SHA-256'; length: number }
type KeyUsage = 'encrypt' | 'decrypt' | 'sign'

async function encrypt(key: CryptoKey, at: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: at }, key, bytes)
  return Buffer.concat([iv, new Uint8Array(sealed)]).toString('base64url')
}

async function decrypt(key: CryptoKey, at: Uint8Array<ArrayBuffer>, text: string): Promise<ArrayBuffer> {
  const bytes = Buffer.from(text, 'base64url')
  const iv = bytes.subarray(0, IV_BYTES)
  try {
    return await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: at }, key, bytes.subarray(IV_BYTES))
  } catch {
    throw new VaultError('altered, moved, or sealed with another key')
  }
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** The additional data of a ciphertext: where it stands. Parts are escaped, so that no two places read alike. */
const place = (...parts: string[]) => encode(parts.map(encodeURIComponent).join('/'))

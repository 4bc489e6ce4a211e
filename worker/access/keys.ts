import { and, eq, gt, isNull, or } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { apiKeys } from '../../db/schema.ts'
import type { Caller } from '../http.ts'
import type { Scope } from './scopes.ts'
import { hashToken, newToken } from './tokens.ts'

/** Lets people and secret scanners see what kind of secret they found. */
const PREFIX = 'rlk_'

export interface NewKey {
  practiceId: string
  name: string
  scopes: readonly Scope[]
  /** Milliseconds since 1970; without it the key does not expire. */
  expiresAt?: number
}

/** Creates an API key. The key itself is returned this once; what is stored is its hash. */
export async function createKey(db: Database, key: NewKey, now: number): Promise<{ id: string; apiKey: string }> {
  const { id, apiKey, insert } = await keyStatement(key, now)
  stored(await db.write((sql) => [insert(sql)]))
  return { id, apiKey }
}

/** The same as a statement, for a write batch that does more. */
export async function keyStatement(
  { practiceId, name, scopes, expiresAt }: NewKey,
  now: number,
): Promise<{ id: string; apiKey: string; insert: (sql: Sql) => Built }> {
  const id = nanoid()
  const apiKey = PREFIX + newToken()
  const row = { practiceId, id, name, hash: await hashToken(apiKey), scopes: scopes.join(' '), createdAt: now }
  return { id, apiKey, insert: (sql) => sql.insert(apiKeys).values({ ...row, expiresAt: expiresAt ?? null }) }
}

/** Who calls with this key; null where there is none such, or it has expired or was revoked. */
export async function findKey(db: Database, apiKey: string, now: number): Promise<Caller | null> {
  if (!apiKey.startsWith(PREFIX) || apiKey.length > 100) return null
  const hash = await hashToken(apiKey)
  const [key] = await db.read((sql) =>
    sql
      .select()
      .from(apiKeys)
      .where(
        and(
          eq(apiKeys.hash, hash),
          isNull(apiKeys.revokedAt),
          or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
        ),
      ),
  )
  return key ? { practiceId: key.practiceId, by: `key:${key.id}`, scopes: key.scopes.split(' ') } : null
}

import { Buffer } from 'node:buffer'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiKeys, memberships, sessions, signInLinks } from '../../db/schema.ts'
import { createKey, findKey } from '../../worker/access/keys.ts'
import { createSignInLink, endSession, sessionOf, useSignInLink } from '../../worker/access/sign-in.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { startDatabase } from '../database.ts'

const NOW = Date.UTC(2026, 10, 23)
const HOUR = 3_600_000
let database: Awaited<ReturnType<typeof startDatabase>>
let member: { practiceId: string; staffId: string }
beforeAll(async () => {
  database = await startDatabase()
  const secrets = { MASTER_KEY: Buffer.alloc(32, 7).toString('base64url') }
  const made = await createPractice(database.db, secrets, { name: 'L', slug: 'larkfield', timezone: 'UTC' }, NOW)
  if (!made.ok) throw new Error(made.problem)
  member = { practiceId: made.practice.id, staffId: made.staffId }
})
afterAll(() => database?.stop())

const link = () => createSignInLink(database.db, member, NOW)
const signIn = async (now = NOW) => (await useSignInLink(database.db, await link(), now))?.token ?? ''

describe('a sign-in link', () => {
  test('signs in once', async () => {
    const token = await link()
    expect((await useSignInLink(database.db, token, NOW))?.session).toMatchObject({ ...member, role: 'owner' })
    expect(await useSignInLink(database.db, token, NOW)).toBeNull()
  })

  test('gives one session to twenty who use it at the same moment', async () => {
    const token = await link()
    const all = await Promise.all(Array.from({ length: 20 }, () => useSignInLink(database.db, token, NOW)))
    expect(all.filter(Boolean)).toHaveLength(1)
  })

  test('lasts 24 hours', async () => {
    expect(await useSignInLink(database.db, await link(), NOW + 24 * HOUR)).toBeNull()
    expect(await useSignInLink(database.db, await link(), NOW + 24 * HOUR - 1)).not.toBeNull()
  })

  test('that nobody made is worth nothing', async () => {
    for (const token of ['', 'x', 'A'.repeat(43)]) expect(await useSignInLink(database.db, token, NOW)).toBeNull()
  })
})

describe('a session', () => {
  test('ends after 30 days, however much it is used', async () => {
    const token = await signIn()
    expect(await sessionOf(database.db, token, NOW + 30 * 24 * HOUR - 1)).toMatchObject(member)
    expect(await sessionOf(database.db, token, NOW + 30 * 24 * HOUR)).toBeNull()
  })

  test('ends at once on signing out, and others go on', async () => {
    const [one, two] = [await signIn(), await signIn()]
    await endSession(database.db, one, NOW)
    expect(await sessionOf(database.db, one, NOW)).toBeNull()
    expect(await sessionOf(database.db, two, NOW)).not.toBeNull()
  })

  test('ends when the person leaves the practice', async () => {
    const token = await signIn()
    const its = eq(memberships.staffId, member.staffId)
    await database.db.write((sql) => [sql.update(memberships).set({ endedAt: NOW }).where(its)])
    expect(await sessionOf(database.db, token, NOW)).toBeNull()
    await database.db.write((sql) => [sql.update(memberships).set({ endedAt: null }).where(its)])
    expect(await sessionOf(database.db, token, NOW)).not.toBeNull()
  })
})

describe('a key', () => {
  test('is 256 random bits, tells who calls, and is worth nothing once revoked', async () => {
    const asked = { practiceId: member.practiceId, name: 'Front desk', scopes: ['stats:read'] as const }
    const { id, apiKey } = await createKey(database.db, asked, NOW)
    expect(apiKey).toMatch(/^rlk_[\w-]{43}$/)
    expect(await findKey(database.db, apiKey, NOW)).toEqual({
      practiceId: member.practiceId,
      by: `key:${id}`,
      scopes: ['stats:read'],
    })
    await database.db.write((sql) => [sql.update(apiKeys).set({ revokedAt: NOW }).where(eq(apiKeys.id, id))])
    expect(await findKey(database.db, apiKey, NOW)).toBeNull()
  })
})

test('the database holds no key, no sign-in link and no session that could be used', async () => {
  const { apiKey } = await createKey(database.db, { practiceId: member.practiceId, name: 'x', scopes: [] }, NOW)
  const unused = await link()
  const session = await signIn()
  const rows = await Promise.all(
    [apiKeys, signInLinks, sessions].map((table) => database.db.read((sql) => sql.select().from(table))),
  )
  const text = JSON.stringify(rows)
  for (const secret of [apiKey, apiKey.slice(4), unused, session]) expect(text).not.toContain(secret)
})

import { Buffer } from 'node:buffer'
import { count } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { apiKeys, memberships, practices, services, staff } from '../../db/schema.ts'
import { findKey } from '../../worker/access/keys.ts'
import { SCOPES } from '../../worker/access/scopes.ts'
import { useSignInLink } from '../../worker/access/sign-in.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { startDatabase } from '../database.ts'

let database: Awaited<ReturnType<typeof startDatabase>>
beforeAll(async () => {
  database = await startDatabase()
})
afterAll(() => database?.stop())

const secrets = { MASTER_KEY: Buffer.alloc(32, 7).toString('base64url') }
const NOW = Date.UTC(2026, 10, 23)
const create = (asked: Partial<Parameters<typeof createPractice>[2]>) =>
  createPractice(database.db, secrets, { name: 'Larkfield', slug: 'larkfield', timezone: 'UTC', ...asked }, NOW)

test('a practice has an owner who can sign in, and a key with every scope', async () => {
  const made = await create({ slug: 'first' })
  if (!made.ok) throw new Error(made.problem)
  expect(await findKey(database.db, made.apiKey, NOW)).toMatchObject({ practiceId: made.practice.id, scopes: SCOPES })
  const signedIn = await useSignInLink(database.db, made.signInToken, NOW)
  expect(signedIn?.session).toMatchObject({ practiceSlug: 'first', role: 'owner', scopes: SCOPES })
})

test('the demo practice has its services and takes bookings', async () => {
  const made = await create({ slug: 'demo', demo: true })
  expect(made.ok).toBe(true)
  const [found] = await database.db.read((sql) => sql.select({ n: count() }).from(services))
  expect(found?.n).toBe(6)
})

test('a slug is given once, and a refused practice leaves nothing behind', async () => {
  await create({ slug: 'taken' })
  const rows = async () =>
    Promise.all(
      [practices, staff, memberships, apiKeys].map((table) =>
        database.db.read((sql) => sql.select({ n: count() }).from(table)),
      ),
    )
  const before = await rows()
  expect(await create({ slug: 'taken' })).toMatchObject({ ok: false, problem: 'slug-taken' })
  expect(await rows()).toEqual(before)
})

test.each([
  [{ name: '  ' }, 'name'],
  [{ name: 'x'.repeat(201) }, 'name'],
  [{ slug: 'Larkfield' }, 'slug'],
  [{ slug: 'a' }, 'slug'],
  [{ slug: 'a--b' }, 'slug'],
  [{ slug: '../a' }, 'slug'],
  [{ timezone: 'Chicago' }, 'timezone'],
  [{ timezone: '+02:00' }, 'timezone'],
])('%j is refused', async (asked, field) => {
  expect(await create(asked)).toMatchObject({ ok: false, problem: 'invalid', errors: [{ field }] })
})

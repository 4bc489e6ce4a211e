import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { replies } from '../../db/schema.ts'
import { forgetReplies } from '../../worker/access/replies.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { ask } from '../api.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let key: string
let practiceId: string

beforeAll(async () => {
  stack = await startStack()
  const asked = { name: 'Larkfield', slug: 'larkfield', timezone: 'UTC' }
  const made = await createPractice(stack.db, stack.secrets, asked, Date.now())
  if (!made.ok) throw new Error(made.problem)
  key = made.apiKey
  practiceId = made.practice.id
})
afterAll(() => stack?.stop())

const post = (name: string, idempotencyKey: string, path = '/offices') =>
  ask(stack.url, `POST /api/v1${path}`, { key, body: { name }, headers: { 'Idempotency-Key': idempotencyKey } })
const officesCalled = async (name: string) => {
  const { body } = await ask<{ items: { name: string }[] }>(stack.url, 'GET /api/v1/offices?limit=200', { key })
  return body.items.filter((office) => office.name === name).length
}

test('the same key with the same request gets the same answer, and nothing is written twice', async () => {
  const first = await post('Riverside', 'k1')
  const again = await post('Riverside', 'k1')
  expect(first.status).toBe(201)
  expect([again.status, again.body]).toEqual([201, first.body])
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect(await officesCalled('Riverside')).toBe(1)
})

test('the same key with another body or address is refused', async () => {
  await post('Hillside', 'k2')
  const answers = await Promise.all([post('Lakeside', 'k2'), post('Hillside', 'k2', '/referrers')])
  expect(answers.map(({ status, body }) => [status, String(body.type).split('/').at(-1)])).toEqual([
    [422, 'key-reused'],
    [422, 'key-reused'],
  ])
  expect(await officesCalled('Lakeside')).toBe(0)
})

test('of thirty at once with one key one is stored, and all get its answer', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => post('Brookside', 'k3')))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  expect(await officesCalled('Brookside')).toBe(1)
})

test('after a refusal the same key may be used for the request put right', async () => {
  expect((await post('', 'k4')).status).toBe(422)
  expect((await post('Parkside', 'k4')).status).toBe(201)
})

test.each(['', 'a b', 'x'.repeat(256)])('%j is no key', async (idempotencyKey) => {
  expect((await post('Seaside', idempotencyKey)).status).toBe(422)
  expect(await officesCalled('Seaside')).toBe(0)
})

test('what is stored shows neither the request nor the answer', async () => {
  await post('Canary Wharf Family Medicine', 'k5')
  const rows = await stack.db.read((sql) => sql.select().from(replies).where(eq(replies.practiceId, practiceId)))
  expect(rows.length).toBeGreaterThan(3)
  expect(JSON.stringify(rows)).not.toContain('Canary')
})

test('replies are forgotten after 30 days and not before', async () => {
  await post('Woodside', 'k6')
  const kept = () =>
    stack.db.read((sql) =>
      sql
        .select({ id: replies.id })
        .from(replies)
        .where(and(eq(replies.practiceId, practiceId))),
    )
  const before = await kept()
  const day = 24 * 3_600_000
  await forgetReplies(stack.db, Date.now() + 29 * day)
  expect(await kept()).toEqual(before)
  await forgetReplies(stack.db, Date.now() + 31 * day)
  expect(await kept()).toEqual([])
  // From then on the key is one that nobody has used.
  expect((await post('Woodside', 'k6')).headers.get('idempotent-replayed')).toBeNull()
  expect(await officesCalled('Woodside')).toBe(2)
})

test('very many are forgotten a part at a time', async () => {
  await stack.db.client.execute({
    sql: `insert into replies (practice_id, id, request, status, body, at)
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 2500)
      select ?, 'old ' || i, '', 201, '', 0 from n`,
    args: [practiceId],
  })
  const left = async () => {
    await forgetReplies(stack.db, Date.now())
    const { rows } = await stack.db.client.execute('select count(*) n from replies where at = 0')
    return Number(rows[0]?.n)
  }
  expect([await left(), await left()]).toEqual([500, 0])
})

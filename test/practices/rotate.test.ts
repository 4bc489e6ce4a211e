import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { eq, getTableName } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../db/database.ts'
import { patients } from '../../db/schema.ts'
import { reseal, SEALED, sealedWithOlder } from '../../worker/practices/reseal.ts'
import { dataKeyStatement } from '../../worker/practices/vault.ts'
import { ask } from '../api.ts'
import { patientNumber } from '../bookings/desk.ts'
import { admin } from '../db/command.ts'
import { slotsOf, type TestPractice, testPractice } from '../practice.ts'
import { brokenOf } from '../proof/finding.ts'
import { rotatedUnderLoad } from '../proof/rotating.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let practice: TestPractice
beforeAll(async () => {
  stack = await startStack()
  practice = await testPractice(stack, 'rotated')
}, 120_000)
afterAll(() => stack?.stop())

test('every column that the schema calls sealed is sealed anew', () => {
  const schema = readFileSync(new URL('../../db/schema.ts', import.meta.url), 'utf8')
  const marked = [...schema.matchAll(/sqliteTable\(\s*'(\w+)'[\s\S]*?(?=sqliteTable\(|$)/g)].flatMap(([text, table]) =>
    [...text.matchAll(/\/\*\* sealed\b[^*]*\*\/\s*(\w+):/g)].map(([, column]) => `${table}.${column}`),
  )
  const known = SEALED.flatMap(({ table, columns }) =>
    Object.keys(columns).map((column) => `${getTableName(table)}.${column}`),
  )
  expect(marked.length).toBeGreaterThan(12)
  expect(known.toSorted()).toEqual(marked.toSorted())
})

test('keys change while patients book, look and cancel, and nobody notices', async () => {
  expect(brokenOf(await rotatedUnderLoad(stack, { rotations: 2 }))).toEqual([])
}, 180_000)

test('a change of keys that was interrupted is resumed, and does nothing twice', async () => {
  const [slot] = await slotsOf(stack.url, practice)
  const booked = await ask(stack.url, 'POST /api/v1/bookings', {
    key: practice.key,
    headers: { 'Idempotency-Key': randomUUID() },
    body: { service: practice.service, start: slot?.start, patient: patientNumber(1), reason: 'Knee' },
  })
  expect(booked.status, JSON.stringify(booked.body)).toBe(201)
  const insert = await dataKeyStatement(stack.secrets, practice.id, Date.now())
  await stack.db.write((sql) => [insert(sql)])
  const before = await sealedWithOlder(stack.db, practice.id)
  expect(before).toBeGreaterThan(2)

  // As if killed after the first batch.
  const stopped = reseal(stack.db, stack.secrets, practice.id, () => {
    throw new Error('killed')
  })
  await expect(stopped).rejects.toThrow('killed')
  const half = await sealedWithOlder(stack.db, practice.id)
  expect(half).toBeLessThan(before)
  expect((await admin(stack.dataDir, 'doctor')).out).toContain(`an older key has sealed ${half} rows of rotated`)

  const { status, out } = await admin(stack.dataDir, 'rotate', '--practice', 'rotated', '--resume', '--json')
  expect({ status, json: JSON.parse(out) }).toEqual({
    status: 0,
    json: { practices: [{ slug: 'rotated', rows: half, broken: 0 }] },
  })
  expect((await admin(stack.dataDir, 'doctor')).out).toContain('sealed with the newest key of each practice')
  const list = await ask<{ items: { patient: { name: string } }[] }>(stack.url, 'GET /api/v1/bookings', {
    key: practice.key,
  })
  expect(list.body.items[0]?.patient.name).toBe(patientNumber(1).name)
}, 120_000)

test('what does not open stays as it is, and is told', async () => {
  const insert = await dataKeyStatement(stack.secrets, practice.id, Date.now())
  const its = eq(patients.practiceId, practice.id)
  const [row] = await stack.db.read((sql) => sql.select().from(patients).where(its))
  const altered = `${row?.name?.slice(0, -4)}AAAA`
  const client = openDatabase({ url: stack.databaseUrl }).client
  await client.execute({ sql: 'update patients set name = ? where id = ?', args: [altered, row?.id ?? ''] })
  await stack.db.write((sql) => [insert(sql)])
  const { broken } = await reseal(stack.db, stack.secrets, practice.id)
  expect(broken).toBe(1)
  const [after] = await stack.db.read((sql) => sql.select().from(patients).where(its))
  expect(after?.name).toBe(altered)
})

test('a patient who is erased in the middle of it does not come back', async () => {
  const [slot] = await slotsOf(stack.url, practice)
  const { status } = await ask(stack.url, 'POST /api/v1/bookings', {
    key: practice.key,
    body: { service: practice.service, start: slot?.start, patient: patientNumber(2) },
  })
  expect(status).toBe(201)
  const insert = await dataKeyStatement(stack.secrets, practice.id, Date.now() + 1)
  await stack.db.write((sql) => [insert(sql)])
  // Between its reading and its writing.
  const erasing: Database = {
    ...stack.db,
    async write(statements, options) {
      const args = [practice.id]
      await stack.db.client.execute({ sql: 'update patients set name = null where practice_id = ?', args })
      return stack.db.write(statements, options)
    },
  }
  await reseal(erasing, stack.secrets, practice.id)
  const rows = await stack.db.read((sql) => sql.select().from(patients).where(eq(patients.practiceId, practice.id)))
  expect(rows.length).toBeGreaterThan(1)
  expect(rows.filter(({ name }) => name !== null)).toEqual([])
  expect(rows.filter(({ phone }) => phone === null)).toEqual([])
})

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startSqld } from '../../db/sqld.ts'
import { startDatabase } from '../database.ts'
import { admin, run } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'referloop-doctor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  [['doctor']],
  [['recount']],
  [['backup', join(folder, 'monday.gz')]],
  [['key', 'create', '--practice', 'north-bay', '--scopes', 'stats:read']],
])('%j makes nothing where there is nothing, and says how to begin', async (words) => {
  const dataDir = join(folder, 'nothing')
  const { status, err } = await admin(dataDir, ...words)
  expect({ status, err }).toEqual({
    status: 1,
    err: `There is no database in ${dataDir}, and none was made: begin with "npm start", or set DATA_DIR or DATABASE_URL to the one that you mean.`,
  })
  expect(readdirSync(folder)).toEqual([])
})

test('an empty data folder stays empty', async () => {
  const dataDir = mkdtempSync(join(folder, 'empty-'))
  expect((await admin(dataDir, 'doctor')).err).toContain('There is no database in')
  expect(readdirSync(dataDir)).toEqual([])
})

test('an outside database is looked at without a data folder being made', async () => {
  const outside = await startDatabase()
  const dataDir = join(folder, 'beside')
  const { status, out } = await run('db/admin.ts', ['doctor'], { DATA_DIR: dataDir, DATABASE_URL: outside.url })
  expect(out).toContain(`well   data folder: ${dataDir} is not there yet: npm start makes it`)
  expect(out).toContain('well   secrets: the next npm start makes MASTER_KEY and SIGNING_KEY')
  expect(status).toBe(0)
  expect(existsSync(dataDir)).toBe(false)
  await outside.stop()
})

test('a database without its schema is told once, with how to begin, and no secret is made', async () => {
  const dataDir = mkdtempSync(join(folder, 'bare-'))
  await (await startSqld(dataDir)).stop()
  const { status, out } = await admin(dataDir, 'doctor')
  expect(out).toContain('WRONG  schema: there is none yet: begin with npm start')
  expect(out).toContain('later  patient data: looked at once schema is well')
  expect(out).toContain('1 of 12 need you.')
  expect(status).toBe(1)
  expect(existsSync(join(dataDir, 'secrets.json'))).toBe(false)
})

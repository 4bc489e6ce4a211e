import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openDatabase } from '../../db/database.ts'
import { migrate } from '../../db/migrate.ts'
import { freePort } from '../../db/ports.ts'
import { startSqld } from '../../db/sqld.ts'
import { admin, run } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'referloop-damage-'))
const file = join(folder, 'database/dbs/default/data')
const PAGE_BYTES = 4_096
const SAYS = /^The database is damaged \([^\n]*(malformed|not a database)[^\n]*\): restore a backup [^\n]*\.$/

beforeAll(async () => {
  const sqld = await startSqld(folder)
  await migrate(sqld)
  const { client } = openDatabase(sqld)
  await client.execute('CREATE TABLE wide (text TEXT)')
  await client.execute(
    `INSERT INTO wide WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
     SELECT hex(zeroblob(${PAGE_BYTES / 3})) FROM n`,
  )
  // The server brings what was written into the file some seconds later.
  await vi.waitUntil(() => statSync(file).size > 300 * PAGE_BYTES, { timeout: 30_000, interval: 200 })
  await sqld.stop()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Empties pages of the database file, the first being 1. */
function empty(page: number, pages: number): void {
  const data = openSync(file, 'r+')
  writeSync(data, Buffer.alloc(pages * PAGE_BYTES), 0, pages * PAGE_BYTES, (page - 1) * PAGE_BYTES)
  closeSync(data)
}

test('the doctor shows the first damage, how much more there is, and what to do', async () => {
  empty(statSync(file).size / PAGE_BYTES - 199, 200)
  const { status, out } = await admin(folder, 'doctor')
  expect(out).toMatch(
    /\nWRONG {2}database: The database is damaged \(Tree \d+ page \d+[^\n]*, and \d+ more\): restore a backup [^\n]*\n/,
  )
  expect(status).toBe(1)
})

test('a command on a damaged database ends with a sentence', async () => {
  empty(2, 1)
  expect(await admin(folder, 'recount')).toEqual({ status: 1, out: '', err: expect.stringMatching(SAYS) })
})

test('a start and a command on what is no database any more end with the same sentence', async () => {
  empty(1, 1)
  expect((await admin(folder, 'recount')).err).toMatch(SAYS)
  const started = await run('db/start.ts', [], { DATA_DIR: folder, PORT: String(await freePort()) })
  expect({ status: started.status, err: started.err }).toEqual({ status: 1, err: expect.stringMatching(SAYS) })
})

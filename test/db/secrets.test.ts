import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../db/database.ts'
import { knownSecrets, openSecrets } from '../../db/secrets.ts'
import { Sentence } from '../../db/sentence.ts'
import { startSqld } from '../../db/sqld.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { startDatabase } from '../database.ts'

const folder = mkdtempSync(join(tmpdir(), 'referloop-secrets-'))
const MASTER_KEY = Buffer.alloc(32, 1).toString('base64url')
const SIGNING_KEY = Buffer.alloc(32, 2).toString('base64url')
let empty: Awaited<ReturnType<typeof startDatabase>>
let used: Awaited<ReturnType<typeof startDatabase>>
beforeAll(async () => {
  empty = await startDatabase()
  used = await startDatabase()
  const own = { name: 'North Bay', slug: 'north-bay', timezone: 'America/Chicago' }
  await createPractice(used.db, { MASTER_KEY }, own, Date.now())
})
afterAll(async () => {
  await Promise.all([empty.stop(), used.stop()])
  rmSync(folder, { recursive: true, force: true })
})

/** A data folder with this text in its secrets.json, or with none. */
function folderWith(text?: string): { dataDir: string; file: string; kept: () => unknown } {
  const dataDir = mkdtempSync(join(folder, 'data-'))
  const file = join(dataDir, 'secrets.json')
  if (text !== undefined) writeFileSync(file, text)
  return { dataDir, file, kept: () => JSON.parse(readFileSync(file, 'utf8')) }
}
const both = { MASTER_KEY: expect.stringMatching(/^[\w-]{43}$/), SIGNING_KEY: expect.stringMatching(/^[\w-]{43}$/) }

test('secrets are made once for an empty database, readable by their owner alone, and kept', async () => {
  const { dataDir, file, kept } = folderWith()
  const secrets = await openSecrets(empty.db, dataDir, {})
  expect(secrets).toEqual(both)
  expect(kept()).toEqual(secrets)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(await openSecrets(empty.db, dataDir, {})).toEqual(secrets)
})

test('a database without its schema yet counts as empty', async () => {
  const { dataDir } = folderWith()
  const sqld = await startSqld(dataDir)
  expect(await openSecrets(openDatabase(sqld), dataDir, {})).toEqual(both)
  await sqld.stop()
})

test('one that is missing is made and kept beside the other', async () => {
  const { dataDir, kept } = folderWith(JSON.stringify({ SIGNING_KEY }))
  const secrets = await openSecrets(empty.db, dataDir, {})
  expect(secrets).toEqual({ ...both, SIGNING_KEY })
  expect(kept()).toEqual(secrets)
})

test('a signing key can be made anew for a practice, as it opens nothing that is stored', async () => {
  const { dataDir, kept } = folderWith(JSON.stringify({ MASTER_KEY }))
  const secrets = await openSecrets(used.db, dataDir, {})
  expect(secrets).toEqual({ ...both, MASTER_KEY })
  expect(kept()).toEqual(secrets)
})

test.each([
  ['no file', undefined, 'is missing'],
  ['a file without it', JSON.stringify({ SIGNING_KEY }), 'holds no MASTER_KEY'],
  ['a file in which it is empty', JSON.stringify({ MASTER_KEY: '', SIGNING_KEY }), 'holds no MASTER_KEY'],
])('with a practice and %s for its master key, none is made', async (_, text, found) => {
  const { dataDir, file } = folderWith(text)
  const refused = new Sentence(
    `${file} ${found}, and patients' data here is sealed with its MASTER_KEY: put your copy of that file back, or set MASTER_KEY.`,
  )
  await expect(openSecrets(used.db, dataDir, {})).rejects.toEqual(refused)
  expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(text)
})

test.each(['', '{"MASTER_KEY":"AQEBAQ', 'AQEBAQEBAQEB', 'null', '[]'])(
  'a file that holds %j is left as it is, and refused without being quoted',
  async (text) => {
    const { dataDir, file } = folderWith(text)
    for (const { db } of [empty, used])
      await expect(openSecrets(db, dataDir, {})).rejects.toEqual(
        new Sentence(
          `${file} cannot be read (it is empty or cut): put your copy of it back, or remove it where there is no practice yet.`,
        ),
      )
    expect(readFileSync(file, 'utf8')).toBe(text)
  },
)

test('a master key that was cut within its quotes is refused', async () => {
  const { dataDir } = folderWith(JSON.stringify({ MASTER_KEY: MASTER_KEY.slice(0, 20), SIGNING_KEY }))
  await expect(openSecrets(empty.db, dataDir, {})).rejects.toThrow(
    /^The MASTER_KEY in \S+ is not 32 bytes in base64url/,
  )
})

test('the environment wins over the file, and an empty variable is none', async () => {
  const { dataDir, kept } = folderWith(JSON.stringify({ MASTER_KEY, SIGNING_KEY }))
  const other = Buffer.alloc(32, 3).toString('base64url')
  const env = { MASTER_KEY: other, SIGNING_KEY: '' }
  expect(await openSecrets(empty.db, dataDir, env)).toEqual({ MASTER_KEY: other, SIGNING_KEY })
  expect(kept()).toEqual({ MASTER_KEY, SIGNING_KEY })
})

test('who only asks which there are makes none', async () => {
  const { dataDir, file } = folderWith()
  expect(await knownSecrets(empty.db, dataDir, {})).toEqual({})
  expect(existsSync(file)).toBe(false)
})

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { practices, rollups } from '../../db/schema.ts'
import { SCOPES } from '../../worker/access/scopes.ts'
import { type Stack, startStack } from '../stack.ts'
import { admin } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'referloop-admin-'))
const file = join(folder, 'backup.gz')
let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(async () => {
  await stack.stop()
  rmSync(folder, { recursive: true, force: true })
})

const create = ['practice', 'create', '--name', 'North Bay', '--slug', 'north-bay', '--timezone', 'America/Chicago']

test('a practice is created on the running service, and its key opens the API at once', async () => {
  const { out } = await admin(stack.dataDir, ...create, '--demo', '--json')
  const created = JSON.parse(out)
  expect(created).toEqual({
    practice: { id: expect.any(String), slug: 'north-bay' },
    apiKey: expect.any(String),
    signInUrl: expect.stringContaining(`${stack.publicUrl}/practice/sign-in/`),
  })
  const answer = await fetch(`${stack.url}/api/v1/services`, { headers: { Authorization: `Bearer ${created.apiKey}` } })
  expect(answer.status).toBe(200)
})

test('a second practice of that name is refused in words', async () => {
  const { status, err } = await admin(stack.dataDir, ...create)
  expect({ status, err }).toEqual({ status: 1, err: '--slug: Choose another: it is taken.' })
})

test('a practice is not created under another master key than those before it', async () => {
  const dataDir = mkdtempSync(join(folder, 'two-keys-'))
  await admin(dataDir, ...create)
  rmSync(join(dataDir, 'secrets.json'))
  const second = create.map((word) => (word === 'north-bay' ? 'south-bay' : word))
  expect((await admin(dataDir, ...second)).err).toContain('secrets.json is missing')
  const MASTER_KEY = Buffer.alloc(32, 1).toString('base64url')
  writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify({ MASTER_KEY }))
  expect((await admin(dataDir, ...second)).err).toContain('does not open this database')
})

test('a key has the scopes that it was created with, and no others', async () => {
  const { out } = await admin(
    stack.dataDir,
    'key',
    'create',
    '--practice',
    'north-bay',
    '--scopes',
    'stats:read',
    '--json',
  )
  const { apiKey } = JSON.parse(out)
  const headers = { Authorization: `Bearer ${apiKey}` }
  const refused = await fetch(`${stack.url}/api/v1/referrers`, { headers, method: 'POST', body: '{}' })
  expect(refused.status).toBe(403)
})

test('an owner whose link is used up gets another, which works once', async () => {
  const { out } = await admin(stack.dataDir, 'sign-in', 'create', '--practice', 'north-bay', '--json')
  const { signInUrl } = JSON.parse(out)
  const answers = [await fetch(signInUrl, { redirect: 'manual' }), await fetch(signInUrl, { redirect: 'manual' })]
  expect(answers.map(({ status }) => status)).toEqual([303, 410])
  const { err } = await admin(stack.dataDir, 'sign-in', 'create', '--practice', 'nowhere')
  expect(err).toContain('There is no practice nowhere')
})

test('a scope that does not exist is answered with those that do', async () => {
  const { status, err } = await admin(stack.dataDir, 'key', 'create', '--practice', 'north-bay', '--scopes', 'stats')
  expect(status).toBe(1)
  expect(err).toBe(`There is no scope stats: use some of ${SCOPES.join(', ')}.`)
})

test.each([[['practise', 'create']], [['--verbose']], [[]]])('%j is answered with one line of help', async (words) => {
  const { status, out, err } = await admin(stack.dataDir, ...words)
  expect({ status, out }).toEqual({ status: 1, out: '' })
  expect(err).toMatch(
    /^[^\n]*practice create, key create, sign-in create, doctor, backup FILE, restore FILE, rotate, recount, reclassify\.$/,
  )
})

test('the doctor finds a running service well', async () => {
  const { status, out } = await admin(stack.dataDir, 'doctor', '--json')
  expect(JSON.parse(out)).toMatchObject({ ok: true })
  expect(out).toContain('runs and is ready')
  expect(status).toBe(0)
})

test('the doctor finds secrets that others can read, and says what to do', async () => {
  const dataDir = mkdtempSync(join(folder, 'open-'))
  await admin(dataDir, ...create)
  chmodSync(join(dataDir, 'secrets.json'), 0o644)
  const { status, out } = await admin(dataDir, 'doctor')
  expect(out).toContain(`WRONG  secrets: others can read ${dataDir}/secrets.json: chmod 600 it`)
  expect(status).toBe(1)
})

test.each(['', 'rubbish', 'null', '{"pid":1}'])(
  'commands that find %j where the service is named say so at once',
  async (text) => {
    const file = join(stack.dataDir, 'running.json')
    const before = readFileSync(file)
    writeFileSync(file, text)
    const { status, err } = await admin(stack.dataDir, 'recount')
    writeFileSync(file, before)
    expect({ status, err }).toEqual({
      status: 1,
      err: `${file} cannot be read, and tells commands where process ${process.pid} serves: stop that one and start it again.`,
    })
  },
)

test('what a killed service said of itself is no matter when none runs', async () => {
  const dataDir = mkdtempSync(join(folder, 'killed-'))
  writeFileSync(join(dataDir, 'running.json'), 'rubbish')
  expect((await admin(dataDir, ...create)).out).toContain('North Bay is created')
  expect(existsSync(join(dataDir, 'running.json'))).toBe(false)
})

test('a recount says what differed, and after it nothing does', async () => {
  expect(JSON.parse((await admin(stack.dataDir, 'recount', '--json')).out)).toMatchObject({ differences: 0 })
  const [practice] = await stack.db.read((sql) => sql.select().from(practices))
  const row = { practiceId: practice?.id ?? '', grain: 'day', bucket: '2026-11-23', measure: 'visit' } as const
  await stack.db.write((sql) => [
    sql.insert(rollups).values({ ...row, officeId: '', referrerId: '', linkId: '', n: 7 }),
  ])
  const { out } = await admin(stack.dataDir, 'recount')
  expect(out).toContain('north-bay: 0 counts, 1 differed and are put right')
  expect((await admin(stack.dataDir, 'recount')).out).toContain('nothing differed')
})

test('hits are decided again by the rules of today, and a dry run only says what would change', async () => {
  const dry = await admin(stack.dataDir, 'reclassify', '--dry-run')
  expect(dry.out).toContain('north-bay: 0 hits looked at by rules')
  expect(dry.out).toContain('nothing changes')
  const { out } = await admin(stack.dataDir, 'reclassify', '--json')
  expect(JSON.parse(out)).toMatchObject({ dryRun: false, practices: [{ slug: 'north-bay', looked: 0, moved: [] }] })
})

test('a name with line separators in it is backed up and restored', async () => {
  const name = 'Line\u2028Paragraph\u2029Next\u0085Return\r\nEnd'
  const dataDir = mkdtempSync(join(folder, 'separators-'))
  const [practice] = await stack.db.read((sql) => sql.select().from(practices))
  const rename = (to: string) => stack.db.write((sql) => [sql.update(practices).set({ name: to })])
  await rename(name)
  const separated = join(folder, 'separated.gz')
  expect((await admin(stack.dataDir, 'backup', separated)).status).toBe(0)
  await rename(practice?.name ?? '')
  copyFileSync(join(stack.dataDir, 'secrets.json'), join(dataDir, 'secrets.json'))
  expect(await admin(dataDir, 'restore', separated)).toMatchObject({ status: 0, err: '' })
  const again = join(folder, 'separated-again.gz')
  await admin(dataDir, 'backup', again)
  expect(gunzipSync(readFileSync(again)).toString()).toContain(JSON.stringify(name))
})

test('a backup is readable by its owner alone and holds no master key', async () => {
  const { out } = await admin(stack.dataDir, 'backup', file)
  expect(out).toContain('The master key is not')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const text = gunzipSync(readFileSync(file)).toString()
  expect(text).toContain('"table":"services"')
  expect(text).not.toContain(stack.secrets.MASTER_KEY)
})

test('a backup replaces no file', async () => {
  const before = readFileSync(file)
  const { status, err } = await admin(stack.dataDir, 'backup', file)
  expect({ status, err }).toEqual({
    status: 1,
    err: `${file} is there already, and a backup replaces nothing: give the name of a new file.`,
  })
  expect(readFileSync(file)).toEqual(before)
})

test('a restore refuses a database that is not empty', async () => {
  const { status, err } = await admin(stack.dataDir, 'restore', file)
  expect(status).toBe(1)
  expect(err).toContain('This database is not empty')
})

test('a restore refuses no master key and another one, and with the right one brings every row back', async () => {
  const dataDir = mkdtempSync(join(folder, 'restored-'))
  expect((await admin(dataDir, 'restore', file)).err).toContain('made with a master key that is not here: put')
  expect(existsSync(join(dataDir, 'secrets.json'))).toBe(false)
  writeFileSync(
    join(dataDir, 'secrets.json'),
    JSON.stringify({ ...stack.secrets, MASTER_KEY: Buffer.alloc(32, 1).toString('base64url') }),
  )
  expect((await admin(dataDir, 'restore', file)).err).toContain('made with another master key: put')
  copyFileSync(join(stack.dataDir, 'secrets.json'), join(dataDir, 'secrets.json'))
  expect((await admin(dataDir, 'restore', file)).status).toBe(0)

  const again = join(folder, 'again.gz')
  await admin(dataDir, 'backup', again)
  const linesOf = (path: string) => gunzipSync(readFileSync(path)).toString().trim().split('\n').slice(1)
  const isNote = (line: string) => line.startsWith('{"table":"restores",')
  expect(linesOf(again).filter(isNote)).toHaveLength(1)
  // Of the restore itself there is a row, and nothing else has come or gone.
  const rowsOf = (path: string) =>
    linesOf(path)
      .filter((line) => !isNote(line))
      .slice(0, -1)
  expect(rowsOf(again)).toEqual(rowsOf(file))
  const endOf = (path: string) => JSON.parse(linesOf(path).at(-1) ?? '').end
  expect(endOf(again)).toBe(endOf(file) + 1)
  const { out } = await admin(dataDir, 'doctor')
  expect(out).toContain('the master key opens all practices (1)')
})

test.each([
  ['cut short', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
  [
    'without its last lines',
    (whole: Buffer) => gzipSync(gunzipSync(whole).toString().split('\n').slice(0, -3).join('\n')),
  ],
])('a backup that was %s restores nothing', async (_, damage) => {
  const dataDir = mkdtempSync(join(folder, 'damaged-'))
  copyFileSync(join(stack.dataDir, 'secrets.json'), join(dataDir, 'secrets.json'))
  const damaged = join(folder, 'damaged.gz')
  writeFileSync(damaged, damage(readFileSync(file)))
  const { status, err } = await admin(dataDir, 'restore', damaged)
  expect(status).toBe(1)
  expect(err).toMatch(
    /^\S+ (is not complete: |cannot be read to its end .*: nothing was restored, )use another backup\.$/,
  )
  expect((await admin(dataDir, 'restore', file)).status).toBe(0)
})

test('a file that is no backup, cannot be read or is not there is answered with a sentence', async () => {
  const dataDir = mkdtempSync(join(folder, 'empty-'))
  const empty = join(folder, 'empty.gz')
  writeFileSync(empty, '')
  const give = 'give a FILE that "npm run admin -- backup FILE" has made.'
  for (const [path, found] of [
    ['package.json', 'is no backup of Referloop'],
    [folder, 'cannot be read (EISDIR)'],
    [join(folder, 'nowhere.gz'), 'is not there'],
  ] as const)
    expect((await admin(dataDir, 'restore', path)).err).toBe(`${path} ${found}: ${give}`)
  expect((await admin(dataDir, 'restore', empty)).err).toBe(`${empty} is cut short: use another backup.`)
})

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../db/database.ts'
import { lockFile } from '../../db/folder.ts'
import { end, ended, startedFor } from '../../db/living.ts'
import { lockHolder } from '../../db/lock.ts'
import { migrate } from '../../db/migrate.ts'
import { freePort } from '../../db/ports.ts'
import { links, practices } from '../../db/schema.ts'
import { startSqld } from '../../db/sqld.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { answers } from '../stack.ts'

const folder = mkdtempSync(join(tmpdir(), 'referloop-start-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Started {
  npm: number
  /** The process that npm runs. */
  node: () => number
  url: string
  output: () => string
  /** Its exit status; null after a signal. */
  exited: Promise<number | null>
}

/** Runs `npm start` in a process group of its own, as a terminal does. */
async function start(dataDir: string, env: Record<string, string> = {}): Promise<Started> {
  const port = env.PORT ?? String(await freePort())
  const child = spawn('npm', ['start'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir, PORT: port, ...env },
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const node = () => lockHolder(lockFile(dataDir)) ?? 0
  return { npm: child.pid ?? 0, node, url: `http://127.0.0.1:${port}`, output: () => output, exited }
}

async function running(started: Started): Promise<Started> {
  await expect.poll(started.output, { timeout: 60_000 }).toContain('Ctrl-C stops it')
  return started
}

/** Everything of a start is gone, and its data folder is free. */
async function nothingLeft({ npm, exited }: Started, dataDir: string, withinMs = 30_000): Promise<void> {
  await exited
  await expect.poll(() => startedFor(dataDir), { timeout: withinMs }).toEqual([])
  expect(lockHolder(lockFile(dataDir))).toBeUndefined()
  expect(await ended(npm, 100)).toBe(true)
}

/** The sentence with which a start ends. */
async function refusal(dataDir: string, env: Record<string, string> = {}): Promise<string> {
  const { exited, output } = await start(dataDir, env)
  expect(await exited).toBe(1)
  const said = output()
    .split('\n')
    .filter((line) => /^[A-Z]/.test(line))
  expect(said).toHaveLength(1)
  return said[0] ?? ''
}

describe('one data folder, started again and again', () => {
  const dataDir = join(folder, 'data')

  test('the first start makes the demo and says where it is, how to sign in and which card to scan', async () => {
    const started = await running(await start(dataDir))
    const { port } = new URL(started.url)
    expect(started.output()).toContain(`Referloop is running at http://localhost:${port}\n`)
    const [signIn] = /http:\S+\/practice\/sign-in\/\S+/.exec(started.output()) ?? []
    const [card] = /http:\S+\/r\/\S+/.exec(started.output()) ?? []
    const scanned = await fetch(card ?? '', { redirect: 'manual' })
    expect(scanned.status).toBe(302)
    const signedIn = await fetch(signIn ?? '', { redirect: 'manual' })
    expect(signedIn.headers.get('location')).toContain('/practice/stats')
    end(started.npm, 'SIGTERM')
    expect(await started.exited).toBe(0)
    await nothingLeft(started, dataDir)
  })

  test('a second start serves within 15 seconds, and Ctrl-C stops all of it', async () => {
    const before = Date.now()
    const started = await running(await start(dataDir))
    expect(Date.now() - before).toBeLessThan(15_000)
    expect(started.output()).not.toContain('Building')
    expect(
      startedFor(dataDir)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['sqld', 'workerd'])
    // A terminal sends it to the whole group.
    process.kill(-started.npm, 'SIGINT')
    await nothingLeft(started, dataDir)
  })

  test('what a killed start left running does not stop the next one', async () => {
    const killed = await running(await start(dataDir))
    end(killed.node(), 'SIGKILL')
    await killed.exited
    expect(startedFor(dataDir)).toHaveLength(2)
    const again = await running(await start(dataDir, { PORT: new URL(killed.url).port }))
    expect(again.output()).toContain('Ended what a killed start had left running')
    expect(startedFor(dataDir)).toHaveLength(2)
    end(again.npm, 'SIGTERM')
    await nothingLeft(again, dataDir)
  })

  test('when npm is killed, all that it started ends by itself', async () => {
    const started = await running(await start(dataDir))
    end(started.npm, 'SIGKILL')
    await nothingLeft(started, dataDir)
  })

  test('a folder in use, and a port that is taken, are refused while the first goes on', async () => {
    const first = await running(await start(dataDir))
    expect(await refusal(dataDir)).toBe(
      `The data folder ${dataDir} is in use by process ${first.node()}: stop that one first, or give this one another DATA_DIR.`,
    )
    const { port } = new URL(first.url)
    expect(await refusal(join(folder, 'other'), { PORT: port })).toBe(
      `Port ${port} is taken: stop what uses it, or choose another with PORT=${Number(port) + 1} npm start.`,
    )
    await answers(first.url)
    end(first.npm, 'SIGTERM')
    await nothingLeft(first, dataDir)
  })

  test('another master key is refused', async () => {
    const MASTER_KEY = Buffer.alloc(32, 1).toString('base64url')
    expect(await refusal(dataDir, { MASTER_KEY })).toMatch(/^The MASTER_KEY of this data folder does not open/)
  })

  test('a schema newer than the code is refused', async () => {
    const sqld = await startSqld(dataDir)
    const db = openDatabase({ url: sqld.url })
    await db.client.execute(
      "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('of next year', 9999999999999)",
    )
    await sqld.stop()
    expect(await refusal(dataDir)).toBe(
      'The database has a newer schema than this code: run the newer version of Referloop, or restore a backup made with this one.',
    )
    expect(startedFor(dataDir)).toEqual([])
  })
})

test('a data folder whose parent is missing is refused, not made up', async () => {
  expect(await refusal(join(folder, 'no/such/place'))).toBe(
    `The data folder ${folder}/no/such/place cannot be made, as the folder above it is missing: make that first, or set DATA_DIR.`,
  )
})

test('a data folder that cannot be written to is refused', async () => {
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  expect(await refusal(file)).toMatch(/is not one that this account can write to: change its owner, or set DATA_DIR\.$/)
})

describe('an outside database', () => {
  test('that cannot be reached is refused with its address', async () => {
    const DATABASE_URL = `http://127.0.0.1:${await freePort()}`
    expect(await refusal(join(folder, 'outside'), { DATABASE_URL })).toMatch(
      new RegExp(`^The database at ${DATABASE_URL} cannot be written to \\(.*\\): check that it runs`),
    )
  })

  test('is used as it is: no server is started, and a practice that is there is left alone', async () => {
    const elsewhere = mkdtempSync(join(folder, 'elsewhere-'))
    const sqld = await startSqld(elsewhere)
    await migrate({ url: sqld.url })
    const db = openDatabase({ url: sqld.url })
    const MASTER_KEY = Buffer.alloc(32, 2).toString('base64url')
    const own = { name: 'North Bay', slug: 'north-bay', timezone: 'America/Chicago' }
    await createPractice(db, { MASTER_KEY }, own, Date.now())
    const dataDir = join(folder, 'beside')
    const started = await running(await start(dataDir, { DATABASE_URL: sqld.url, MASTER_KEY }))
    expect(startedFor(dataDir).map(({ name }) => name)).toEqual(['workerd'])
    expect(await db.read((sql) => sql.$count(practices))).toBe(1)
    expect(await db.read((sql) => sql.$count(links))).toBe(0)
    end(started.npm, 'SIGTERM')
    await nothingLeft(started, dataDir)
    await sqld.stop()
  })
})

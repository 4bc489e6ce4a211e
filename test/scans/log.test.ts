import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { clear } from '../../db/dump.ts'
import { startDatabase } from '../database.ts'
import { admin, run } from '../db/command.ts'
import { differences } from '../proof/recounted.ts'
import { type Stack, startStack } from '../stack.ts'
import { keptBy, lastKept, setAlarms } from './kept.ts'
import { counted, receiptIn, ride, type Scene, scene, until } from './scene.ts'

/* What the log keeps, and what becomes of it: the stack is stopped, its log is brought into the state that is meant, and started again. */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const folder = mkdtempSync(join(tmpdir(), 'referloop-log-'))
const dataDir = mkdtempSync(join(folder, 'data-'))
let stack: Stack
let at: Scene
let scenes = 0

beforeAll(async () => {
  stack = await startStack({ dataDir })
})
beforeEach(async () => {
  at = await scene(stack, `log-${++scenes}`)
})
afterAll(async () => {
  await stack?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Scans the card so many times, and shows the page of the first; what was scanned. */
async function scanned(on: Stack, times: number): Promise<void> {
  const receipts: string[] = []
  for (let i = 0; i < times; i++) receipts.push(receiptIn(await ride(on, `/q/${at.codes[0]}`)))
  await ride(on, `/visits?p=${at.slug}`, { method: 'POST', body: receipts[0] ?? '' })
}

const settled = (on: Stack, counts: Record<string, number>, limitMs?: number) =>
  until(
    () => counted(on.db, at.practiceId),
    (found) => Object.entries(counts).every(([measure, n]) => found[measure] === n),
    limitMs,
  )

/** While the stack is stopped. */
async function whileStopped(act: (kept: DatabaseSync) => void): Promise<void> {
  await stack.stop()
  const kept = keptBy(dataDir, at.practiceId)
  act(kept)
  kept.close()
  stack = await startStack({ dataDir })
}

const one = (kept: DatabaseSync, sql: string) => Number(Object.values(kept.prepare(sql).get() ?? {})[0])
const FLUSHED = 'SELECT seq FROM flushed'
const LAST = 'SELECT max(seq) FROM commits'

test('a batch that was stored just before a kill, and not yet noted as sent, is sent again and counts once', async () => {
  await scanned(stack, 6)
  await settled(stack, { 'hit:person': 6, visit: 1 })
  await whileStopped((kept) => kept.exec('UPDATE flushed SET seq = 0'))
  await scanned(stack, 2)
  expect(await settled(stack, { 'hit:person': 8, visit: 2 })).toEqual({ 'hit:person': 8, visit: 2 })
  await whileStopped((kept) => expect(one(kept, FLUSHED)).toBe(one(kept, LAST)))
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 8, visit: 2 })
})

test('after the clock was put back by hours, what waits does not wait for hours', async () => {
  await stack.worker.scheduled(Date.now())
  await stack.database.stop()
  await scanned(stack, 3)
  await whileStopped((kept) => {
    expect(one(kept, FLUSHED)).toBe(0)
    kept.prepare('UPDATE commits SET at = at + ?').run(5 * HOUR_MS)
    setAlarms(dataDir, kept, Date.now() + 5 * HOUR_MS)
  })
  expect(await settled(stack, { 'hit:person': 3, visit: 1 })).toEqual({ 'hit:person': 3, visit: 1 })
})

test('what is in the database is kept for seven days, by a clock that was right; what is not, until it is', async () => {
  await scanned(stack, 4)
  await settled(stack, { 'hit:person': 4, visit: 1 })
  await whileStopped((kept) => {
    const move = kept.prepare('UPDATE commits SET at = at + ? WHERE seq = ?')
    move.run(-8 * DAY_MS, 1)
    move.run(30 * DAY_MS, 2)
    move.run(-6 * DAY_MS, 3)
    const event = lastKept(kept)
    if (!('visit' in event)) throw new Error('the last event is the visit')
    const waits = { hit: { ...event.visit.scan, id: nanoid(), at: Date.now() - 40 * DAY_MS } }
    kept.prepare('INSERT INTO commits (at, events) VALUES (?, ?)').run(waits.hit.at, JSON.stringify([waits]))
  })
  expect(await settled(stack, { 'hit:person': 5, visit: 1 })).toEqual({ 'hit:person': 5, visit: 1 })
  // The one that has waited so long is in the database now, and no longer kept; what is younger stays.
  await whileStopped((kept) =>
    expect(kept.prepare('SELECT seq FROM commits').all()).toEqual([3, 4, 5].map((seq) => ({ seq }))),
  )
})

test('after a restore on one machine, the scans since the backup come back, and count once', async () => {
  const file = join(folder, 'machine.gz')
  await scanned(stack, 3)
  await settled(stack, { 'hit:person': 3, visit: 1 })
  expect((await admin(dataDir, 'backup', file)).status).toBe(0)
  await scanned(stack, 4)
  await settled(stack, { 'hit:person': 7, visit: 2 })
  await stack.stop()

  const restored = mkdtempSync(join(folder, 'restored-'))
  cpSync(join(dataDir, 'secrets.json'), join(restored, 'secrets.json'))
  cpSync(join(dataDir, 'worker'), join(restored, 'worker'), { recursive: true })
  expect((await admin(restored, 'restore', file)).out).toContain('follow by themselves')
  stack = await startStack({ dataDir: restored })
  expect(await settled(stack, { 'hit:person': 7, visit: 2 })).toEqual({ 'hit:person': 7, visit: 2 })
  // Only once: a log that has heard of a restore does not begin again at the next minute, or the next start.
  await stack.stop()
  const kept = keptBy(restored, at.practiceId)
  expect(one(kept, FLUSHED)).toBe(one(kept, LAST))
  kept.close()
  stack = await startStack({ dataDir: restored })
  await stack.worker.scheduled(Date.now())
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 7, visit: 2 })
  expect(await differences(stack)).toBe(0)
  await stack.stop()
  stack = await startStack({ dataDir })
})

test('after an outside database was restored under the running Worker, the scans since the backup come back', async () => {
  const outside = await startDatabase()
  const dataDir = mkdtempSync(join(folder, 'outside-'))
  const file = join(folder, 'outside.gz')
  const command = (...words: string[]) => run('db/admin.ts', words, { DATA_DIR: dataDir, DATABASE_URL: outside.url })
  const on = await startStack({ dataDir, databaseUrl: outside.url })
  try {
    at = await scene(on, 'outside')
    await scanned(on, 3)
    await settled(on, { 'hit:person': 3, visit: 1 })
    expect((await command('backup', file)).status).toBe(0)
    await scanned(on, 4)
    await settled(on, { 'hit:person': 7, visit: 2 })
    await clear(outside.db.client)
    // A card that is scanned while there is nothing in the database.
    await scanned(on, 1)
    expect((await command('restore', file)).status).toBe(0)
    await on.worker.scheduled(Date.now())
    expect(await settled(on, { 'hit:person': 8, visit: 3 })).toEqual({ 'hit:person': 8, visit: 3 })
    expect(await differences(on)).toBe(0)
  } finally {
    await on.stop()
    await outside.stop()
  }
})

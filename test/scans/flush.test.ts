import { eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { links, scans, visits } from '../../db/schema.ts'
import { recount } from '../../worker/counts/recount.ts'
import { flush } from '../../worker/scans/flush.ts'
import type { Event, Hit } from '../../worker/scans/rows.ts'
import { summarize } from '../../worker/stats/summary.ts'
import { type Stack, startStack } from '../stack.ts'
import { counted, type Scene, scene } from './scene.ts'

let stack: Stack
let linkId: string
let at: Scene
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.stop())

async function newScene(slug: string) {
  at = await scene(stack, slug)
  const [link] = await stack.db.read((sql) => sql.select().from(links).where(eq(links.code, at.codes[0])))
  linkId = link?.id ?? ''
}

const hit = (more: Partial<Hit> = {}): Hit => ({
  practiceId: at.practiceId,
  timezone: 'America/Chicago',
  id: nanoid(),
  linkId,
  officeId: at.officeId,
  referrerId: at.referrerId,
  at: Date.parse('2026-11-01T04:59:59Z'),
  class: 'person',
  via: 'qr',
  rules: 'none',
  rulesVersion: 1,
  device: 'phone',
  browser: 'safari',
  country: null,
  region: null,
  ...more,
})
const deliver = (events: Event[]) => flush(stack.db, at.practiceId, events)

test('a batch that comes twice, in parts and out of order counts once', async () => {
  await newScene('twice')
  const hits = Array.from({ length: 50 }, () => hit())
  const events: Event[] = hits.flatMap((one, i) => [
    { hit: one },
    ...(i % 5 === 0
      ? [{ visit: { scan: { ...one, rules: 'receipt' }, at: one.at + 1_000, how: 'script' as const } }]
      : []),
  ])
  await deliver(events.slice(30))
  await deliver(events)
  await deliver(events.slice(0, 40).reverse())
  await Promise.all([deliver(events), deliver(events), deliver(events.slice(10, 20))])
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 50, visit: 10 })
  const rows = await stack.db.read((sql) => sql.select().from(scans).where(eq(scans.practiceId, at.practiceId)))
  expect(rows).toHaveLength(50)
  expect(rows.every(({ referrerId }) => referrerId === at.referrerId)).toBe(true)
})

test('a visit whose scan never arrived brings the scan back, and the scan may still come', async () => {
  await newScene('brought')
  const scan = hit()
  await deliver([{ visit: { scan: { ...scan, rules: 'receipt' }, at: scan.at + 5_000, how: 'image' } }])
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 1, visit: 1 })
  await deliver([{ hit: scan }])
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 1, visit: 1 })
  const [visit] = await stack.db.read((sql) => sql.select().from(visits).where(eq(visits.practiceId, at.practiceId)))
  expect(visit).toMatchObject({ id: scan.id, how: 'image', referrerId: at.referrerId })
})

test('in one batch, what the hit knows of itself wins over what its visit brought', async () => {
  await newScene('wins')
  const scan = hit({ rules: 'none', browser: 'chrome' })
  await deliver([
    { visit: { scan: { ...scan, rules: 'receipt', browser: 'other' }, at: scan.at, how: 'script' } },
    { hit: scan },
  ])
  const [row] = await stack.db.read((sql) => sql.select().from(scans).where(eq(scans.practiceId, at.practiceId)))
  expect(row).toMatchObject({ rules: 'none', browser: 'chrome' })
})

test('a hit counts in its quarter in UTC and on its day and month on the wall clock of the practice', async () => {
  await newScene('buckets')
  await deliver([{ hit: hit() }, { hit: hit({ referrerId: null, class: 'bot' }) }])
  const { rollups } = await import('../../db/schema.ts')
  const rows = await stack.db.read((sql) => sql.select().from(rollups).where(eq(rollups.practiceId, at.practiceId)))
  expect(
    rows.map(({ grain, bucket, referrerId, measure, n }) => [grain, bucket, referrerId === '', measure, n]).sort(),
  ).toEqual([
    ['day', '2026-10-31', false, 'hit:person', 1],
    ['day', '2026-10-31', true, 'hit:bot', 1],
    ['month', '2026-10', false, 'hit:person', 1],
    ['month', '2026-10', true, 'hit:bot', 1],
    ['quarter', '2026-11-01T04:45Z', false, 'hit:person', 1],
    ['quarter', '2026-11-01T04:45Z', true, 'hit:bot', 1],
  ])
})

test('an event that can never be stored does not hold up the others', async () => {
  await newScene('poison')
  const good = Array.from({ length: 5 }, () => ({ hit: hit() }))
  const noLink = { hit: hit({ linkId: 'gone' }) }
  const noOffice = { hit: hit({ officeId: 'gone' }) }
  await deliver([...good.slice(0, 2), noLink, noOffice, ...good.slice(2)])
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 5 })
})

test('a hit whose redirect did not wait for the log is marked and counted late, once, whichever comes first', async () => {
  await newScene('late')
  const [inTime, first, second] = [hit(), hit(), hit({ referrerId: null, class: 'bot' })]
  const late = (one: Hit): Event => ({ hit: { ...one, isLate: true } })
  await deliver([{ hit: inTime }, { hit: first }])
  await deliver([late(first), late(second)])
  await Promise.all([deliver([late(first), { hit: second }]), deliver([{ hit: first }, late(second), late(second)])])
  const rows = await stack.db.read((sql) => sql.select().from(scans).where(eq(scans.practiceId, at.practiceId)))
  expect(new Map(rows.map(({ id, isLate }) => [id, isLate]))).toEqual(
    new Map([
      [inTime.id, false],
      [first.id, true],
      [second.id, true],
    ]),
  )
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 2, 'hit:bot': 1 })
  const { late: counts, totals } = await summarize(
    stack.db,
    { id: at.practiceId, timezone: 'America/Chicago' },
    { from: '2026-10-31', to: '2026-10-31' },
    0,
  )
  expect({ counts, hits: totals.hits }).toEqual({ counts: 2, hits: 3 })
  expect((await recount(stack.db, at.practiceId, { write: false })).flatMap(({ differences }) => differences)).toEqual(
    [],
  )
})

test('a call that is started counts once a visit, and equals a recount', async () => {
  await newScene('call-starts')
  const scan = hit()
  const callStart = { scan, at: scan.at + 20_000 }
  await deliver([{ callStart }])
  await deliver([{ hit: scan }, { callStart }, { callStart: { ...callStart, at: scan.at + 90_000 } }])
  await Promise.all([deliver([{ callStart }]), deliver([{ callStart }])])
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 1, callStart: 1 })
  expect((await recount(stack.db, at.practiceId, { write: false }))[0]?.differences).toEqual([])
})

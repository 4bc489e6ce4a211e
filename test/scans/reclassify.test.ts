import { and, eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { batches, links, scans, visits } from '../../db/schema.ts'
import { recount } from '../../worker/counts/recount.ts'
import { type HitClass, RULES_VERSION } from '../../worker/scans/classify.ts'
import { featuresOf } from '../../worker/scans/features.ts'
import { flush } from '../../worker/scans/flush.ts'
import { reclassify } from '../../worker/scans/reclassify.ts'
import type { Event, Hit } from '../../worker/scans/rows.ts'
import { PHONE } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { counted, type Scene, scene } from './scene.ts'

let stack: Stack
let at: Scene
let linkId: string
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.stop())

async function newScene(slug: string) {
  at = await scene(stack, slug)
  const [link] = await stack.db.read((sql) => sql.select().from(links).where(eq(links.code, at.codes[0])))
  linkId = link?.id ?? ''
}

const kept = (agent: string) => featuresOf('GET', new Headers({ 'User-Agent': agent }), 'http://x/q/K7M4HXR2')
const [OF_A_PERSON, OF_CURL] = [kept(PHONE), kept('curl/8.9.1')]

/** As rules of before took it, at odd hours over half a year in which the clocks change. */
const hit = (i: number, taken: HitClass, features: string, more: Partial<Hit> = {}): Hit => ({
  practiceId: at.practiceId,
  timezone: 'America/Chicago',
  id: nanoid(),
  linkId,
  officeId: at.officeId,
  referrerId: i % 3 ? at.referrerId : null,
  at: Date.parse('2026-06-01T04:59:00Z') + i * 7 * 3_600_000 + i * 61_000,
  class: taken,
  via: 'qr',
  rules: 'none',
  rulesVersion: 1,
  features,
  device: 'phone',
  browser: 'safari',
  country: null,
  region: null,
  ...more,
})
const deliver = (hits: Hit[]) =>
  flush(
    stack.db,
    at.practiceId,
    hits.map((one): Event => ({ hit: one })),
  )
const again = async (write: boolean) => (await reclassify(stack.db, at.practiceId, { write }))[0]
const differences = async () => (await recount(stack.db, at.practiceId, { write: false }))[0]?.differences
const rowOf = async (id: string) =>
  (
    await stack.db.read((sql) =>
      sql
        .select()
        .from(scans)
        .where(and(eq(scans.practiceId, at.practiceId), eq(scans.id, id))),
    )
  )[0]

test('hits are taken for what the rules of today say, and their counts move along', async () => {
  await newScene('moved')
  await deliver([
    ...Array.from({ length: 700 }, (_, i) => hit(i, 'person', OF_CURL)),
    ...Array.from({ length: 300 }, (_, i) => hit(i, 'bot', OF_A_PERSON, { rules: 'agent-list' })),
    ...Array.from({ length: 400 }, (_, i) => hit(i, 'person', OF_A_PERSON)),
  ])
  const before = await counted(stack.db, at.practiceId)
  expect(before).toEqual({ 'hit:person': 1_100, 'hit:bot': 300 })
  const says = {
    looked: 1_400,
    moved: expect.arrayContaining([
      { from: 'person', to: 'bot', hits: 700 },
      { from: 'bot', to: 'person', hits: 300 },
    ]),
  }
  expect(await again(false)).toMatchObject(says)
  expect(await counted(stack.db, at.practiceId)).toEqual(before)
  expect(await again(true)).toMatchObject(says)
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 700, 'hit:bot': 700 })
  expect(await differences()).toEqual([])
  expect(await again(true)).toMatchObject({ looked: 1_400, moved: [] })
})

test('what moved carries the rules that moved it; what stays carries those that decided it then', async () => {
  await newScene('carries')
  const [moves, stays] = [hit(1, 'person', OF_CURL), hit(2, 'person', OF_A_PERSON)]
  await deliver([moves, stays])
  await again(true)
  expect(await rowOf(moves.id)).toMatchObject({
    class: 'bot',
    rules: 'agent-library agent-bare agent-list',
    rulesVersion: RULES_VERSION,
  })
  expect(await rowOf(stays.id)).toMatchObject({ class: 'person', rules: 'none', rulesVersion: 1 })
})

test('rows of which too little was kept, or that no rule about a request decided, stay as they are', async () => {
  await newScene('stay')
  const rows = [
    hit(1, 'person', ''),
    hit(2, 'person', OF_CURL.replace(/^1/, '9')),
    hit(3, 'person', OF_CURL, { rules: 'receipt' }),
    hit(4, 'person', OF_CURL, { rules: 'prefetch-shown' }),
    hit(5, 'staff', OF_CURL, { rules: 'before-hand-out' }),
    hit(6, 'staff', OF_A_PERSON, { rules: 'before-hand-out none' }),
  ]
  await deliver(rows)
  expect(await again(true)).toMatchObject({ looked: 0, moved: [] })
  for (const row of rows) expect(await rowOf(row.id)).toMatchObject({ class: row.class, rules: row.rules })
})

test('a hit whose page was shown is a person, whatever its headers look like; its visit stays', async () => {
  await newScene('proven')
  const [shown, late] = [hit(1, 'person', OF_CURL), hit(2, 'person', OF_CURL)]
  await deliver([shown, late])
  await flush(stack.db, at.practiceId, [{ visit: { scan: shown, at: shown.at + 1_000, how: 'script' } }])
  expect(await again(true)).toMatchObject({ moved: [{ from: 'person', to: 'bot', hits: 1 }] })
  expect(await rowOf(shown.id)).toMatchObject({ class: 'person', rules: 'none' })
  // The other's visit comes only now: its receipt was signed when it was a person's.
  await flush(stack.db, at.practiceId, [{ visit: { scan: late, at: late.at + 1_000, how: 'booking' } }])
  expect(await again(true)).toMatchObject({ moved: [{ from: 'bot', to: 'person', hits: 1 }] })
  expect(await rowOf(late.id)).toMatchObject({ class: 'person', rules: 'receipt' })
  expect(await counted(stack.db, at.practiceId)).toMatchObject({ 'hit:person': 2, visit: 2 })
  expect(
    await stack.db.read((sql) => sql.select().from(visits).where(eq(visits.practiceId, at.practiceId))),
  ).toHaveLength(2)
  expect(await differences()).toEqual([])
  expect(await again(true)).toMatchObject({ moved: [] })
})

test('of a print run that was not handed out yet, no hit becomes a scan', async () => {
  await newScene('printed')
  const printed = { ofLinkId: linkId, linkId, quantity: 500, handOutDay: '2026-06-03', at: 0, by: 'system' }
  await stack.db.write((sql) => [sql.insert(batches).values({ practiceId: at.practiceId, ...printed })])
  const [before, after] = ['2026-06-03T04:59:59Z', '2026-06-03T05:00:00Z'].map((time) =>
    hit(0, 'bot', OF_A_PERSON, { rules: 'agent-list', at: Date.parse(time) }),
  )
  if (!before || !after) throw new Error('there are two')
  await deliver([before, after])
  await again(true)
  expect(await rowOf(before.id)).toMatchObject({ class: 'staff', rules: 'before-hand-out' })
  expect(await rowOf(after.id)).toMatchObject({ class: 'person', rules: 'none' })
  expect(await differences()).toEqual([])
  expect(await again(true)).toMatchObject({ moved: [] })
})

test('several at once, while scans come in, move each hit once', async () => {
  await newScene('at-once')
  await deliver(Array.from({ length: 2_500 }, (_, i) => hit(i % 500, 'person', OF_CURL)))
  let isOver = false
  let came = 0
  const coming = (async () => {
    for (; !isOver; came += 50) await deliver(Array.from({ length: 50 }, (_, i) => hit(i, 'person', OF_A_PERSON)))
  })()
  await Promise.all([again(true), again(true), again(true)])
  isOver = true
  await coming
  expect(await counted(stack.db, at.practiceId)).toMatchObject({ 'hit:bot': 2_500, 'hit:person': came })
  expect(await differences()).toEqual([])
})

test('broken off by an outage in mid-way and begun again, it ends as if nothing had been', async () => {
  await newScene('broken-off')
  await deliver(Array.from({ length: 3_000 }, (_, i) => hit(i % 500, 'person', OF_CURL)))
  const first = again(true).catch((error: unknown) => error)
  await stack.database.kill()
  await first
  await stack.database.start()
  await again(true)
  expect(await counted(stack.db, at.practiceId)).toMatchObject({ 'hit:bot': 3_000, 'hit:person': 0 })
  expect(await differences()).toEqual([])
})

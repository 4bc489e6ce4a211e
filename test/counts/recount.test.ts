import { and, eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stored } from '../../db/database.ts'
import { links, rollups } from '../../db/schema.ts'
import { recount } from '../../worker/counts/recount.ts'
import { newCode } from '../../worker/links/codes.ts'
import { flush } from '../../worker/scans/flush.ts'
import type { Hit } from '../../worker/scans/rows.ts'
import { ask } from '../api.ts'
import { counted, receiptIn, ride, type Scene, scene, until } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let at: Scene
beforeAll(async () => {
  stack = await startStack()
  at = await scene(stack, 'recount')
  const receipt = receiptIn(await ride(stack, `/q/${at.codes[0]}`))
  await ride(stack, '/visits?p=recount', { method: 'POST', body: receipt })
  await ride(stack, `/q/${at.codes[1]}`, { method: 'HEAD' })
  await until(
    () => counted(stack.db, at.practiceId),
    ({ visit, 'hit:head': head }) => visit === 1 && head === 1,
  )
  await flush(stack.db, at.practiceId, await hits())
})
afterAll(() => stack?.stop())

/** Two years of scans at odd hours, in whose time the clocks change four times. */
async function hits(): Promise<{ hit: Hit }[]> {
  const [link] = await stack.db.read((sql) => sql.select().from(links).where(eq(links.code, at.codes[0])))
  return Array.from({ length: 400 }, (_, i) => ({
    hit: {
      practiceId: at.practiceId,
      timezone: 'America/Chicago',
      id: nanoid(),
      linkId: link?.id ?? '',
      officeId: at.officeId,
      referrerId: i % 2 ? at.referrerId : null,
      at: Date.parse('2024-01-01T05:59:00Z') + i * 44 * 3_600_000 + i * 61_000,
      class: i % 7 ? 'person' : 'bot',
      via: 'qr',
      rules: 'none',
      rulesVersion: 1,
      device: 'phone',
      browser: 'safari',
      country: null,
      region: null,
    },
  }))
}

test('where facts and counts were written together, a recount finds nothing to change', async () => {
  const [found] = await recount(stack.db, at.practiceId, { write: false })
  expect(found).toMatchObject({ practiceId: at.practiceId, slug: 'recount', differences: [] })
  expect(found?.counts).toBeGreaterThan(700)
})

test('counts that were lost, added or made up are found and put right', async () => {
  const rows = await stack.db.read((sql) => sql.select().from(rollups).where(eq(rollups.practiceId, at.practiceId)))
  const day = rows.find(({ grain, measure }) => grain === 'day' && measure === 'hit:bot')
  const month = rows.find(({ grain }) => grain === 'month')
  if (!day || !month) throw new Error('there are counts of each grain')
  stored(
    await stack.db.write((sql) => [
      sql
        .delete(rollups)
        .where(
          and(eq(rollups.practiceId, at.practiceId), eq(rollups.bucket, day.bucket), eq(rollups.measure, 'hit:bot')),
        ),
      sql
        .update(rollups)
        .set({ n: month.n + 5 })
        .where(
          and(
            eq(rollups.practiceId, at.practiceId),
            eq(rollups.bucket, month.bucket),
            eq(rollups.measure, month.measure),
            eq(rollups.referrerId, month.referrerId),
          ),
        ),
      sql.insert(rollups).values({ ...month, bucket: '2031-01', measure: 'visit', n: 3 }),
    ]),
  )
  const [found] = await recount(stack.db, at.practiceId, { write: false })
  expect(found?.differences.map(({ bucket, measure, was, shouldBe }) => ({ bucket, measure, was, shouldBe }))).toEqual(
    expect.arrayContaining([
      { bucket: day.bucket, measure: 'hit:bot', was: 0, shouldBe: day.n },
      { bucket: month.bucket, measure: month.measure, was: month.n + 5, shouldBe: month.n },
      { bucket: '2031-01', measure: 'visit', was: 3, shouldBe: 0 },
    ]),
  )
  expect((await recount(stack.db, 'all', { write: true }))[0]?.differences).toHaveLength(3)
  expect((await recount(stack.db, at.practiceId, { write: false }))[0]?.differences).toEqual([])
})

test('while scans are written without pause, counts and facts agree at every moment', async () => {
  let isOver = false
  const writer = (async () => {
    while (!isOver) await flush(stack.db, at.practiceId, await hits())
  })()
  for (let i = 0; i < 5; i++)
    expect((await recount(stack.db, at.practiceId, { write: false }))[0]?.differences).toEqual([])
  isOver = true
  await writer
})

test('calls and bookings agree with their counts too', async () => {
  const headers = { 'Idempotency-Key': nanoid() }
  const key = at.apiKey
  const call = await ask(stack.url, 'POST /api/v1/calls', { key, body: { code: at.codes[0] } })
  expect(call.status).toBe(201)
  const from = new Date().toISOString().slice(0, 10)
  const { body } = await ask<{ slots: { start: string }[] }>(
    stack.url,
    `GET /api/v1/practices/recount/services/${at.service}/slots?from=${from}&days=30`,
  )
  const booking = await ask<{ id: string }>(stack.url, 'POST /api/v1/practices/recount/bookings', {
    headers,
    body: {
      service: at.service,
      start: body.slots[3]?.start,
      code: at.codes[0],
      shareWithReferrer: true,
      patient: { name: 'Maria Delgado-Hughes', phone: '+1 312 555 0177', dateOfBirth: '1961-02-28' },
    },
  })
  expect(booking.status, JSON.stringify(booking.body)).toBe(201)
  const cancelled = await ask(stack.url, `POST /api/v1/bookings/${booking.body.id}/cancellation`, { key })
  expect(cancelled.status, JSON.stringify(cancelled.body)).toBe(200)
  expect(await counted(stack.db, at.practiceId)).toMatchObject({
    call: 1,
    referral: 1,
    booking: 1,
    'evidence:code': 1,
    cancelled: 1,
  })
  expect((await recount(stack.db, at.practiceId, { write: false }))[0]?.differences).toEqual([])
})

test('a month with more links and hours than one answer holds is compared, and put right', async () => {
  const { practiceId } = await scene(stack, 'very-many')
  const [like] = await stack.db.read((sql) => sql.select().from(links).where(eq(links.practiceId, practiceId)))
  if (!like) throw new Error('the scene has links')
  const many = Array.from({ length: 300 }, () => ({ ...like, id: nanoid(), code: newCode(), alias: null }))
  stored(await stack.db.write((sql) => [sql.insert(links).values(many)]))
  const [first] = await hits()
  if (!first) throw new Error('there are hits')
  const { officeId, referrerId } = like
  const at = Date.parse('2026-03-02T06:00Z')
  for (let quarter = 0; quarter < 100; quarter++)
    await flush(
      stack.db,
      practiceId,
      many.map(({ id: linkId }) => ({
        hit: { ...first.hit, practiceId, officeId, referrerId, linkId, id: nanoid(), at: at + quarter * 900_000 },
      })),
    )
  expect(await recount(stack.db, practiceId, { write: false })).toMatchObject([{ counts: 30_900, differences: [] }])
  stored(await stack.db.write((sql) => [sql.delete(rollups).where(eq(rollups.practiceId, practiceId))]))
  const [found] = await recount(stack.db, practiceId, { write: true })
  expect(found?.differences).toHaveLength(30_900)
  expect(await recount(stack.db, practiceId, { write: false })).toMatchObject([{ counts: 30_900, differences: [] }])
}, 120_000)

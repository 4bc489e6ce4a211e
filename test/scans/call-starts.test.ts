import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callStarts } from '../../db/schema.ts'
import { signReceipt } from '../../worker/scans/receipt.ts'
import { ask, askUntil } from '../api.ts'
import { type Stack, startStack } from '../stack.ts'
import { receiptIn, ride, type Scene, scene, until } from './scene.ts'

let stack: Stack
let at: Scene
let other: Scene
beforeAll(async () => {
  stack = await startStack()
  at = await scene(stack, 'tapped')
  other = await scene(stack, 'not-tapped')
})
afterAll(() => stack?.stop())

const tap = (body: string, practice = 'tapped') => ride(stack, `/calls/started?p=${practice}`, { method: 'POST', body })
const scanned = async () => receiptIn(await ride(stack, `/q/${at.codes[0]}`))
const rowsOf = ({ practiceId }: Scene) =>
  stack.db.read((sql) => sql.select().from(callStarts).where(eq(callStarts.practiceId, practiceId)))

test('a tap on the number is one call started a visit, for the card’s office and doctor', async () => {
  const receipt = await scanned()
  for (const _ of [1, 2, 3]) expect((await tap(receipt)).status).toBe(204)
  const rows = await until(
    () => rowsOf(at),
    (found) => found.length > 0,
  )
  expect(rows).toMatchObject([{ id: receipt.split('.')[0], officeId: at.officeId, referrerId: at.referrerId }])
  const today = new Date().toISOString().slice(0, 10)
  const day = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10)
  const read = <T>(report: string) =>
    ask<T>(stack.url, `GET /api/v1/stats/${report}?from=${day}&to=${today}` as 'GET /', { key: at.apiKey })
  const summary = await askUntil(
    () => read<{ totals: Record<string, number> }>('summary'),
    ({ body }) => body.totals.callStarts === 1,
    5_000,
  )
  expect(summary.body.totals).toMatchObject({ callStarts: 1, calls: 0 })
  const { body } = await read<{ points: { callStarts: number }[] }>('timeseries')
  expect(body.points.reduce((sum, point) => sum + point.callStarts, 0)).toBe(1)
})

test('what proves nothing is answered alike, and counts nothing', async () => {
  const before = (await rowsOf(at)).length
  const receipt = await scanned()
  const signed = (more: object) =>
    signReceipt(stack.secrets, {
      ...{ practiceId: at.practiceId, scanId: 'scan-of-a-test', code: at.codes[0], at: Date.now() },
      ...more,
    })
  const bad = [
    '',
    'anything',
    `${receipt.slice(0, -1)}${receipt.endsWith('A') ? 'B' : 'A'}`,
    signed({ class: 'bot' }),
    signed({ class: 'staff' }),
    signed({ at: Date.now() - 91 * 86_400_000 }),
    'x'.repeat(5_000),
  ]
  for (const body of bad) expect((await tap(body)).status).toBe(204)
  expect((await tap(receipt, 'not-tapped')).status).toBe(204)
  await tap(receipt)
  await until(
    () => rowsOf(at),
    (found) => found.length > before,
  )
  expect(await rowsOf(at)).toHaveLength(before + 1)
  expect(await rowsOf(other)).toEqual([])
})

import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scans } from '../../db/schema.ts'
import { en } from '../../site/text/en.ts'
import { LOG_LIMIT_MS } from '../../worker/scans/redirect.ts'
import { type Stack, startStack } from '../stack.ts'
import { counted, receiptIn, ride, type Scene, scene, until } from './scene.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.stop())

test('with the database stopped, links that nobody remembers still lead to their page, and nothing is lost or double', async () => {
  const at = await scene(stack, 'outage')
  await stack.worker.scheduled(Date.now())
  await stack.database.stop()
  await stack.killWorker()
  const receipts: string[] = []
  for (let i = 0; i < 40; i++)
    receipts.push(await scanned(at, i % 3 === 0 ? '/r/outage-poster' : `/q/${at.codes[i % 2]}`))
  for (const receipt of receipts.slice(0, 10)) {
    expect((await ride(stack, '/visits?p=outage', { method: 'POST', body: receipt })).status).toBe(204)
  }
  await stack.database.start()
  expect(await idsOf(at, receipts.length, 30_000)).toEqual(new Set(receipts.map(scanId)))
  const counts = await until(
    () => counted(stack.db, at.practiceId),
    ({ visit }) => visit === 10,
  )
  expect(counts).toEqual({ 'hit:person': 40, visit: 10 })
})

test('with the database hung, every scan is answered within a quarter of a second', async () => {
  const at = await scene(stack, 'hung')
  await stack.worker.scheduled(Date.now())
  await stack.killWorker()
  stack.database.freeze()
  const times: number[] = []
  const receipts: string[] = []
  for (let i = 0; i < 30; i++) {
    const from = performance.now()
    receipts.push(await scanned(at, `/q/${at.codes[i % 2]}`))
    times.push(performance.now() - from)
  }
  stack.database.thaw()
  // The proof holds the bar for 99 of 100; here the machine is shared, and waiting for the database would take seconds.
  times.sort((a, b) => a - b)
  expect(times.at(15)).toBeLessThan(250)
  expect(times.at(-1)).toBeLessThan(2_500)
  expect(await idsOf(at, receipts.length, 30_000)).toEqual(new Set(receipts.map(scanId)))
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 30 })
})

test('with the database stopped and no copy of the link, a page says to try again', async () => {
  const at = await scene(stack, 'nocopy')
  await stack.database.stop()
  const answer = await ride(stack, `/q/${at.codes[0]}`)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10'])
  expect(await answer.text()).toContain(en.code.unavailable)
  await stack.database.start()
  await until(
    async () => (await ride(stack, `/q/${at.codes[0]}`)).status,
    (status) => status === 302,
  )
})

test('workerd killed in mid-load, three times: every scan that was answered in time is stored, and none twice', async () => {
  const at = await scene(stack, 'killed')
  const answered: string[] = []
  let isOver = false
  const riders = Array.from({ length: 12 }, async () => {
    while (!isOver) {
      const from = performance.now()
      const answer = await ride(stack, `/q/${at.codes[0]}`).catch(() => undefined)
      // A redirect that took longer may not have waited for the log.
      const inTime = performance.now() - from < LOG_LIMIT_MS
      if (answer?.status === 302 && inTime) answered.push(scanId(receiptIn(answer)))
      else if (!answer) await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
  for (let kill = 0; kill < 3; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 700))
    await stack.killWorker()
  }
  await new Promise((resolve) => setTimeout(resolve, 300))
  isOver = true
  await Promise.all(riders)
  expect(answered.length).toBeGreaterThan(20)
  // Not until there are as many: scans that were stored and whose answer was lost are among them.
  const lost = async () => {
    const stored = await idsOf(at, 0, 0)
    return answered.filter((id) => !stored.has(id))
  }
  expect(await until(lost, (ids) => ids.length === 0)).toEqual([])
  const settled = await until(
    async () => ({ rows: (await idsOf(at, 0, 0)).size, counts: await counted(stack.db, at.practiceId) }),
    ({ rows, counts }) => counts['hit:person'] === rows,
  )
  expect(settled.counts).toEqual({ 'hit:person': settled.rows })
})

async function scanned(at: Scene, path: string): Promise<string> {
  const answer = await ride(stack, path)
  expect(answer.status).toBe(302)
  expect(answer.headers.get('location')).toContain(`/p/${at.slug}/`)
  return receiptIn(answer)
}

const scanId = (receipt: string) => receipt.split('.')[0] ?? ''

/** The ids of a practice's scans, once there are so many. */
async function idsOf(at: Scene, atLeast: number, limitMs: number): Promise<Set<string>> {
  const read = () =>
    stack.db.read((sql) => sql.select({ id: scans.id }).from(scans).where(eq(scans.practiceId, at.practiceId)))
  const rows = await until(read, (found) => found.length >= atLeast, limitMs)
  return new Set(rows.map(({ id }) => id))
}

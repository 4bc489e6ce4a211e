import { eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scans } from '../../db/schema.ts'
import { signReceipt } from '../../worker/scans/receipt.ts'
import { ask, askUntil } from '../api.ts'
import { apply } from '../bench/load.ts'
import { PERSON } from '../bench/redirect.ts'
import { admin } from '../db/command.ts'
import { differences } from '../proof/recounted.ts'
import { type Stack, startStack } from '../stack.ts'
import { receiptIn, ride, type Scene, scene, until } from './scene.ts'

/* Scans as fast as they come. */

let stack: Stack
let at: Scene
beforeAll(async () => {
  stack = await startStack()
  at = await scene(stack, 'load')
})
afterAll(() => stack?.stop())

interface Summary {
  totals: { scans: number; visits: number }
  late: number
}
const summary = async () => (await ask<Summary>(stack.url, 'GET /api/v1/stats/summary', { key: at.apiKey })).body

test('at any moment the counts are what a recount finds, while people scan and open pages', async () => {
  let going = true
  const people = Array.from({ length: 6 }, async (_, person) => {
    while (going) {
      const receipt = receiptIn(await ride(stack, `/q/${at.codes[person % 2]}`))
      await ride(stack, '/visits?p=load', { method: 'POST', body: receipt })
    }
  })
  const found: number[] = []
  let moments = 0
  for (let scans = 0; scans < 1_000 || moments < 40; scans = (await summary()).totals.scans) {
    found.push(await differences(stack))
    moments++
  }
  going = false
  await Promise.all(people)
  expect(new Set(found)).toEqual(new Set([0]))
})

test('a redirect that did not wait for the log is counted as late, and no scan is lost', async () => {
  let answered = 0
  const burst = async () => {
    const { statuses } = await apply({
      ...{ origin: stack.url, paths: [`/q/${at.codes[0]}`], headers: PERSON },
      ...{ connections: 1_000, seconds: 1 },
    })
    answered += statuses['302'] ?? 0
    return askUntil(summary, ({ totals }) => totals.scans >= before + answered, 60_000)
  }
  const before = (await askUntil(summary, ({ totals }) => totals.scans === totals.visits, 30_000)).totals.scans
  const after = await askUntil(burst, ({ late }) => late > 0, 60_000)
  expect(after.totals.scans).toBe(before + answered)
  expect(after.late).toBeGreaterThan(0)
  expect(
    await until(
      () => differences(stack),
      (n) => n === 0,
    ),
  ).toBe(0)
  const { out } = await admin(stack.dataDir, 'doctor')
  expect(out).toMatch(/scan log: [1-9]\d* scans of the last 7 days left before they were on disk/)
}, 180_000)

test('a late scan that was lost with its process comes back with the page that its receipt opened', async () => {
  const scanId = nanoid()
  const { practiceId, codes } = at
  // Signed and gone, with nothing in the log: so it is when the process dies in just that moment.
  const receipt = signReceipt(stack.secrets, { practiceId, scanId, code: codes[0], at: Date.now() })
  const page = await (await ride(stack, `/p/load/${at.service}?s=${receipt}`)).text()
  expect(page).toContain(receipt)
  await ride(stack, '/visits?p=load', { method: 'POST', body: receipt })
  const [row] = await until(
    () => stack.db.read((sql) => sql.select().from(scans).where(eq(scans.id, scanId))),
    (rows) => rows.length > 0,
  )
  expect(row).toMatchObject({ practiceId, class: 'person', rules: 'receipt', officeId: at.officeId })
  expect(await differences(stack)).toBe(0)
})

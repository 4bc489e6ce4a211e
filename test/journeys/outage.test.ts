import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, askUntil } from '../api.ts'
import { openBrowser, visitor } from '../browser.ts'
import { slotsOf, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { bookAsPatient } from './patient.ts'

/* The database is stopped while a card is scanned, and workerd is killed with -9 before it comes back. */

let stack: Stack
let practice: TestPractice
let browser: Browser

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), openBrowser()])
  practice = await testPractice(stack, 'outage')
  await stack.worker.scheduled(Date.now())
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
}, 60_000)

test('a scan while the database is down is not lost, not doubled, and its booking is credited', async () => {
  const { link, referrer, office, key } = practice
  await stack.database.stop()

  const phone = await visitor(browser)
  const page = await phone.newPage()
  await page.goto(`${stack.publicUrl}/q/${link.code}`)
  const landing = await page.innerText('body')
  for (const named of [referrer.name, office.name, 'Practice outage', link.display]) expect(landing).toContain(named)
  expect(await page.locator('a[href^="tel:"]').count()).toBeGreaterThan(0)
  expect(landing).toMatch(/1400 Larkfield Avenue|220 Millrace Street/)
  // The page has confirmed itself before the Worker dies.
  await page.waitForLoadState('networkidle')

  await stack.killWorker()
  // A second card is scanned by a Worker that remembers nothing and has no database.
  const second = await ask(stack.url, `GET /q/${link.code}`, {
    headers: { 'User-Agent': await page.evaluate(() => navigator.userAgent) },
  })
  expect(second.status).toBe(302)

  await stack.database.start()
  await askUntil(
    async () => (await ask(stack.url, 'GET /readyz')).status,
    (status) => status === 200,
    30_000,
  )

  // The patient comes back to the page and books.
  await page.reload()
  await bookAsPatient(page, {
    name: 'Ruth Abernathy',
    phone: '(312) 555-0161',
    dateOfBirth: '1955-07-19',
    share: false,
  })
  const free = await slotsOf(stack.url, practice)
  const desk = await ask(stack.url, 'POST /api/v1/bookings', {
    key,
    body: {
      service: practice.service,
      start: free.at(-1)?.start,
      providerId: free.at(-1)?.providerId,
      patient: { name: 'Jonas Falk', phone: '(312) 555-0162' },
      code: link.display,
      shareWithReferrer: false,
    },
  })
  expect(desk.status, JSON.stringify(desk.body)).toBe(201)

  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Chicago' }).format(new Date())
  interface Summary {
    totals: Record<string, number>
    evidence: Record<string, number>
  }
  const summary = await askUntil(
    () => ask<Summary>(stack.url, `GET /api/v1/stats/summary?from=${day}&to=${day}`, { key }),
    ({ body }) => body.totals.scans === 2 && body.totals.visits === 1,
    35_000,
  )
  const { totals, evidence } = summary.body
  expect(totals).toMatchObject({ hits: 2, scans: 2, visits: 1, calls: 0, referrals: 2, bookings: 2, seen: 0 })
  expect(evidence).toMatchObject({ visit: 1, code: 1 })

  // Long enough for anything that would be delivered twice to have been.
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  const later = await ask<Summary>(stack.url, `GET /api/v1/stats/summary?from=${day}&to=${day}`, { key })
  expect(later.body.totals).toEqual(totals)
  await phone.close()
}, 180_000)

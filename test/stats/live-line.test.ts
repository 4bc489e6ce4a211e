import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { live as text } from '../../site/text/live.ts'
import { openBrowser, strangersOf, visitor } from '../browser.ts'
import { scan, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let browser: Browser
let practice: TestPractice
let session: { name: string; value: string; url: string }
beforeAll(async () => {
  stack = await startStack()
  browser = await openBrowser()
  practice = await testPractice(stack, 'north')
  const answer = await fetch(practice.signInUrl, { redirect: 'manual' })
  const [name = '', value = ''] = answer.headers.get('set-cookie')?.split(';')[0]?.split('=') ?? []
  session = { name, value, url: stack.url }
  // With one scan the page has figures, and its parts stand where they will stay.
  await scan(stack.url, practice.link.code)
  await new Promise((resolve) => setTimeout(resolve, 3_000))
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

async function statsPage(width: number, javaScript = true): Promise<Page> {
  const context = await visitor(browser, { width, javaScript })
  await context.addCookies([session])
  const page = await context.newPage()
  await page.goto(`${stack.url}/practice/stats`)
  return page
}

const scansOn = async (page: Page) =>
  Number.parseInt(await page.getByRole('region', { name: 'Scans' }).locator('.figure').first().innerText(), 10)
const lineOf = (page: Page) => page.locator('[data-live]')

test.each([390, 1280])('a scan is on the page %i px wide as it happens, and nothing moves', async (width) => {
  const page = await statsPage(width)
  const strangers = strangersOf(page.context(), stack.url)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  await page.getByText(text.idle).waitFor()
  const anew = page.getByRole('link', { name: text.anew })
  expect(await anew.isVisible()).toBe(false)
  const below = () => page.locator('.tiles').boundingBox()
  const before = await below()
  const scans = await scansOn(page)

  await scan(stack.url, practice.link.code)
  const said = `${text.kinds.scan}: ${practice.referrer.name}, ${practice.office.name}`
  await page.getByText(said, { exact: true }).waitFor({ timeout: 30_000 })
  expect(await lineOf(page).innerText()).toContain(text.moment)
  expect(await lineOf(page).getByRole('status').innerText()).toBe(said)
  expect(await below()).toEqual(before)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)

  await Promise.all([page.waitForEvent('load'), anew.click()])
  await page.getByText(text.idle).waitFor()
  expect(await scansOn(page)).toBe(scans + 1)
  expect([strangers, errors]).toEqual([[], []])
  await page.context().close()
})

test('many at once change the line once, and say how many more there are', async () => {
  const page = await statsPage(1280)
  await page.getByText(text.idle).waitFor()
  const changes = page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const status = document.querySelector('[data-says]')
        const seen: string[] = []
        new MutationObserver(() => {
          seen.push(status?.textContent ?? '')
          if (/ more$/.test(status?.textContent ?? '')) resolve(seen)
        }).observe(status as Node, { childList: true, characterData: true, subtree: true })
      }),
  )
  await scan(stack.url, practice.link.code)
  await page.getByText(text.moment).waitFor({ timeout: 30_000 })
  for (let i = 0; i < 6; i++) await scan(stack.url, practice.link.code)
  const seen = await changes
  expect(seen.length).toBeLessThanOrEqual(3)
  expect(seen.at(-1)).toMatch(/^Card scanned: Dr Amara Okonjo, .*, and \d+ more$/)
  await page.context().close()
})

test('while nothing can be heard the line says so, and it goes on by itself without a gap', async () => {
  const page = await statsPage(1280)
  await page.getByText(text.idle).waitFor()
  await page.route('**/api/v1/stats/live*', (route) => route.fulfill({ status: 503 }))
  // Out of sight and back again: the page connects anew.
  const toggled = (state: string) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, 'hidden', { configurable: true, value: hidden === 'hidden' })
      document.dispatchEvent(new Event('visibilitychange'))
    }, state)
  await toggled('hidden')
  await scan(stack.url, practice.link.code)
  await toggled('visible')
  await page.getByText(text.away).waitFor()
  await page.unroute('**/api/v1/stats/live*')
  await page.getByText(text.kinds.scan).waitFor({ timeout: 60_000 })
  await page.context().close()
})

test('without JavaScript there is no line', async () => {
  const page = await statsPage(390, false)
  expect(await lineOf(page).innerText()).not.toContain(text.idle)
  expect(await page.getByRole('link', { name: text.anew }).isVisible()).toBe(false)
  await page.context().close()
})

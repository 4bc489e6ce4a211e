import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bookings } from '../../db/schema.ts'
import { openBrowser, press, visitor } from '../browser.ts'
import { walked } from '../proof/walker.ts'
import { type Scene, scene } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'
import {
  begin,
  bookIt,
  choose,
  chooseTime,
  giveBirth,
  giveContact,
  giveName,
  scanCard,
  TYPED,
  walkToCheck,
} from './walk.ts'

let stack: Stack
let browser: Browser
let clinic: Scene

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack({ trustProxy: true }), openBrowser()])
  clinic = await scene(stack, 'larkfield')
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

const from = async (address: string): Promise<Page> => {
  const context = await visitor(browser, {})
  await context.setExtraHTTPHeaders({ 'X-Forwarded-For': address })
  const page = await context.newPage()
  await scanCard(page, stack.publicUrl, clinic)
  return page
}
const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText()
const stored = async () => (await stack.db.read((sql) => sql.select({ id: bookings.id }).from(bookings))).length
const CALL = 'Please call us to book'

test('the field that nobody sees is reached by nobody: not by eye, key, screen reader or password manager', async () => {
  const page = await from('192.0.2.10')
  await begin(page)
  await chooseTime(page)
  const field = page.locator('main form input[name=more]')
  expect(await field.count()).toBe(1)
  expect(await field.isVisible()).toBe(false)
  expect(await field.getAttribute('autocomplete')).toBe('off')
  expect(await page.locator('[aria-hidden=true]:has(input[name=more])').count()).toBe(1)
  const reached: (string | null)[] = []
  for (let tabs = 0; tabs < 30; tabs++) {
    await page.keyboard.press('Tab')
    reached.push(
      await page
        .locator(':focus')
        .first()
        .getAttribute('name', { timeout: 1_000 })
        .catch(() => null),
    )
  }
  expect(reached).toContain('reason')
  expect(reached).not.toContain('more')
  await page.context().close()
})

test('who fills it in is asked to call, and nothing that was answered is lost', async () => {
  const page = await from('192.0.2.11')
  await begin(page)
  await chooseTime(page)
  await giveName(page)
  await page.locator('input[name=more]').evaluate((input) => input.setAttribute('value', 'https://buy.example'))
  await giveBirth(page)
  expect(await heading(page)).toBe(CALL)
  expect(await page.locator('main a[href^="tel:"]').count()).toBe(1)
  await press(page.getByRole('link', { name: 'Go back to your answers' }))
  await giveBirth(page)
  await giveContact(page)
  await choose(page, 'Dr Amara Okonjo')
  await choose(page, 'Yes, you may tell them')
  expect(await page.locator('main').innerText()).toContain(TYPED.name)
  await bookIt(page)
  expect(await heading(page)).toBe('Your appointment is booked')
  await page.context().close()
})

test('a network that has booked very many is asked to call; its answers stay, and others book', async () => {
  const before = await stored()
  for (let n = 0; n < 9; n++) {
    const page = await from('192.0.2.12')
    await walkToCheck(page, { day: n % 5 })
    await bookIt(page)
    expect(await heading(page)).toBe(n < 8 ? 'Your appointment is booked' : CALL)
    if (n === 8) {
      await press(page.getByRole('link', { name: 'Go back to your answers' }))
      expect(await page.locator('main').innerText()).toContain(TYPED.name)
    }
    await page.context().close()
  }
  expect(await stored()).toBe(before + 8)
  const page = await from('192.0.2.13')
  await walkToCheck(page)
  await bookIt(page)
  expect(await heading(page)).toBe('Your appointment is booked')
  await page.context().close()
}, 120_000)

test('a network that has asked for very many calls is asked to call itself; others still ask', async () => {
  const typed = {
    'when-any': 'yes',
    name: TYPED.name,
    phone: TYPED.phone,
    'birth-day': '3',
    'birth-month': '4',
    'birth-year': '1950',
  }
  const asks = (address: string) =>
    walked(stack.url, `/p/${clinic.slug}/spine`, { typed, headers: { 'X-Forwarded-For': address }, pauseMs: 80 })
  const ends: string[] = []
  for (let n = 0; n < 9; n++) ends.push((await asks('192.0.2.40')).end)
  expect(new Set(ends.slice(0, 8).map((end) => end.replace(/.*\//, '')))).toEqual(new Set(['asked']))
  expect(ends[8]).toBe('429')
  expect((await asks('198.51.100.40')).end).toMatch(/\/book\/asked$/)
}, 120_000)

test('a time that was held over and over is chosen without a hold, and is booked by whoever is first', async () => {
  const pages: Page[] = []
  for (let n = 0; n < 5; n++) {
    const page = await from(`192.0.2.${20 + n}`)
    await begin(page)
    await chooseTime(page, { day: 7, time: 0 })
    pages.push(page)
    // Its hold runs out; the time is offered to the next.
    await stack.db.client.execute({ sql: 'update holds set until = ?', args: [Date.now()] })
  }
  const last = pages.at(-1)
  if (!last) throw new Error('nobody came')
  expect(last.url()).toMatch(/\/reason$/)
  expect(await last.locator('.held').count()).toBe(0)
  await giveName(last)
  await giveBirth(last)
  await giveContact(last)
  await choose(last, 'Dr Amara Okonjo')
  await choose(last, 'Yes, you may tell them')
  await bookIt(last)
  expect(await heading(last)).toBe('Your appointment is booked')
  for (const page of pages) await page.context().close()
})

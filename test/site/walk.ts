import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { press } from '../browser.ts'
import type { Scene } from '../scans/scene.ts'

/** Steps of a patient through the pages, as hands do them. Every value is one that must never appear in an address. */
export const TYPED = {
  name: 'Zsófia “Zee” O’Brien-Nguyễn 🐝',
  email: 'zsofia.canary@example.com',
  phone: '(312) 555-0188',
  birth: { month: '2', day: '27', year: '1951' },
}

/** Opens the landing page as a scanned card does. */
export const scanCard = (page: Page, origin: string, { codes }: Scene, which: 0 | 1 = 0) =>
  page.goto(`${origin}/q/${codes[which]}`)

export const begin = (page: Page) => press(page.getByRole('link', { name: 'Book online' }))
export const go = (page: Page) => press(page.getByRole('button', { name: 'Continue' }))

/** Chooses one of the days and one of the times that are offered, by their place in the list. */
export async function chooseTime(page: Page, { day = 1, time = 0 } = {}): Promise<void> {
  await page.locator('input[name=day]').nth(day).check()
  await go(page)
  await page.locator('input[name=time]').nth(time).check()
  await go(page)
}

/** Chooses one of the answers of a page of radios, by its words. */
export async function choose(page: Page, label: string | RegExp): Promise<void> {
  await page.locator('main form').getByLabel(label, { exact: true }).check()
  await go(page)
}

/** Passes what the practice asks for first, the reason of the visit, with the first answer. */
export async function giveReason(page: Page): Promise<void> {
  await page.locator('input[name=reason]').first().check()
  await go(page)
}

/** The patient themselves, by name. */
export async function giveName(page: Page, name = TYPED.name): Promise<void> {
  if (await page.locator('input[name=reason]').count()) await giveReason(page)
  if (await page.locator('input[name=for]').count()) await choose(page, 'Me')
  await page.getByLabel('Full name').fill(name)
  await go(page)
}

/** How they are reached; whoever gives an address agrees to be reminded. */
export async function giveContact(page: Page, { email = TYPED.email, phone = TYPED.phone } = {}): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Phone').fill(phone)
  await go(page)
  if (await page.locator('input[name=email][value=remind]').count()) await choose(page, /^Yes, and remind me/)
}

export async function giveBirth(page: Page, { month, day, year } = TYPED.birth): Promise<void> {
  await page.getByLabel('Month').fill(month)
  await page.getByLabel('Day').fill(day)
  await page.getByLabel('Year').fill(year)
  await go(page)
}

/** From the landing page to the page that checks the answers. */
export async function walkToCheck(page: Page, choice: { day?: number; time?: number } = {}): Promise<void> {
  await begin(page)
  await chooseTime(page, choice)
  await giveName(page)
  await giveBirth(page)
  await giveContact(page)
  await choose(page, 'Dr Amara Okonjo')
  await choose(page, 'Yes, you may tell them')
}

export const bookIt = (page: Page) => press(page.getByRole('button', { name: 'Book this time' }))

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with a page, one line each; the page needs JavaScript. */
export async function wrongWith(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe.run()
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  })
}

interface AxeResult {
  violations: { id: string; nodes: { html: string }[] }[]
}

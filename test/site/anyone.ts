import type { Page } from 'playwright-core'
import { press } from '../browser.ts'

/** What somebody answers who is asked by the name of a field; anything else is left empty. */
const ANSWERS: Record<string, string> = {
  name: 'Rosa Núñez',
  email: 'rosa@example.com',
  phone: '(312) 555-0142',
  day: '14',
  month: '5',
  year: '1968',
}
/** More pages than any way through a booking has. */
const MOST_PAGES = 20

/** What they type into the field of a name; nothing where they have nothing to say. */
export const givenTo = (name: string): string => ANSWERS[name.replace(/^birth-/, '')] ?? ''

/** Answers whatever a page of questions asks: of choices the second, where there are two. */
export async function answer(page: Page): Promise<void> {
  for (const set of await page.locator('main fieldset:visible').all()) {
    const choices = set.locator('input[type=radio], input[type=checkbox]')
    const many = await choices.count()
    // They come for themselves.
    const first = many < 2 || (await choices.first().getAttribute('name')) === 'for'
    if (many > 0) await choices.nth(first ? 0 : 1).check({ force: true })
  }
  for (const field of await page
    .locator('main')
    .locator('input[type=text], input[type=email], input[type=tel], input:not([type])')
    .all()) {
    const value = givenTo((await field.getAttribute('name')) ?? '')
    if (value && (await field.isVisible())) await field.fill(value)
  }
}

/**
 * Answers page after page, from the first question to the page that says what was done. `see` is called on each page, with
 * the last part of its address, once its answers are filled in and before they are sent; last on the final page.
 */
export async function answerAll(page: Page, see: (step: string) => Promise<void>): Promise<void> {
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const step = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    if (step !== 'done') await answer(page)
    await see(step)
    if (step === 'done') return
    await press(page.locator('main form button.button').last())
  }
  throw new Error(`still asked at ${page.url()}`)
}

import type { Page } from 'playwright-core'
import { press } from '../browser.ts'
import { begin } from '../site/walk.ts'

export interface Person {
  name: string
  email?: string
  phone?: string
  /** YYYY-MM-DD */
  dateOfBirth: string
  /** May the referring office be told? */
  share: boolean
}

const MOST_PAGES = 24

/**
 * Books as a patient does who takes the first that is offered and answers what each page asks, page by page, until the
 * confirmation; from a landing page, without a word of JavaScript. The headings of the pages that were passed.
 * @throws when a page says that something is wrong, or asks what a patient would not know
 */
export async function bookAsPatient(page: Page, person: Person): Promise<string[]> {
  await begin(page)
  return goOnAsPatient(page, person)
}

/** The same from a page in the middle, also from one that found a mistake. */
export async function goOnAsPatient(page: Page, person: Person): Promise<string[]> {
  const passed: string[] = []
  for (let at = 0; at < MOST_PAGES; at++) {
    const heading = (await page.getByRole('heading', { level: 1 }).innerText()).trim()
    passed.push(heading)
    if (/is booked/.test(heading)) return passed
    if (at > 0 && /^Error:/.test(await page.title()))
      throw new Error(`refused at "${heading}": ${await page.innerText('main')}`)
    await answer(page, person)
    await press(page.locator('main form button').first())
  }
  throw new Error(`no confirmation after ${passed.join(' > ')}`)
}

async function answer(page: Page, person: Person): Promise<void> {
  const [year, month, day] = person.dateOfBirth.split('-').map(Number)
  const answers: [string, string | undefined][] = [
    ['Full name', person.name],
    ['Email', person.email],
    ['Phone', person.phone],
    ['Month', String(month)],
    ['Day', String(day)],
    ['Year', String(year)],
  ]
  for (const [label, value] of answers) {
    const field = page.locator('main').getByLabel(label, { exact: true })
    if (value && (await field.count()) === 1 && (await field.getAttribute('type')) !== 'radio') await field.fill(value)
  }
  // The last is given where there is nothing else.
  const neither = page.locator('main form input[name=neither]')
  if ((await neither.count()) === 1 && !person.email && !person.phone) await neither.check()
  const radios = page.locator('main form input[type=radio]')
  if ((await radios.count()) === 0) return
  const share = page.locator('main').getByLabel(person.share ? /^Yes, / : /^No, /)
  await ((await share.count()) === 1 ? share : radios.first()).check()
}

/** What the confirmation page says that the patient may read out. */
export async function referenceOn(page: Page): Promise<string> {
  const text = await page.innerText('main')
  const found = /\b([0-9A-Z]{4}-?[0-9A-Z]{4})\b/.exec(text)
  if (!found?.[1]) throw new Error(`no reference on: ${text}`)
  return found[1]
}

import { afterAll, beforeAll, expect, test } from 'vitest'
import { press } from '../browser.ts'
import { type Category, type Judge, openJudge } from '../lighthouse.ts'
import { type Scene, scene } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'
import { answerAll } from './anyone.ts'

/*
 * Lighthouse gives every page 100 for accessibility and for best practices, and every landing page 100 for what search
 * engines look for. Its marks for performance depend on the machine: `npm run proof` takes the median of five.
 */

let stack: Stack
let judge: Judge
let clinic: Scene

beforeAll(async () => {
  ;[stack, judge] = await Promise.all([startStack(), openJudge()])
  clinic = await scene(stack, 'larkfield')
})
afterAll(async () => {
  await judge?.close()
  await stack?.stop()
})

const EVERYWHERE: Category[] = ['accessibility', 'best-practices']

/** Everything below 100, in words. */
async function shortOf100(name: string, url: string, categories: readonly Category[]): Promise<string[]> {
  const { scores, objections } = await judge.marksOf(url, categories)
  const low = categories.filter((category) => scores[category] !== 100)
  return low.length === 0 ? [] : [`${name}: ${JSON.stringify(scores)}`, ...objections]
}

test('landing pages have full marks, also for search engines', async () => {
  const wrong: string[] = []
  for (const path of ['/p/larkfield', '/p/larkfield/consultation', '/p/larkfield/spine', '/p/larkfield/imaging'])
    wrong.push(...(await shortOf100(path, stack.publicUrl + path, [...EVERYWHERE, 'seo'])))
  for (const lang of ['es', 'ar'])
    wrong.push(
      ...(await shortOf100(lang, `${stack.publicUrl}/p/larkfield/consultation?lang=${lang}`, [...EVERYWHERE, 'seo'])),
    )
  expect(wrong).toEqual([])
}, 180_000)

test('so has every page from the card to the confirmation', async () => {
  const wrong: string[] = []
  const page = await judge.context.newPage()
  await page.goto(`${stack.publicUrl}/q/${clinic.codes[0]}?lang=en`)
  await press(page.locator('.way .button').first())
  const seen: string[] = []
  await answerAll(page, async (step) => {
    seen.push(step)
    wrong.push(...(await shortOf100(step, page.url(), EVERYWHERE)))
  })
  // A page that is answered 404 cannot have full marks: the browser itself logs it as an error.
  for (const path of ['/', '/visit']) wrong.push(...(await shortOf100(path, stack.publicUrl + path, EVERYWHERE)))
  expect(wrong).toEqual([])
  expect(seen.length).toBeGreaterThan(7)
}, 300_000)

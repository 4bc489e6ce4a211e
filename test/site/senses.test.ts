import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, press, type Visitor, visitor } from '../browser.ts'
import { type Scene, scene } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'
import { answerAll, givenTo } from './anyone.ts'

/*
 * The way from the card to the confirmation for people who use no mouse, who have the page read to them, who enlarge it,
 * or who choose its colours and movement themselves.
 */

let stack: Stack
let browser: Browser
let clinic: Scene

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), openBrowser()])
  clinic = await scene(stack, 'larkfield')
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

async function atTheCard(person: Visitor = {}): Promise<Page> {
  const page = await (await visitor(browser, person)).newPage()
  await page.goto(`${stack.publicUrl}/q/${clinic.codes[0]}`)
  return page
}

interface Focus {
  tag: string
  type: string
  name: string
  inMain: boolean
  isVisible: boolean
}

/** Where the keyboard is, and whether one can see that. */
const focus = (page: Page): Promise<Focus> =>
  page.evaluate(() => {
    const at = document.activeElement ?? document.body
    const ringed = at.closest('.choice') ?? at
    const { outlineStyle, outlineWidth } = getComputedStyle(ringed)
    const box = ringed.getBoundingClientRect()
    return {
      tag: at.tagName,
      type: at.getAttribute('type') ?? '',
      name: at.getAttribute('name') ?? '',
      inMain: at.closest('main') !== null,
      isVisible:
        outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && box.bottom > 0 && box.top < innerHeight,
    }
  })

/** Tabs on until `wanted`; each stop on the way has a ring that can be seen. */
async function tabTo(page: Page, wanted: (at: Focus) => boolean): Promise<void> {
  for (let stops = 0; stops < 60; stops++) {
    await page.keyboard.press('Tab')
    const at = await focus(page)
    if (at.tag === 'BODY') continue
    expect(at, `no ring at ${page.url()}`).toMatchObject({ isVisible: true })
    if (wanted(at)) return
  }
  throw new Error(`the keyboard does not get there at ${page.url()}`)
}

test('the whole way can be gone with the keyboard alone, and the ring is always seen', async () => {
  const page = await atTheCard({ width: 1280, height: 900 })
  const enter = () => Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
  await tabTo(page, ({ tag, inMain }) => tag === 'A' && inMain)
  while (!(await page.evaluate(() => document.activeElement?.matches('.way .button')))) await page.keyboard.press('Tab')
  await enter()
  for (let pages = 0; pages < 20 && !page.url().endsWith('/done'); pages++) {
    const answered = new Set<string>()
    await tabTo(page, ({ inMain, tag }) => inMain && (tag === 'INPUT' || tag === 'BUTTON' || tag === 'TEXTAREA'))
    for (let at = await focus(page); at.tag !== 'BUTTON'; at = await focus(page)) {
      if (!answered.has(at.name)) {
        if (at.type === 'radio') await page.keyboard.press(at.name === 'for' ? 'Space' : 'ArrowDown')
        else if (at.type === 'checkbox') await page.keyboard.press('Space')
        else await page.keyboard.type(givenTo(at.name))
        answered.add(at.name)
      }
      await tabTo(page, ({ inMain, tag }) => inMain && tag !== 'A')
    }
    await enter()
  }
  expect(page.url()).toMatch(/\/done$/)
  await page.context().close()
}, 120_000)

test('a page that is read aloud begins with what it asks, and every field says its name', async () => {
  const page = await atTheCard()
  await press(page.locator('.way .button').first())
  await answerAll(page, async (step) => {
    expect(await page.getByRole('heading', { level: 1 }).count(), step).toBe(1)
    const headings = await page
      .locator('main')
      .locator('h1, h2, h3, h4')
      .evaluateAll((all) => all.map(({ tagName }) => tagName))
    expect(headings[0], step).toBe('H1')
    // No level is left out on the way down.
    headings.reduce((before, now) => {
      expect(Number(now[1]), `${step}: ${headings.join(' ')}`).toBeLessThanOrEqual(Number(before[1]) + 1)
      return now
    })
    const nameless = await page
      .locator('main')
      .locator('input:not([type=hidden]), textarea, select')
      .evaluateAll((all) =>
        all
          .filter(
            (one) =>
              !(one as HTMLInputElement).labels?.length &&
              !one.getAttribute('aria-label') &&
              !one.closest('[aria-hidden=true]'),
          )
          .map((one) => one.outerHTML),
      )
    expect(nameless, step).toEqual([])
  })
  await page.context().close()
}, 120_000)

test('enlarged four times nothing is cut off, hidden or wider than the window', async () => {
  // 1280 by 1024 at 400 %.
  const page = await atTheCard({ width: 320, height: 256 })
  const fits = async (step: string) => {
    const [needs, has] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
    expect(needs, step).toBeLessThanOrEqual(has ?? 0)
    const stuck = await page.evaluate(
      () =>
        [...document.querySelectorAll('body *')].filter((one) => /fixed|sticky/.test(getComputedStyle(one).position))
          .length,
    )
    expect(stuck, step).toBe(0)
  }
  await fits('landing')
  await press(page.locator('.way .button').first())
  await answerAll(page, fits)
  await page.context().close()
}, 120_000)

describe('somebody who chooses the colours', () => {
  test('still sees what is a button, what is chosen and where the keyboard is', async () => {
    const page = await atTheCard()
    await page.emulateMedia({ forcedColors: 'active' })
    const edges = (css: string) =>
      page.locator(css).evaluateAll((all) =>
        all.map((one) => {
          const { borderTopStyle, borderTopWidth } = getComputedStyle(one)
          return borderTopStyle !== 'none' && Number.parseFloat(borderTopWidth) >= 1
        }),
      )
    expect(await edges('.way .button')).not.toContain(false)
    await press(page.locator('.way .button').first())
    await answerAll(page, async (step) => {
      expect(
        await edges('main .button, main .choice, main input:not([type=radio], [type=checkbox], [type=hidden])'),
        step,
      ).not.toContain(false)
      // The browser's own marks, which take the person's colours.
      const drawn = await page
        .locator('main :is([type=radio], [type=checkbox])')
        .evaluateAll((all) => all.map((one) => getComputedStyle(one).appearance))
      expect(
        drawn.filter((appearance) => appearance === 'none'),
        step,
      ).toEqual([])
    })
    await page.context().close()
  }, 120_000)
})

test('nothing moves for somebody who asked for less movement', async () => {
  const page = await atTheCard({ width: 1280 })
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const moving = () =>
    page.locator('body, body *').evaluateAll((all) =>
      all
        .filter((one) => {
          const { transitionDuration, animationName } = getComputedStyle(one)
          return (
            animationName !== 'none' || transitionDuration.split(', ').some((time) => Number.parseFloat(time) > 0.001)
          )
        })
        .map((one) => one.outerHTML.slice(0, 120)),
    )
  expect(await moving()).toEqual([])
  await press(page.locator('.way .button').first())
  expect(await moving()).toEqual([])
  await page.context().close()
})

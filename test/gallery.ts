import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { seedDemo } from '../db/seed/history.ts'
import { openBrowser, press, visitor } from './browser.ts'
import { pdfPixels } from './cards/pixels.ts'
import { withPalette } from './picture.ts'
import { answerAll } from './site/anyone.ts'
import { startStack } from './stack.ts'
import { useOpenSans } from './typeface.ts'

/*
 * `npm run gallery`: pictures of the main pages with the demo's data, as a phone and a desk see them, light and dark,
 * written to test/gallery. Look at every one before saying that a page is done.
 */

const FOLDER = join(import.meta.dirname, 'gallery')
const LARGEST = 150_000
const SCREENS = [
  { width: 390, height: 844, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
  { width: 1280, height: 900, colorScheme: 'light' },
  { width: 1280, height: 900, colorScheme: 'dark' },
] as const
/** The booking step shown on every screen, as much of it as fits; of the others one picture a language is enough. */
const MAIN = 'time'
/** What comes out of a printer: layout, language, dots an inch. */
const PRINTED = [
  ['avery-5371', 'en', 100],
  ['a4-85x55', 'ar', 100],
  ['card-print-shop', 'es', 200],
  ['poster-letter', 'en', 72],
  ['poster-a6', 'ar', 120],
  ['slip-half-letter', 'en', 96],
  ['slip-a5', 'ar', 96],
  ['kit-letter', 'en', 96],
  ['kit-a4', 'es', 96],
] as const
type Screen = (typeof SCREENS)[number]

const only = process.argv[2]

useOpenSans()
const stack = await startStack({ progress: (line) => console.log(`  ${line}`) })
const browser = await openBrowser()
try {
  const demo = await seedDemo(stack.db, stack.secrets, Date.now(), (line) => console.log(`  ${line}`))
  if (!demo) throw new Error('a new stack is empty')
  if (!only) rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  const signIn = `${stack.url}/practice/sign-in/${demo.signInToken}`
  if (!only || only === 'patient') {
    for (const screen of SCREENS) await patientPages(browser, screen, 'en', demo.code)
    for (const locale of ['es', 'ar']) await patientPages(browser, SCREENS[0], locale, demo.code)
  }
  const cookies = only === 'patient' ? [] : await signedIn(browser, signIn)
  if (!only || only === 'staff') await staffPages(browser, cookies)
  if (!only || only === 'cards') await printedPages(browser, cookies)
} finally {
  await browser.close()
  await stack.stop()
}

/** From the card to the confirmation, as a patient goes. */
async function patientPages(browser: Browser, screen: Screen, locale: string, code: string): Promise<void> {
  const context = await visitor(browser, { ...screen, locale })
  const page = await context.newPage()
  const name = (what: string) =>
    [what, ...(locale === 'en' ? [] : [locale]), screen.width, screen.colorScheme].join('-')
  const first = screen === SCREENS[0] && locale === 'en'
  await page.goto(`${stack.url}/q/${code}`, { waitUntil: 'networkidle' })
  await keep(page, name('landing'))
  if (first) await keep(page, name('landing-whole'), true)
  await press(page.locator('a[href*="/book"]').first())
  await answerAll(page, async (step) => {
    await page.waitForLoadState('networkidle')
    if (step === MAIN) await keep(page, name(step))
    else if (step === 'done' || first || locale !== 'en') await keep(page, name(step), true)
  })
  await context.close()
}

/** The cookies of a session: the link that begins it works once. */
async function signedIn(browser: Browser, signIn: string): Promise<Cookies> {
  const context = await visitor(browser, SCREENS[0])
  await (await context.newPage()).goto(signIn)
  const { cookies } = await context.storageState()
  await context.close()
  return cookies
}
type Cookies = Parameters<BrowserContext['addCookies']>[0]

async function staffPages(browser: Browser, cookies: Cookies): Promise<void> {
  for (const screen of SCREENS) {
    const context = await visitor(browser, screen)
    await context.addCookies(cookies)
    const page = await context.newPage()
    // Not until the network is idle: the stats page listens as long as it is open.
    await page.goto(`${stack.url}/practice/stats`)
    await keep(page, `stats-${screen.width}-${screen.colorScheme}`)
    if (screen.colorScheme === 'light') await keep(page, `stats-whole-${screen.width}-light`, true)
    await context.close()
  }
  const stranger = await visitor(browser, SCREENS[0])
  const door = await stranger.newPage()
  await door.goto(`${stack.url}/practice/sign-in`, { waitUntil: 'networkidle' })
  await keep(door, 'sign-in-390-light')
  await door.goto(`${stack.url}/`, { waitUntil: 'networkidle' })
  await keep(door, 'home-390-light')
  await door.goto(`${stack.url}/K7M4HXR7`, { waitUntil: 'networkidle' })
  await keep(door, 'unknown-code-390-light')
  await stranger.close()
}

async function printedPages(browser: Browser, cookies: Cookies): Promise<void> {
  const context = await visitor(browser, SCREENS[2])
  await context.addCookies(cookies)
  const page = await context.newPage()
  await page.goto(`${stack.url}/practice/cards`, { waitUntil: 'networkidle' })
  await keep(page, 'cards-1280-light')
  for (const [layout, locale, dpi] of PRINTED) {
    const answer = await page.request.get(`${stack.url}/api/v1/cards.pdf?links=all&layout=${layout}&locale=${locale}`)
    const [first] = await pdfPixels(await answer.body(), { dpi, most: 1 })
    if (first) write(first.png, `${layout}-${locale}`)
  }
  await context.close()
}

async function keep(page: Page, name: string, whole = false): Promise<void> {
  write(await page.screenshot({ fullPage: whole, animations: 'disabled', scale: whole ? 'css' : 'device' }), name)
}

function write(png: Buffer, name: string): void {
  const picture = withPalette(png)
  writeFileSync(join(FOLDER, `${name}.png`), picture)
  console.log(`  ${name}.png, ${Math.round(picture.length / 1000)} kB`)
  if (picture.length > LARGEST) console.log(`  ${name}.png is too large for the repository`)
}

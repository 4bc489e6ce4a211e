import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { type Browser, type BrowserContext, chromium, type LaunchOptions, type Locator } from 'playwright-core'

/*
 * Chromium comes from npm, packed for x64 Linux, and is unpacked once into node_modules/.cache. Elsewhere CHROMIUM names
 * an installed one. Nothing of it may leave the machine: names other than localhost do not resolve.
 */

export const ARGUMENTS = [
  '--no-sandbox', // root, as in most containers, has no sandbox to offer; only our own pages are opened
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
  '--metrics-recording-only',
  '--font-render-hinting=none',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1',
]

/**
 * Starts Chromium, one for a test file: `beforeAll(async () => { browser = await openBrowser() })` and
 * `afterAll(() => browser?.close())`. It also ends when the process that opened it ends, however that happens.
 * @throws a sentence that says what to install where npm has no Chromium for this machine
 */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ ...installed(), headless: true, args: ARGUMENTS, timeout: 60_000 })
}

export interface Visitor {
  javaScript?: boolean
  locale?: string
  colorScheme?: 'light' | 'dark'
  /** CSS pixels; a phone of 390 by 844 unless told. */
  width?: number
  height?: number
  /** The device's own zone; a practice's appointments must not follow it. */
  timezone?: string
}

/** A person with a clean browser (no cookies of others): a phone unless `width` says otherwise. */
export async function visitor(browser: Browser, person: Visitor = {}): Promise<BrowserContext> {
  const { javaScript = true, locale = 'en-US', colorScheme = 'light', width = 390, height = 844 } = person
  const phone = width < 600
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: phone ? 2 : 1,
    isMobile: phone,
    hasTouch: phone,
    javaScriptEnabled: javaScript,
    locale,
    colorScheme,
    timezoneId: person.timezone ?? 'America/Chicago',
    userAgent: phone ? PHONE : DESKTOP,
  })
  context.setDefaultTimeout(15_000)
  return context
}

/** Clicks what leads to a page, and comes back once that page has loaded; a click alone comes back earlier. */
export async function press(target: Locator): Promise<void> {
  await Promise.all([target.page().waitForEvent('load'), target.click()])
}

/** Fills up with the address of every request that does not go to `origin`: a page of ours makes none. */
export function strangersOf(context: BrowserContext, origin: string): string[] {
  const strangers: string[] = []
  context.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:') && !url.startsWith('blob:')) strangers.push(url)
  })
  return strangers
}

// Without these the agent would say HeadlessChrome, and its scans would rightly be counted as a bot's.
const PHONE =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Mobile Safari/537.36'
const DESKTOP = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36'

/** Which program to launch, for Playwright and for Lighthouse alike. */
export function installed(): Pick<LaunchOptions, 'executablePath' | 'env'> & { executablePath: string } {
  const own = process.env.CHROMIUM
  if (own) return { executablePath: own }
  if (process.platform === 'linux' && process.arch === 'x64') return unpacked()
  const found = ELSEWHERE.find((path) => existsSync(path))
  if (found) return { executablePath: found }
  throw new Error('npm has no Chromium for this machine: install Chrome or Chromium and set CHROMIUM to its path.')
}

const ELSEWHERE = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

function unpacked() {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const packed = resolve(dirname(entry), '..')
  const { version }: { version: string } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8'))
  const cache = resolve(packed, '../../.cache')
  const folder = join(cache, `chromium-${version}`)
  if (!existsSync(folder)) unpackInto(folder, cache, join(packed, 'bin'))
  const executablePath = join(folder, 'chromium')
  const env = { ...process.env, ...(existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: join(folder, 'fonts') }) }
  if (!lacksLibraries(executablePath)) return { executablePath, env }
  return { executablePath, env: { ...env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') } }
}

/** The package unpacks into TMPDIR. Two test files may do so at once: the first to finish gives the folder its name. */
function unpackInto(folder: string, cache: string, packed: string) {
  mkdirSync(cache, { recursive: true })
  const fresh = mkdtempSync(join(cache, 'unpacking-'))
  const script = `import chromium, { inflate } from '@sparticuz/chromium'
    await chromium.executablePath()
    await inflate(${JSON.stringify(join(packed, 'al2023.tar.br'))})`
  try {
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TMPDIR: fresh },
      cwd: import.meta.dirname,
      timeout: 120_000,
    })
    renameSync(fresh, folder)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
}

/** A bare container has no NSS: the package brings it along. */
function lacksLibraries(executable: string) {
  try {
    return execFileSync('ldd', [executable], { encoding: 'utf8' }).includes('not found')
  } catch {
    return false
  }
}

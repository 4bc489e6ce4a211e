import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import lighthouse, { type Flags, type Result } from 'lighthouse'
import { type BrowserContext, chromium } from 'playwright-core'
import { freePort } from '../db/ports.ts'
import { ARGUMENTS, installed } from './browser.ts'

/** What Lighthouse gives a page, 0 to 100 in each category that was asked for, and what it objects to. */
export interface Marks {
  scores: Record<string, number>
  objections: string[]
  /** When the largest thing was painted, in milliseconds; only with `performance`. */
  largestPaintMs: number
}

export type Category = 'accessibility' | 'best-practices' | 'seo' | 'performance'

/** A browser that a person walks with and that Lighthouse looks at: both have the same cookies. */
export interface Judge {
  context: BrowserContext
  /**
   * Looks at an address as a phone shows it; `performance` on Lighthouse's slow 4G (150 ms, 1.6 Mbit/s, a processor four
   * times slower), computed from what was loaded, as it does by default.
   */
  marksOf(url: string, categories: readonly Category[]): Promise<Marks>
  close(): Promise<void>
}

export async function openJudge({ locale = 'en-US' } = {}): Promise<Judge> {
  const folder = mkdtempSync(join(tmpdir(), 'referloop-judge-'))
  const port = await freePort()
  const context = await chromium.launchPersistentContext(folder, {
    ...installed(),
    headless: true,
    args: [...ARGUMENTS, `--remote-debugging-port=${port}`, `--lang=${locale}`],
    locale,
    viewport: { width: 390, height: 844 },
    timeout: 60_000,
  })
  return {
    context,
    async marksOf(url, categories) {
      const measured = await lighthouse(url, {
        port,
        hostname: '127.0.0.1',
        onlyCategories: [...categories],
        // The cookies are those of the person who walked here.
        disableStorageReset: true,
        disableFullPageScreenshot: true,
        logLevel: 'silent',
        // Pages that say what is wrong are looked at as well.
        ignoreStatusCode: true,
      } satisfies Flags)
      if (!measured) throw new Error(`Lighthouse could not look at ${url}`)
      return marksIn(measured.lhr)
    },
    async close() {
      await context.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function marksIn({ categories, audits, runtimeError }: Result): Marks {
  if (runtimeError) throw new Error(`Lighthouse: ${runtimeError.message}`)
  const scores = Object.entries(categories).map(([id, { score }]) => [id, Math.round((score ?? 0) * 100)] as const)
  const weighty = new Set(
    Object.values(categories).flatMap(({ auditRefs }) =>
      auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => id),
    ),
  )
  const objections = Object.values(audits)
    .filter(({ id, score }) => weighty.has(id) && score !== null && score < 1)
    .map(({ id, title, displayValue }) => [`${id}: ${title}`, displayValue].filter(Boolean).join(', '))
  return {
    scores: Object.fromEntries(scores),
    objections,
    largestPaintMs: audits['largest-contentful-paint']?.numericValue ?? Number.NaN,
  }
}

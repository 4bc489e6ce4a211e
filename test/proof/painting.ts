import { press } from '../browser.ts'
import { type Judge, openJudge } from '../lighthouse.ts'
import { scene } from '../scans/scene.ts'
import { answerAll } from '../site/anyone.ts'
import type { Stack } from '../stack.ts'
import { atMost, exactly, type Figure, type Finding } from './finding.ts'

/** On Lighthouse's slow 4G. */
const LARGEST_PAINT_MS = 1_200

/**
 * How fast a phone on slow 4G shows the landing pages and each page of a booking: Lighthouse's marks for performance and
 * the largest paint, medians of so many rounds.
 */
export async function paintedSoon(stack: Stack, { rounds }: { rounds: number }): Promise<Finding> {
  const { slug, codes } = await scene(stack, 'painted-soon')
  const judge = await openJudge()
  const figures: Figure[] = []
  const look = async (name: string, url: string) => figures.push(...(await judged(judge, name, url, rounds)))
  try {
    for (const path of [`/p/${slug}`, `/p/${slug}/consultation`, `/p/${slug}/consultation?lang=ar`, '/', '/visit'])
      await look(path.replace(slug, 'PRACTICE'), stack.publicUrl + path)
    const page = await judge.context.newPage()
    await page.goto(`${stack.publicUrl}/q/${codes[0]}`)
    await press(page.locator('.way .button').first())
    await answerAll(page, (step) => look(step, page.url()).then(() => {}))
  } finally {
    await judge.close()
  }
  return { title: `Pages on slow 4G, medians of ${rounds}`, figures }
}

async function judged(judge: Judge, name: string, url: string, rounds: number): Promise<Figure[]> {
  const marks: number[] = []
  const paints: number[] = []
  for (let round = 0; round < rounds; round++) {
    const { scores, largestPaintMs } = await judge.marksOf(url, ['performance'])
    marks.push(scores.performance ?? 0)
    paints.push(Math.round(largestPaintMs))
  }
  return [
    exactly(`${name}: performance`, median(marks), 100),
    atMost(`${name}: largest paint, ms`, median(paints), LARGEST_PAINT_MS),
  ]
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN

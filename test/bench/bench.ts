import { seedDemo } from '../../db/seed/history.ts'
import { startStack } from '../stack.ts'
import { type LogFigures, measureLog } from './log.ts'
import { circumstances, table } from './machine.ts'
import { measurePrints, type PrintFigures } from './prints.ts'
import { measureRedirect, type RedirectFigures } from './redirect.ts'
import { measureSlots, slotsTable } from './slots.ts'
import { measureStats, type ReportFigures } from './stats.ts'

/* `npm run bench`: how fast, as ratios of what is measured in the same run. Not a test: machines differ. */

async function bench(): Promise<void> {
  const say = (line: string) => console.log(`  ${line}`)
  console.log(`${circumstances().join('\n')}\n`)
  const stack = await startStack()
  try {
    const now = Date.now()
    const demo = await seedDemo(stack.db, stack.secrets, now, say)
    if (!demo) throw new Error('the database of the bench was not empty')
    console.log('\nThe stats on the demo data: 180 days, 120 links')
    console.log(`\n${statsTable(await measureStats(stack, demo, now))}`)
    console.log('\nA month of slots for twenty providers')
    console.log(`\n${slotsTable(await measureSlots(stack, now))}`)
    console.log('\nFiles for print, one client that waits for each')
    console.log(`\n${printTable(await measurePrints(stack, demo))}`)
    console.log('\nThe redirect, its scan on disk before the 302 leaves, against a bare 302 Worker')
    console.log(`\n${redirectTable(await measureRedirect(stack, say))}`)
    console.log('\nThe scan log: with a reader beside it, for fifty practices, and after an outage')
    console.log(`\n${logLines(await measureLog(stack, demo, say))}`)
  } finally {
    await stack.stop()
  }
}

function statsTable(figures: ReportFigures[]): string {
  const odd = (figure: ReportFigures) =>
    Object.keys({ ...figure.alone.statuses, ...figure.crowd.statuses }).filter((status) => status !== '200')
  return table([
    ['GET /stats/', 'alone, p95 ms', 'requests a second', '8 readers, p95 ms', 'requests a second', 'not 200'],
    ...figures.map((figure) => [
      figure.report,
      figure.alone.p95,
      figure.alone.perSecond,
      figure.crowd.p95,
      figure.crowd.perSecond,
      odd(figure).join(' ') || 'none',
    ]),
  ])
}

/** Ratios to the same link without a drawing: what is left is setting and drawing. */
function printTable(figures: PrintFigures[]): string {
  const plain = figures[0]?.measured.perSecond ?? Number.NaN
  return table([
    ['', 'a second', 'ratio', 'p50, ms', 'p95, ms', 'not 200'],
    ...figures.map(({ what, measured: { perSecond, p50, p95, statuses } }) => {
      const odd = Object.keys(statuses).filter((status) => status !== '200')
      return [what, perSecond, (perSecond / plain).toFixed(2), p50, p95, odd.join(' ') || 'none']
    }),
  ])
}

function redirectTable(figures: RedirectFigures): string {
  const middle = (key: 'p50' | 'p99', of: 'bare' | 'object' | 'ours') =>
    figures[of].map((round) => round[key]).toSorted((a, b) => a - b)[Math.floor(figures[of].length / 2)] ?? ''
  return [
    table([
      ['50 connections, medians', 'requests a second', 'p50, ms', 'p99, ms'],
      ['bare 302', figures.barePerSecond, middle('p50', 'bare'), middle('p99', 'bare')],
      [
        'bare 302 after an empty call to an object',
        figures.objectPerSecond,
        middle('p50', 'object'),
        middle('p99', 'object'),
      ],
      ['redirect, scan recorded', figures.oursPerSecond, middle('p50', 'ours'), middle('p99', 'ours')],
      ['redirect at 500 a second', figures.steady.perSecond, figures.steady.p50, figures.steady.p99],
    ]),
    '',
    `ratio ${figures.ratio.toFixed(3)} (the bar is 0.18; the empty call's is ${(figures.objectPerSecond / figures.barePerSecond).toFixed(3)}), p99 at 500 a second ${figures.steady.p99} ms (20)`,
    `processor time of workerd for one redirect, the flush to libSQL included: ${figures.cpuPerRedirect.toFixed(3)} ms`,
    `scans: ${figures.answered} answered, ${figures.stored} stored`,
  ].join('\n')
}

function logLines(figures: LogFigures): string {
  return [
    `p50 at 500 scans a second ${figures.p50} ms, while one client reads the stats without pause ${figures.p50WhileRead} ms: ratio ${figures.readRatio.toFixed(2)} (the bar is 1.5)`,
    `50 connections: ${figures.onePerSecond} redirects a second of one practice, ${figures.manyPerSecond} of fifty: ratio ${figures.manyRatio.toFixed(2)}`,
    `after an outage, ${figures.drained} scans reach libSQL at ${figures.drainPerSecond} a second`,
  ].join('\n')
}

await bench()

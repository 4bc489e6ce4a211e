import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { circumstances, table } from '../bench/machine.ts'
import { type Stack, startStack } from '../stack.ts'
import { longAway } from './backlog.ts'
import { slotsOverYears } from './clocks.ts'
import { everyTypo } from './codes.ts'
import { brokenOf, type Finding } from './finding.ts'
import { flooded } from './flood.ts'
import { fuzzed } from './fuzz.ts'
import { guessed } from './guessing.ts'
import { hitsTaken } from './hits.ts'
import { killsInMidLoad, killsWhileDraining } from './kills.ts'
import { killsWhileSending } from './letters.ts'
import { moveAndCancel } from './moves.ts'
import { databaseAway } from './outages.ts'
import { paintedSoon } from './painting.ts'
import { everyPrint } from './printing.ts'
import { oneSlot, randomIntervals } from './races.ts'
import { rotatedUnderLoad } from './rotating.ts'
import { wallClocks } from './walls.ts'

/*
 * `npm run proof`: the heavy proofs in full, and a dated report with every figure. `npm run proof 4` runs the fourth
 * alone. Tests run samples of the same.
 */

const PROOFS: ((stack: Stack) => Finding | Promise<Finding>)[] = [
  () => everyTypo({ codes: 50_000 }),
  () => slotsOverYears({ years: 20, weeks: 40 }),
  () => wallClocks({ years: 20, everyDays: 7 }),
  (stack) => oneSlot(stack, { patients: 1_000 }),
  (stack) => randomIntervals(stack, { tries: 1_500 }),
  (stack) => fuzzed(stack, { requests: 4_000 }),
  (stack) => databaseAway(stack, 'stopped', { seconds: 60 }),
  (stack) => databaseAway(stack, 'stopped', { seconds: 600, people: 4, pauseMs: 100 }),
  (stack) => databaseAway(stack, 'hung', { seconds: 30 }),
  (stack) => guessed(stack, { guesses: 100_000 }),
  (stack) => killsInMidLoad(stack, { kills: 100 }),
  (stack) => killsWhileDraining(stack, { kills: 10, seconds: 15 }),
  () => longAway({ scans: 1_000_000 }),
  () => hitsTaken(),
  (stack) => everyPrint(stack, { referrers: 500 }),
  (stack) => paintedSoon(stack, { rounds: 5 }),
  (stack) => moveAndCancel(stack, { acts: 1_500 }),
  (stack) => killsWhileSending(stack, { letters: 2_000, kills: 30 }),
  (stack) => rotatedUnderLoad(stack, { rotations: 5 }),
  () => flooded({ bookings: 10_000, from: 'one address and one /48' }),
  () => flooded({ bookings: 10_000, from: 'thousands of networks' }),
]

async function proof(): Promise<void> {
  const wanted = process.argv[2]
  const report = [
    `# Proof, ${new Date().toISOString().slice(0, 10)}`,
    '',
    ...circumstances().map((line) => `- ${line}`),
  ]
  const stack = await startStack()
  let broken = 0
  try {
    for (const [at, prove] of PROOFS.entries()) {
      if (wanted && Number(wanted) !== at + 1) continue
      const from = Date.now()
      const text = await Promise.resolve(stack)
        .then(prove)
        .then(inWords, (error: unknown) => ({ text: [`## Proof ${at + 1} failed`, '', String(error)], wrong: 1 }))
      broken += text.wrong
      const lines = ['', ...text.text, '', `${Math.round((Date.now() - from) / 1000)} s`]
      console.log(lines.join('\n'))
      report.push(...lines)
    }
  } finally {
    await stack.stop()
  }
  report.push('', broken === 0 ? 'Every figure holds.' : `${broken} figures do not hold.`, '')
  console.log(`\n${report.at(-2)}${wanted ? '' : ` The report: ${kept(report)}`}`)
  process.exit(broken === 0 ? 0 : 1)
}

/** Only of all proofs together: a report of one would stand for the rest. */
function kept(report: string[]): string {
  const folder = join(import.meta.dirname, 'reports')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `proof-${new Date().toISOString().slice(0, 10)}.md`)
  writeFileSync(file, report.join('\n'))
  return file
}

function inWords(finding: Finding): { text: string[]; wrong: number } {
  const rows = finding.figures.map(({ what, found, bar, holds }) => [
    what,
    found,
    bar,
    bar ? (holds ? 'yes' : 'NO') : '',
  ])
  const notes = (finding.notes ?? []).map((note) => `- ${note}`)
  const text = [
    `## ${finding.title}`,
    '',
    table([['', 'found', 'bar', 'holds'], ...rows]),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ]
  return { text, wrong: brokenOf(finding).length }
}

await proof()

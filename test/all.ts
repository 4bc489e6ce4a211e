import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QUIET, ROOT } from '../db/build.ts'
import { KINDS, type Kind } from './kinds.ts'

/*
 * `npm test`: every step in order, each with its time, until one fails; its output follows. What a step prints when all is
 * well is not shown.
 */

interface Counted {
  passed: number
  failed: number
}

interface Step {
  name: string
  program: string
  args: string[]
  /** How many tests the step ran; a step without counts as one. */
  count?: () => Counted
}

const reports = mkdtempSync(join(tmpdir(), 'referloop-test-'))
process.on('exit', () => rmSync(reports, { recursive: true, force: true }))

const vitest = (kind: Kind): Step => {
  const report = join(reports, `${kind}.json`)
  return {
    name: `tests: ${kind}`,
    program: 'vitest/vitest.mjs',
    args: [
      'run',
      '-c',
      'test/vitest.config.ts',
      '--project',
      kind,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    count() {
      const { numPassedTests: passed, numFailedTests: failed } = JSON.parse(readFileSync(report, 'utf8'))
      return { passed, failed }
    },
  }
}

const STEPS: Step[] = [
  { name: 'formatting and lint', program: '@biomejs/biome/bin/biome', args: ['ci', '--colors=off', '.'] },
  // First, since it generates what the types of the pages are.
  { name: 'types of the pages', program: 'astro/bin/astro.mjs', args: ['check', '--root', 'site'] },
  { name: 'types', program: 'typescript/bin/tsc', args: ['-p', '.'] },
  ...KINDS.map(vitest),
]

const total: Counted = { passed: 0, failed: 0 }
for (const step of STEPS) {
  const started = performance.now()
  const { ok, output } = await run(step)
  const counted = countOf(step, ok)
  total.passed += counted.passed
  total.failed += counted.failed
  const seconds = ((performance.now() - started) / 1_000).toFixed(1).padStart(6)
  console.log(
    `${ok ? 'ok    ' : 'FAILED'} ${seconds} s  ${step.name}${step.count ? ` (${counted.passed} passed)` : ''}`,
  )
  if (ok) continue
  console.log(`\n${output.trim()}\n`)
  break
}
console.log(`${total.passed} passed, ${total.failed} failed`)
process.exit(total.failed > 0 ? 1 : 0)

function run({ program, args }: Step): Promise<{ ok: boolean; output: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', program), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...QUIET, NO_COLOR: '1' },
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => child.kill(signal))
  return new Promise((resolve) => child.once('close', (code) => resolve({ ok: code === 0, output })))
}

/** A step that failed has at least one failure, also when it never came to its tests. */
function countOf({ count }: Step, ok: boolean): Counted {
  try {
    const counted = count?.() ?? { passed: ok ? 1 : 0, failed: ok ? 0 : 1 }
    return ok ? counted : { ...counted, failed: Math.max(1, counted.failed) }
  } catch {
    return { passed: 0, failed: 1 }
  }
}

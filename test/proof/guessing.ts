import { readFileSync } from 'node:fs'
import { newCode } from '../../worker/links/codes.ts'
import { ride, scene } from '../scans/scene.ts'
import type { Stack } from '../stack.ts'
import { atMost, exactly, type Finding, shown } from './finding.ts'

const AT_ONCE = 600
/** Without those that the patients' scans fill meanwhile. */
const TABLES = ['links', 'visits', 'replies']

/**
 * So many codes that nobody has are tried by many connections at once, while patients of the same network scan a card
 * again and again, and one that was never scanned before.
 */
export async function guessed(stack: Stack, { guesses }: { guesses: number }): Promise<Finding> {
  const [known, fresh] = (await scene(stack, `guessed-${guesses}`)).codes
  const rows = await rowsOf(stack)
  // What so many connections take is taken before it is measured.
  const first = await tried(stack, AT_ONCE * 2)
  const memory = megabytes(stack)
  const patients = scanning(stack, known)
  const started = performance.now()
  const [rest, unscanned] = await Promise.all([tried(stack, guesses), follows(stack, fresh)])
  const seconds = (performance.now() - started) / 1000
  const lost = await patients.stop()
  const { 404: unknown = 0, 429: limited = 0, 503: busy = 0, ...others } = rest
  return {
    title: 'Guessed codes: limited, nothing written, and no card waits',
    figures: [
      shown('codes tried', guesses + Object.values(first).reduce((all, n) => all + n, 0)),
      shown('answers a second, over the limit', Math.round(guesses / seconds)),
      atMost('share of them that is not told to wait', (unknown + busy) / guesses, 0.2),
      exactly('answers of another kind', Object.keys(others).length, 0),
      exactly('scans of a known card from the same network, not followed', lost, 0),
      exactly('a card that was not scanned before, followed', String(unscanned), 'true'),
      exactly('rows written for guesses', (await rowsOf(stack)) - rows, 0),
      atMost('megabytes that the Worker grew by', megabytes(stack) - memory, 200),
    ],
  }
}

/** How many tries got which status; 0 is none. */
async function tried(stack: Stack, guesses: number): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {}
  let left = guesses
  const guesser = async () => {
    while (left-- > 0) {
      const answer = await ride(stack, `/q/${newCode()}`).catch(() => undefined)
      await answer?.arrayBuffer()
      const status = answer?.status ?? 0
      statuses[status] = (statuses[status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, guesser))
  return statuses
}

const follows = async (stack: Stack, code: string) =>
  (await ride(stack, `/q/${code}`).catch(() => undefined))?.status === 302

/** A scan five times a second until `stop`, which gives how many were not followed. */
function scanning(stack: Stack, code: string) {
  let [isOver, lost] = [false, 0]
  const all = (async () => {
    while (!isOver) {
      if (!(await follows(stack, code))) lost++
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    return lost
  })()
  return {
    stop() {
      isOver = true
      return all
    },
  }
}

const rowsOf = async (stack: Stack) => {
  const { rows } = await stack.db.client.execute(
    `select ${TABLES.map((table) => `(select count(*) from ${table})`).join(' + ')}`,
  )
  return Number(rows[0]?.[0])
}

/** What workerd holds of the machine's memory. */
function megabytes(stack: Stack): number {
  const pages = readFileSync(`/proc/${stack.worker.pid()}/statm`, 'utf8').split(' ')[1]
  return Math.round((Number(pages) * 4096) / 1e6)
}

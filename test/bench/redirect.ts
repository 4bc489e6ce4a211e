import { askUntil } from '../api.ts'
import { type TestPractice, testPractice } from '../practice.ts'
import type { Stack } from '../stack.ts'
import { startBare } from './bare.ts'
import type { Measured } from './load.ts'
import { loaded, median, processorSeconds } from './machine.ts'

const ROUNDS = 5
const SECONDS = 4
const CONNECTIONS = 50
const STEADY_RATE = 500
const STEADY_SECONDS = 20
/** A phone, so that every hit is a scan. */
export const PERSON = {
  'User-Agent':
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Mobile Safari/537.36',
}

export interface RedirectFigures {
  bare: Measured[]
  object: Measured[]
  ours: Measured[]
  /** Medians over the rounds. */
  barePerSecond: number
  /** The same with an empty call to a Durable Object before it. */
  objectPerSecond: number
  oursPerSecond: number
  /** Median of the rounds' own ratios: both halves of a round see the same machine. */
  ratio: number
  /** Milliseconds of workerd's processor time for one redirect, its share of the flush to libSQL included. */
  cpuPerRedirect: number
  steady: Measured
  /** Redirects answered, and scans found in libSQL afterwards. */
  answered: number
  stored: number
}

/**
 * The redirect, its scan on disk before the 302 leaves, against a Worker that answers a bare 302: by turns, in the same
 * run, on the same kind of socket, one pair a round. The log is drained before each bare half, so that the bare Worker
 * does not compete with our flush.
 */
export async function measureRedirect(stack: Stack, say: (line: string) => void): Promise<RedirectFigures> {
  const practice = await testPractice(stack, 'bench')
  const bare = await startBare()
  try {
    const path = `/q/${practice.link.code}`
    const ourLoad = { origin: stack.url, paths: [path], headers: PERSON, connections: CONNECTIONS, seconds: SECONDS }
    const bareLoad = { ...ourLoad, origin: bare.url }
    const warm = [await loaded({ ...bareLoad, seconds: 1 }), await loaded({ ...ourLoad, seconds: 1 })]
    let answered = statusCount(warm[1])
    const rounds: { bare: Measured; object: Measured; ours: Measured; cpu: number }[] = []
    for (let round = 1; round <= ROUNDS; round++) {
      await drained(stack, practice, answered)
      const bareFigures = await loaded(bareLoad)
      const object = await loaded({ ...bareLoad, paths: ['/object'] })
      const before = processorSeconds(stack.worker.pid())
      const ours = await loaded(ourLoad)
      answered += statusCount(ours)
      await drained(stack, practice, answered)
      const cpu = ((processorSeconds(stack.worker.pid()) - before) * 1000) / ours.requests
      rounds.push({ bare: bareFigures, object, ours, cpu })
      say(
        `round ${round} of ${ROUNDS}: bare ${bareFigures.perSecond}, empty call ${object.perSecond}, ours ${ours.perSecond} a second`,
      )
    }
    const steady = await loaded({ ...ourLoad, seconds: STEADY_SECONDS, rate: STEADY_RATE })
    answered += statusCount(steady)
    const stored = await drained(stack, practice, answered)
    return {
      bare: rounds.map((round) => round.bare),
      object: rounds.map((round) => round.object),
      ours: rounds.map((round) => round.ours),
      barePerSecond: median(rounds.map((round) => round.bare.perSecond)),
      objectPerSecond: median(rounds.map((round) => round.object.perSecond)),
      oursPerSecond: median(rounds.map((round) => round.ours.perSecond)),
      ratio: median(rounds.map((round) => round.ours.perSecond / round.bare.perSecond)),
      cpuPerRedirect: median(rounds.map((round) => round.cpu)),
      steady,
      answered,
      stored,
    }
  } finally {
    await bare.stop()
  }
}

const statusCount = (measured: Measured | undefined, status = '302') => measured?.statuses[status] ?? 0

const DRAINED_WITHIN_MS = 90_000

/** Waits until libSQL holds every scan that was answered; how many it holds then, or when time is up. */
export async function drained(stack: Stack, practice: TestPractice, scans: number): Promise<number> {
  return askUntil(
    () => scansStored(stack, practice.id),
    (stored) => stored >= scans,
    DRAINED_WITHIN_MS,
  )
}

export async function scansStored(stack: Stack, practiceId: string): Promise<number> {
  const sql = `select count(*) as n from scans where practice_id = ? and class = 'person'`
  const counted = await stack.db.client.execute({ sql, args: [practiceId] })
  return Number(counted.rows[0]?.n)
}

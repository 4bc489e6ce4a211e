import type { SeededDemo } from '../../db/seed/history.ts'
import { testPractice } from '../practice.ts'
import { scene } from '../scans/scene.ts'
import type { Stack } from '../stack.ts'
import type { Load } from './load.ts'
import { loaded, median } from './machine.ts'
import { drained, PERSON, scansStored } from './redirect.ts'

const ROUNDS = 3
const SECONDS = 4
const CONNECTIONS = 50
const PRACTICES = 50
const STEADY_RATE = 500

export interface LogFigures {
  /** Scans that reach libSQL in a second, of a log that holds many because the database was away. */
  drainPerSecond: number
  drained: number
  /** Milliseconds at 500 scans a second, and while one client reads the stats without pause. Medians. */
  p50: number
  p50WhileRead: number
  /** Medians of the rounds' own ratios. */
  readRatio: number
  /** Redirects a second of one practice, and of 50 practices, each with a log of its own. */
  onePerSecond: number
  manyPerSecond: number
  manyRatio: number
}

/** What the scan log does beside taking scans: draining, beside a reader of the stats, and fifty of them. */
export async function measureLog(stack: Stack, demo: SeededDemo, say: (line: string) => void): Promise<LogFigures> {
  const practice = await testPractice(stack, 'bench-log')
  const one = [`/q/${practice.link.code}`]
  const many: string[] = []
  for (let n = 0; n < PRACTICES; n++) many.push(`/q/${(await scene(stack, `bench-log-${n}`)).codes[0]}`)
  const load = (paths: string[], more: Partial<Load> = {}): Load => ({
    ...{ origin: stack.url, paths, headers: PERSON, connections: CONNECTIONS, seconds: SECONDS },
    ...more,
  })
  const steady = load(one, { rate: STEADY_RATE })
  const reading: Load = {
    ...{ origin: stack.url, paths: ['/api/v1/stats/summary'], connections: 1, seconds: SECONDS },
    headers: { Authorization: `Bearer ${demo.apiKey}` },
  }
  const [warmOne] = [
    await loaded(load(one, { seconds: 1 })),
    await loaded(load(many, { seconds: 2 })),
    await loaded(reading),
  ]
  let answered = warmOne?.statuses['302'] ?? 0
  const count = <T extends { statuses: Record<string, number> }>(measured: T): T => {
    answered += measured.statuses['302'] ?? 0
    return measured
  }

  const rounds: { alone: number; read: number; one: number; many: number }[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    await drained(stack, practice, answered)
    const alone = count(await loaded(steady))
    const [read] = await Promise.all([loaded(steady), loaded(reading)])
    count(read)
    await drained(stack, practice, answered)
    const single = count(await loaded(load(one)))
    await drained(stack, practice, answered)
    const fifty = await loaded(load(many))
    await quiet(stack)
    rounds.push({ alone: alone.p50, read: read.p50, one: single.perSecond, many: fifty.perSecond })
    say(
      `round ${round} of ${ROUNDS}: p50 ${alone.p50} ms, beside a reader ${read.p50} ms; ${single.perSecond} a second, over ${PRACTICES} practices ${fifty.perSecond}`,
    )
  }

  await drained(stack, practice, answered)
  await stack.database.stop()
  count(await loaded(load(one)))
  await stack.database.start()
  const drain = await drainOf(stack, practice.id, answered)
  return {
    drainPerSecond: Math.round(drain.scans / drain.seconds),
    drained: drain.scans,
    p50: median(rounds.map(({ alone }) => alone)),
    p50WhileRead: median(rounds.map(({ read }) => read)),
    readRatio: median(rounds.map(({ alone, read }) => read / alone)),
    onePerSecond: median(rounds.map((round) => round.one)),
    manyPerSecond: median(rounds.map((round) => round.many)),
    manyRatio: median(rounds.map((round) => round.many / round.one)),
  }
}

/** From the first scan that arrives: before it, the log had drawn back from a database that was away. */
async function drainOf(stack: Stack, practiceId: string, all: number): Promise<{ scans: number; seconds: number }> {
  const before = await scansStored(stack, practiceId)
  let first: { stored: number; at: number } | undefined
  for (const until = Date.now() + 120_000; Date.now() < until; ) {
    const stored = await scansStored(stack, practiceId)
    if (stored > before) first ??= { stored, at: performance.now() }
    if (first && stored >= all) return { scans: stored - first.stored, seconds: (performance.now() - first.at) / 1000 }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the log did not drain')
}

/** Until no scan of any practice has arrived for a second. */
async function quiet(stack: Stack): Promise<void> {
  const all = async () => Number((await stack.db.client.execute('select count(*) as n from scans')).rows[0]?.n)
  for (let [before, now] = [-1, await all()]; before !== now; [before, now] = [now, await all()])
    await new Promise((resolve) => setTimeout(resolve, 1_500))
}

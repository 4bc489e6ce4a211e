import { nanoid } from 'nanoid'
import type { Env } from '../env.ts'

const MINUTE_MS = 60_000
/** What is looked back at. */
const MINUTES = 10
/** So many unknown codes in that time are no accident any more. */
const ALARMING = 100
/** Told apart in one minute; further ones count as none. */
const NETWORKS = 1_000
const PREFIX = 'guesses:'

/** Unknown codes of the last ten minutes, and the networks that they came from. */
export interface Guessing {
  codes: number
  networks: number
}

/** The last ten minutes of this isolate, the oldest first. */
const minutes: { minute: number; codes: number; networks: Set<string> }[] = []
let toldIn = Number.NEGATIVE_INFINITY
/** Of this isolate; made with the first alarm, as nothing random may be made before a request. */
let isolate = ''

/**
 * Takes note of an unknown code. When there are alarmingly many it says so, at most once a minute: in the log, and in an
 * entry of this isolate's own, which `doctor` reads and which ends by itself.
 */
export function noted(
  env: Pick<Env, 'OUTAGE'>,
  ctx: Pick<ExecutionContext, 'waitUntil'>,
  network: string,
  now: number,
): void {
  const guessing = added(network, now)
  const minute = Math.floor(now / MINUTE_MS)
  if (guessing.codes < ALARMING || minute <= toldIn) return
  toldIn = minute
  isolate ||= nanoid()
  console.warn(inWords(guessing))
  ctx.waitUntil(
    env.OUTAGE.put(PREFIX + isolate, JSON.stringify(guessing), { expirationTtl: (MINUTES * MINUTE_MS) / 1000 }).catch(
      () => {},
    ),
  )
}

/** What all isolates together told within the last ten minutes. A network that was at two of them counts twice. */
export async function guessingTold({ OUTAGE }: Pick<Env, 'OUTAGE'>): Promise<Guessing> {
  const { keys } = await OUTAGE.list({ prefix: PREFIX, limit: 50 })
  const told = await Promise.all(keys.map(({ name }) => OUTAGE.get<Guessing>(name, 'json')))
  const sum = (of: keyof Guessing) => told.reduce((all, one) => all + (one?.[of] ?? 0), 0)
  return { codes: sum('codes'), networks: sum('networks') }
}

export const inWords = ({ codes, networks }: Guessing): string =>
  `codes are being guessed: ${codes} unknown codes within ${MINUTES} minutes from ${networks === 1 ? 'one network' : `${networks} networks`}`

function added(network: string, now: number): Guessing {
  // One that waited may be of the minute before.
  const minute = Math.max(Math.floor(now / MINUTE_MS), minutes.at(-1)?.minute ?? 0)
  while (minutes[0] && minutes[0].minute <= minute - MINUTES) minutes.shift()
  if (minutes.at(-1)?.minute !== minute) minutes.push({ minute, codes: 0, networks: new Set() })
  const last = minutes.at(-1)
  if (last) last.codes++
  if (last && last.networks.size < NETWORKS) last.networks.add(network)
  const codes = minutes.reduce((all, one) => all + one.codes, 0)
  // Counted anew only where it may be told: a guess must stay cheap.
  const networks = codes < ALARMING || minute <= toldIn ? 0 : new Set(minutes.flatMap((one) => [...one.networks])).size
  return { codes, networks }
}

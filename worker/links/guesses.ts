import { Limit, limitHeaders } from '../access/limit.ts'
import { networkOf, siteOf } from '../access/network.ts'
import type { Env } from '../env.ts'
import { noted } from './alarm.ts'

/** Far more than the people behind one clinic's Wi-Fi mistype: of 16 mistyped codes the check symbol catches 15. */
const GUESSES = { name: 'guesses', tries: 30, seconds: 60 }
const guesses = new Limit(GUESSES)
/** Of a whole /48: a mobile network's customers share it, and so does whoever has one and takes a new /64 for each try. */
const siteGuesses = new Limit({ ...GUESSES, tries: 4 * GUESSES.tries })

/** Who is over the limit waits so long for an answer. */
const DELAY_MS = 2_000
/** Requests that wait at the same moment in this isolate, so that guessers do not fill it. */
const WAITING_AT_MOST = 500

/**
 * A code or alias that fits its form was tried and does not exist. Empty while the network is within its limit; else
 * the headers of a 429, after a delay.
 *
 * What it achieves: a code is 28 random bits, so with 10,000 codes in use one guess of 26,844 hits, and a hit shows which
 * office sends patients to which practice, nothing of a patient. At 30 a minute that is 15 hours a hit. A code that
 * exists is always followed, whatever the limit says: many patients share a network, and behind a proxy that is not
 * trusted all do. So somebody who opens many connections and hangs up on each wrong one is not held to the limit, only to
 * eight look-ups at a time (turn.ts), and the operator is told (alarm.ts).
 */
export async function guessed(
  { env, ctx, now }: { env: Env; ctx: Pick<ExecutionContext, 'waitUntil'>; now: number },
  headers: Headers,
): Promise<Record<string, string> | null> {
  const network = networkOf(env, headers)
  noted(env, ctx, network, now)
  const site = siteOf(env, headers)
  const wait = guesses.wait(network, now) || siteGuesses.wait(site, now) || (await waitAtTheEdge(env, network))
  if (wait === 0) {
    guesses.count(network, now)
    siteGuesses.count(site, now)
    return null
  }
  await delay(now)
  return limitHeaders(GUESSES, wait)
}

/** On Cloudflare there are many isolates, of which each remembers its own; the platform counts for all in a location. */
async function waitAtTheEdge({ GUESSES: edge }: Env, network: string): Promise<number> {
  if (!edge) return 0
  return (await edge.limit({ key: network })).success ? 0 : GUESSES.seconds
}

/** When each one that waits will be answered, the next first. A count would grow with everybody who hangs up. */
const waiting: number[] = []

async function delay(now: number): Promise<void> {
  while (waiting[0] !== undefined && waiting[0] <= now) waiting.shift()
  if (waiting.length >= WAITING_AT_MOST) return
  waiting.push(now + DELAY_MS)
  await new Promise((resolve) => setTimeout(resolve, DELAY_MS))
}

import { Limit, limitHeaders } from '../access/limit.ts'
import { EVERYBODY, networkOf, siteOf } from '../access/network.ts'

/** Where somebody asks from, as keyed hashes: a network, and the /48 around it. In memory alone. */
export interface From {
  network: string
  site: string
}

/** Null where nobody vouches for an address: a limit for one would be a limit for all. */
export function fromOf(env: Parameters<typeof networkOf>[0], headers: Headers): From | null {
  const network = networkOf(env, headers)
  return network === EVERYBODY ? null : { network, site: siteOf(env, headers) }
}

const HOUR = 3_600
const DAY = 24 * HOUR

/*
 * At one practice. A referring office's Wi-Fi, or a family's, is one network: its patients must all get in, and whoever
 * writes a program must not get a day's worth of appointments. An IPv4 address is a network and a site at once.
 */
const BOOKED = {
  network: new Limit({ name: 'booked', tries: 8, seconds: HOUR }),
  site: new Limit({ name: 'booked-near', tries: 16, seconds: HOUR }),
  day: new Limit({ name: 'booked-in-a-day', tries: 32, seconds: DAY }),
  /** One time, booked and cancelled over and over; a family may share a time of a group. */
  start: new Limit({ name: 'booked-again', tries: 6, seconds: DAY }),
}
const HELD = {
  /** As long as a hold can last: these may all be held at once. */
  network: new Limit({ name: 'held', tries: 8, seconds: 20 * 60 }),
  site: new Limit({ name: 'held-near', tries: 16, seconds: 20 * 60 }),
  /** By whomever: who comes then goes on without a hold, and the first to finish has the time. */
  slot: new Limit({ name: 'held-again', tries: 3, seconds: HOUR }),
}

export type Spent = { ok: true; giveBack(): void } | { ok: false; headers: Record<string, string> }

/** Takes a booking from what a network has left; it is to be given back where none came of it. */
export function spend(practiceId: string, from: From | null, start: number, now: number): Spent {
  if (!from) return { ok: true, giveBack: () => {} }
  const own = `${practiceId} ${from.network}`
  const near = `${practiceId} ${from.site}`
  const taken: [Limit, string][] = [
    [BOOKED.network, own],
    [BOOKED.site, near],
    [BOOKED.day, near],
    [BOOKED.start, `${near} ${start}`],
  ]
  for (const [limit, key] of taken) {
    const wait = limit.wait(key, now)
    if (wait > 0) return { ok: false, headers: limitHeaders(limit.policy, wait) }
  }
  for (const [limit, key] of taken) limit.count(key, now)
  return {
    ok: true,
    giveBack: () => {
      for (const [limit, key] of taken) limit.giveBack(key)
    },
  }
}

/** Whether one more hold of this time may be made, which is then counted. */
export function mayHold(
  practiceId: string,
  from: From | null,
  slot: { start: number; providerId: string },
  now: number,
): boolean {
  const asked: [Limit, string][] = [[HELD.slot, `${practiceId} ${slot.providerId} ${slot.start}`]]
  if (from) asked.push([HELD.network, `${practiceId} ${from.network}`], [HELD.site, `${practiceId} ${from.site}`])
  if (asked.some(([limit, key]) => limit.wait(key, now) > 0)) return false
  for (const [limit, key] of asked) limit.count(key, now)
  return true
}

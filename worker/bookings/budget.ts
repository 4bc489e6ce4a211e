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
  /** Of the appointments of one day, cancelled ones too: a few addresses must not empty it, nor book a time again and again. */
  sameDay: new Limit({ name: 'booked-for-one-day', tries: 3, seconds: DAY }),
}
/**
 * Of the appointments of one day, by all networks together: those who bring the same card, and those who bring none. When
 * very many networks are made to book, whoever holds another card still does. Some 15 % of visits are booked by patients
 * themselves, of all the days to come: so many for one of them within an hour are no practice's usual.
 */
const SURGE = new Limit({ name: 'booked-by-all', tries: 7, seconds: HOUR })

/** Requests to be called: each costs somebody at the practice a call. */
const ASKED = {
  network: new Limit({ name: 'asked', tries: 8, seconds: HOUR }),
  site: new Limit({ name: 'asked-near', tries: 16, seconds: HOUR }),
}

const HELD = {
  /** As long as a hold can last: these may all be held at once. */
  network: new Limit({ name: 'held', tries: 8, seconds: 20 * 60 }),
  site: new Limit({ name: 'held-near', tries: 16, seconds: 20 * 60 }),
  sameDay: new Limit({ name: 'held-on-one-day', tries: 2, seconds: 20 * 60 }),
  /** Of one day, and of one time, by whomever: who comes then goes on without a hold, and the first to finish has the time. */
  everybody: new Limit({ name: 'held-by-all', tries: 12, seconds: 20 * 60 }),
  slot: new Limit({ name: 'held-again', tries: 3, seconds: HOUR }),
}

export type Spent = { ok: true; giveBack(): void } | { ok: false; headers: Record<string, string> }

/**
 * Takes a booking from what a network has left; it is to be given back where none came of it.
 * @param linkId of the card that the patient brings; null where they bring none
 */
export function spend(
  practiceId: string,
  from: From | null,
  { start, linkId }: { start: number; linkId: string | null },
  now: number,
): Spent {
  const taken = bookedBy(practiceId, from, start)
  if (from) taken.push([SURGE, `${practiceId} ${linkId ?? 'no card'} ${dayOf(start)}`])
  const over = taken.find(([limit, key]) => limit.wait(key, now) > 0)
  if (over) return { ok: false, headers: limitHeaders(over[0].policy, over[0].wait(over[1], now)) }
  for (const [limit, key] of taken) limit.count(key, now)
  return {
    ok: true,
    giveBack: () => {
      for (const [limit, key] of taken) limit.giveBack(key)
    },
  }
}

function bookedBy(practiceId: string, from: From | null, start: number): [Limit, string][] {
  if (!from) return []
  const [own, near] = [`${practiceId} ${from.network}`, `${practiceId} ${from.site}`]
  return [
    [BOOKED.network, own],
    [BOOKED.site, near],
    [BOOKED.day, near],
    [BOOKED.sameDay, `${near} ${dayOf(start)}`],
  ]
}

/** Whether one more request to be called may come from there, which is then counted. */
export function mayAsk(practiceId: string, from: From | null, now: number): boolean {
  if (!from) return true
  const asked: [Limit, string][] = [
    [ASKED.network, `${practiceId} ${from.network}`],
    [ASKED.site, `${practiceId} ${from.site}`],
  ]
  if (asked.some(([limit, key]) => limit.wait(key, now) > 0)) return false
  for (const [limit, key] of asked) limit.count(key, now)
  return true
}

/** A day in UTC: for a limit no zone is needed. */
const dayOf = (start: number) => Math.floor(start / (DAY * 1000))

/** Whether one more hold of this time may be made, which is then counted; not by who has no booking left. */
export function mayHold(
  practiceId: string,
  from: From | null,
  slot: { start: number; providerId: string },
  now: number,
): boolean {
  const asked: [Limit, string][] = [[HELD.slot, `${practiceId} ${slot.providerId} ${slot.start}`]]
  if (from) {
    const [own, near] = [`${practiceId} ${from.network}`, `${practiceId} ${from.site}`]
    asked.push([HELD.network, own], [HELD.site, near], [HELD.sameDay, `${near} ${dayOf(slot.start)}`])
    asked.push([HELD.everybody, `${practiceId} ${dayOf(slot.start)}`])
  }
  const limits = [...asked, ...bookedBy(practiceId, from, slot.start)]
  if (limits.some(([limit, key]) => limit.wait(key, now) > 0)) return false
  for (const [limit, key] of asked) limit.count(key, now)
  return true
}

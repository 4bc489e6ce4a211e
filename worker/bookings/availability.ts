import { dayAfter } from '../practices/day.ts'
import { type Wall, wallOf, weekdayOf } from './wall.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** What of a service decides when it is offered. */
export interface Offer {
  id: string
  minutes: number
  stepMinutes: number
  capacity: number
  leadMinutes: number
  horizonDays: number
}

/** When a provider sees patients for the service: a weekday and wall times of the location, in minutes after midnight. */
export interface Opening {
  providerId: string
  locationId: string
  timezone: string
  /** 1 is Monday, 7 is Sunday. */
  weekday: number
  opens: number
  closes: number
}

/** Time that is taken: an active booking, or a slot held for somebody. */
export interface Taken {
  providerId: string
  serviceId: string
  startsAt: number
  endsAt: number
}

/** A time at which one provider can see a patient. Instants in milliseconds. */
export interface Free {
  startsAt: number
  endsAt: number
  timezone: string
  providerId: string
  locationId: string
}

/**
 * Every start on the grid of the opening hours that is free, on the local days from..from+days-1 of each location.
 * Sorted by start. They may overlap where the step is shorter than the visit: each alone can be booked. Wall times are
 * stable; a time that the clock jumps over is not offered, one that it shows twice is offered once, the earlier.
 */
export function freeStarts(
  offer: Offer,
  openings: readonly Opening[],
  taken: readonly Taken[],
  { from, days }: { from: string; days: number },
  now: number,
): Free[] {
  const earliest = now + offer.leadMinutes * MINUTE_MS
  const latest = now + offer.horizonDays * DAY_MS
  const isFree = freedom(offer, taken)
  const ordered = Map.groupBy(
    openings.toSorted((a, b) => a.opens - b.opens),
    ({ weekday }) => weekday,
  )
  const free: Free[] = []
  for (let i = 0; i < days; i++) {
    const day = dayAfter(from, i)
    const walls = new Map<string, Wall>()
    for (const opening of ordered.get(weekdayOf(day)) ?? []) {
      const wall = walls.get(opening.timezone) ?? wallOf(day, opening.timezone)
      walls.set(opening.timezone, wall)
      for (const slot of slotsIn(offer, opening, wall))
        if (slot.startsAt >= earliest && slot.startsAt <= latest && isFree(slot)) free.push(slot)
    }
  }
  return free.sort(bySlot)
}

/**
 * What is shown to choose from: sorted, and disjoint for each provider. Where free starts overlap the earlier one is
 * shown, and then the next that begins when it is over.
 */
export function disjoint(free: readonly Free[]): Free[] {
  const until = new Map<string, number>()
  return free.filter(({ providerId, startsAt, endsAt }) => {
    if (startsAt < (until.get(providerId) ?? Number.NEGATIVE_INFINITY)) return false
    until.set(providerId, endsAt)
    return true
  })
}

function slotsIn(offer: Offer, { opens, closes, timezone, providerId, locationId }: Opening, wall: Wall): Free[] {
  const closed = wall.next(closes)
  const slots: Free[] = []
  for (let minutes = opens; minutes + offer.minutes <= closes; minutes += Math.max(1, offer.stepMinutes)) {
    const startsAt = wall.of(minutes)
    if (startsAt === null) continue
    const endsAt = startsAt + offer.minutes * MINUTE_MS
    if (endsAt <= closed) slots.push({ startsAt, endsAt, timezone, providerId, locationId })
  }
  return slots
}

/** The same question that the overlap trigger asks (db/migrations/0001_overlap.sql), which has the last word. */
function freedom(offer: Offer, taken: readonly Taken[]): (slot: Free) => boolean {
  const byProvider = Map.groupBy(
    taken.toSorted((a, b) => a.startsAt - b.startsAt),
    ({ providerId }) => providerId,
  )
  const longest = taken.reduce((most, { startsAt, endsAt }) => Math.max(most, endsAt - startsAt), 0)
  return (slot) => {
    const its = byProvider.get(slot.providerId) ?? []
    let sharing = 0
    // What began longer ago than the longest takes is over.
    for (let i = firstAfter(its, slot.startsAt - longest); i < its.length; i++) {
      const one = its[i]
      if (!one || one.startsAt >= slot.endsAt) break
      if (one.endsAt <= slot.startsAt) continue
      if (one.serviceId !== offer.id || one.startsAt !== slot.startsAt) return false
      sharing++
    }
    return sharing < offer.capacity
  }
}

/** By halving: where the first begins that does so after the instant. */
function firstAfter(sorted: readonly Taken[], at: number): number {
  let low = 0
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.startsAt ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}

const bySlot = (a: Free, b: Free) =>
  a.startsAt - b.startsAt ||
  (a.providerId < b.providerId ? -1 : a.providerId > b.providerId ? 1 : 0) ||
  (a.locationId < b.locationId ? -1 : a.locationId > b.locationId ? 1 : 0)

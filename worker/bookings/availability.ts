import { dayAfter, weekdayOf } from '../practices/day.ts'
import { type Closed, closedOn, isOpenOn, type Opening } from './opening.ts'
import { freedom, type Taken } from './taken.ts'
import { type Wall, wallOf } from './wall.ts'

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
  /** The provider sees nobody else for so long before and after. */
  bufferBeforeMinutes: number
  bufferAfterMinutes: number
}

/** When a service is given: what is open, and what of it is closed. */
export interface Hours {
  open: readonly Opening[]
  closed: readonly Closed[]
}

/** A time at which one provider can see a patient. Instants in milliseconds. */
export interface Free {
  startsAt: number
  endsAt: number
  /** What the visit takes of the provider's time: the visit and its buffers. */
  busyFrom: number
  busyUntil: number
  timezone: string
  providerId: string
  locationId: string
}

/**
 * Every start on the grid of the opening hours that is free, on the local days from..from+days-1 of each location.
 * Sorted by start. They may overlap where the step is shorter than the visit: each alone can be booked. Wall times are
 * stable: a time that the clock jumps over is not offered, one that it shows twice is offered once, the earlier, and a
 * closing takes times away without moving the others. Buffers may lie outside the opening hours.
 */
export function freeStarts(
  offer: Offer,
  { open, closed }: Hours,
  taken: readonly Taken[],
  { from, days }: { from: string; days: number },
  now: number,
): Free[] {
  const earliest = now + offer.leadMinutes * MINUTE_MS
  const latest = now + offer.horizonDays * DAY_MS
  const isFree = freedom(offer, taken)
  const ordered = open.toSorted((a, b) => a.opens - b.opens)
  const free: Free[] = []
  for (let i = 0; i < days; i++) {
    const day = dayAfter(from, i)
    const weekday = weekdayOf(day)
    const walls = new Map<string, Wall>()
    const closings = closed.filter((one) => one.fromDay <= day && day <= one.untilDay)
    for (const opening of ordered) {
      if (!isOpenOn(opening, day, weekday)) continue
      const wall = walls.get(opening.timezone) ?? wallOf(day, opening.timezone)
      walls.set(opening.timezone, wall)
      const isClosed = closedOn(wall, opening, closings)
      for (const slot of slotsIn(offer, opening, wall))
        if (slot.startsAt >= earliest && slot.startsAt <= latest && !isClosed(slot) && isFree(slot)) free.push(slot)
    }
  }
  // Extra hours may lie over weekly ones.
  return free.sort(bySlot).filter((slot, i) => i === 0 || bySlot(slot, free[i - 1] ?? slot) !== 0)
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
    const busyFrom = startsAt - offer.bufferBeforeMinutes * MINUTE_MS
    const busyUntil = endsAt + offer.bufferAfterMinutes * MINUTE_MS
    if (endsAt <= closed) slots.push({ startsAt, endsAt, busyFrom, busyUntil, timezone, providerId, locationId })
  }
  return slots
}

const bySlot = (a: Free, b: Free) =>
  a.startsAt - b.startsAt ||
  (a.providerId < b.providerId ? -1 : a.providerId > b.providerId ? 1 : 0) ||
  (a.locationId < b.locationId ? -1 : a.locationId > b.locationId ? 1 : 0)

import { randomFrom } from '../../db/seed/random.ts'
import { disjoint, type Free, freeStarts, type Hours, type Offer } from '../../worker/bookings/availability.ts'
import type { Closed, Opening } from '../../worker/bookings/opening.ts'
import type { Taken } from '../../worker/bookings/taken.ts'
import { dayAfter } from '../../worker/practices/day.ts'
import { changesOf, ZONES } from '../bookings/zones.ts'
import { exactly, type Finding, shown } from './finding.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const FIRST_YEAR = 2020
type Random = ReturnType<typeof randomFrom>

/**
 * Random opening hours, extra hours, closings and visits with buffers, in ten zones over the years: free times are
 * sorted, none overlaps another of its provider, all lie within the hours and in no closing, all begin on the grid of the
 * wall clock, and none takes time that is taken, whatever the clock did that night.
 */
export function slotsOverYears({ years, weeks }: { years: number; weeks: number }): Finding {
  const random = randomFrom(`slots over ${years} years`)
  const wrong = {
    ...{ unsorted: 0, twice: 0, overlapping: 0, offTheGrid: 0, outsideHours: 0, wrongLength: 0 },
    ...{ inAClosing: 0, whereTimeIsTaken: 0 },
  }
  const seen = { free: 0, extra: 0, closed: 0, beside: 0 }
  let changes = 0
  for (const timezone of ZONES) {
    const clock = clockOf(timezone)
    for (const from of startsOf(timezone, years, weeks, random)) {
      changes += from.isChange ? 1 : 0
      const offer = randomOffer(random)
      const hours = randomHours(random, timezone, from.day)
      const range = { from: from.day, days: 7 }
      const now = Date.parse(`${from.day}T00:00:00Z`) - 2 * DAY_MS
      const all = freeStarts(offer, { ...hours, closed: [] }, [], range, now)
      const taken = randomlyTaken(random, all)
      const free = freeStarts(offer, hours, taken, range, now)
      const offered = disjoint(free)
      seen.free += offered.length
      seen.closed += all.length - freeStarts(offer, hours, [], range, now).length
      for (const [at, slot] of free.entries()) {
        const before = free[at - 1]
        if (before && before.startsAt > slot.startsAt) wrong.unsorted++
        if (before && before.startsAt === slot.startsAt && before.providerId === slot.providerId) wrong.twice++
        if (slot.endsAt - slot.startsAt !== offer.minutes * MINUTE_MS) wrong.wrongLength++
        const wall = read(clock, slot.startsAt)
        const its = hours.open.filter((one) => one.providerId === slot.providerId && holds(one, wall))
        if (!its.some((one) => wall.minutes >= one.opens && wall.minutes < one.closes)) wrong.outsideHours++
        if (!its.some((one) => (wall.minutes - one.opens) % offer.stepMinutes === 0)) wrong.offTheGrid++
        if (its.every((one) => 'fromDay' in one)) seen.extra++
        if (isInAClosing(slot, hours.closed, clock)) wrong.inAClosing++
        const near = taken.filter((one) => one.providerId === slot.providerId)
        if (near.some((one) => one.busyFrom < slot.busyUntil && one.busyUntil > slot.busyFrom)) wrong.whereTimeIsTaken++
        if (near.some((one) => one.busyUntil === slot.busyFrom || one.busyFrom === slot.busyUntil)) seen.beside++
      }
      const until = new Map<string, number>()
      for (const slot of offered) {
        if (slot.startsAt < (until.get(slot.providerId) ?? 0)) wrong.overlapping++
        until.set(slot.providerId, slot.endsAt)
      }
    }
  }
  return {
    title: 'Availability: stable wall times through every change of the clock',
    figures: [
      shown('zones', ZONES.length),
      shown('years', years),
      shown('weeks in which the clock changes', changes),
      shown('free times looked at', seen.free),
      shown('of them in extra hours', seen.extra),
      shown('right beside time that is taken', seen.beside),
      shown('times that a closing took away', seen.closed),
      ...Object.entries(wrong).map(([what, n]) =>
        exactly(
          what.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
          n,
          0,
        ),
      ),
    ],
  }
}

/** Weeks to look at: each in which the clock changes, and so many others of every year. */
function startsOf(timezone: string, years: number, weeks: number, random: Random) {
  const found: { day: string; isChange: boolean }[] = []
  for (const day of changesOf(timezone, FIRST_YEAR, FIRST_YEAR + years - 1))
    found.push({ day: dayAfter(day, -random.between(0, 6)), isChange: true })
  for (let n = 0; n < years * weeks; n++)
    found.push({ day: dayAfter(`${FIRST_YEAR}-01-01`, random.between(0, years * 365)), isChange: false })
  return found
}

function randomOffer(random: Random): Offer {
  const minutes = random.pick([10, 15, 20, 30, 45, 50, 90])
  const stepMinutes = random.pick([10, 15, 20, 30, 45, minutes])
  const [bufferBeforeMinutes, bufferAfterMinutes] = [random.pick([0, 0, 5, 15]), random.pick([0, 0, 10, 60])]
  return {
    ...{ id: 'service', minutes, stepMinutes, capacity: 1, leadMinutes: 0, horizonDays: 30 },
    ...{ bufferBeforeMinutes, bufferAfterMinutes },
  }
}

/** Night hours too: that is when clocks change. */
function randomHours(random: Random, timezone: string, from: string): Hours {
  const span = () => {
    const opens = random.between(0, 22) * 60 + random.pick([0, 10, 15, 30])
    return { opens, closes: Math.min(1440, opens + random.between(1, 8) * 60) }
  }
  const days = () => {
    const fromDay = dayAfter(from, random.between(0, 6))
    return { fromDay, untilDay: dayAfter(fromDay, random.between(0, 2)) }
  }
  const weekly = Array.from({ length: random.between(3, 14) }, (_, n) => ({
    ...{ providerId: `provider ${n % 3}`, locationId: 'here', timezone, weekday: random.between(1, 7) },
    ...span(),
  }))
  const extra = Array.from({ length: random.between(0, 2) }, (_, n) => ({
    ...{ providerId: `provider ${n}`, locationId: 'here', timezone, ...days() },
    ...span(),
  }))
  const closed = Array.from({ length: random.between(0, 3) }, (_, n) => ({
    ...{ providerId: random.chance(0.5) ? null : `provider ${n}`, locationId: random.chance(0.5) ? null : 'here' },
    ...days(),
    ...(random.chance(0.4) ? { opens: null, closes: null } : span()),
  }))
  return { open: [...weekly, ...extra], closed }
}

/** Visits of another service and busy times of another calendar, some as long as they may be. */
const randomlyTaken = (random: Random, all: readonly Free[]): Taken[] =>
  all
    .filter(() => random.chance(0.1))
    .map(({ providerId, startsAt, endsAt }) => ({
      ...{ providerId, startsAt, serviceId: random.chance(0.5) ? null : 'another' },
      ...{ busyFrom: startsAt - random.pick([0, 0, 10, 30]) * MINUTE_MS },
      ...{
        busyUntil: random.chance(0.05) ? startsAt + 23 * 60 * MINUTE_MS : endsAt + random.pick([0, 0, 15]) * MINUTE_MS,
      },
    }))

const holds = (one: Opening, { day, weekday }: { day: string; weekday: number }) =>
  'weekday' in one ? one.weekday === weekday : one.fromDay <= day && day <= one.untilDay

/** Does any minute of the visit show a closed time? The hour that a clock shows twice is closed the first time. */
function isInAClosing(slot: Free, closings: readonly Closed[], clock: Intl.DateTimeFormat): boolean {
  const its = closings.filter(({ providerId }) => providerId === null || providerId === slot.providerId)
  if (its.length === 0) return false
  for (let at = slot.startsAt; at < slot.endsAt; at += 5 * MINUTE_MS) {
    const { day, minutes } = read(clock, at)
    const isSecond = [30, 60].some((back) => read(clock, at - back * MINUTE_MS).minutes === minutes)
    if (isSecond) continue
    for (const { fromDay, untilDay, opens, closes } of its)
      if (fromDay <= day && day <= untilDay && (opens ?? 0) <= minutes && minutes < (closes ?? 1440)) return true
  }
  return false
}

const clockOf = (timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23', weekday: 'short', hour: '2-digit', minute: '2-digit' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit' },
  } as const)

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

function read(clock: Intl.DateTimeFormat, at: number): { day: string; weekday: number; minutes: number } {
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  return {
    day: `${parts.year}-${parts.month}-${parts.day}`,
    weekday: WEEKDAYS.indexOf(parts.weekday ?? '') + 1,
    minutes: Number(parts.hour) * 60 + Number(parts.minute),
  }
}

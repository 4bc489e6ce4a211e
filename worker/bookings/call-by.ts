import { dayAfter, weekdayOf } from '../practices/day.ts'
import { type Opening, openingsOf } from '../practices/published.ts'
import { wallAt, wallOf } from './wall.ts'

/** Where a practice says nothing of its telephone: Monday to Friday, 9 to 17. */
export const USUAL_HOURS: readonly Opening[] = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: 540, closes: 1020 }))

export const CALL_PARTS = ['any', 'morning', 'afternoon'] as const
export type CallPart = (typeof CALL_PARTS)[number]

/** What decides by when somebody is called. Hours and closings are on the wall clock of the practice's zone. */
export interface Telephone {
  timezone: string
  /** When it is answered. */
  hours: readonly Opening[]
  /** Local days, both included; of a whole day where it has no hours. */
  closings: readonly { fromDay: string; untilDay: string; opens: number | null; closes: number | null }[]
  /** So many minutes of telephone time are enough. */
  minutes: number
}

const MINUTE_MS = 60_000
const DAY_MINUTES = 24 * 60
const NOON = 12 * 60
/** A wish that cannot be met within so many days gives way. */
const WISHED_DAYS = 14
/** A practice that answers no telephone for a year does not close for ever. */
const LOOKED_AHEAD_DAYS = 370

/**
 * The instant, in milliseconds, by which somebody who asks at `now` is called: when the practice has had its minutes of
 * telephone time, of that part of the day in which they may be called. Where it has too little of that, the wish gives
 * way; where it has none at all, the closings do.
 */
export function callBy(telephone: Telephone, part: CallPart, now: number): number {
  const open = { ...telephone, hours: telephone.hours.length > 0 ? telephone.hours : USUAL_HOURS }
  return (
    reached(open, part, now, WISHED_DAYS) ??
    reached(open, 'any', now, LOOKED_AHEAD_DAYS) ??
    reached({ ...open, closings: [] }, 'any', now, LOOKED_AHEAD_DAYS) ??
    now + LOOKED_AHEAD_DAYS * DAY_MINUTES * MINUTE_MS
  )
}

function reached(telephone: Telephone, part: CallPart, now: number, days: number): number | null {
  // A promise is shown to the minute: counted from the next whole one, it is never shown too early.
  const from = Math.ceil(now / MINUTE_MS) * MINUTE_MS
  const today = wallAt(from, telephone.timezone).day
  let left = telephone.minutes * MINUTE_MS
  for (let i = 0; i < days; i++) {
    const day = dayAfter(today, i)
    const wall = wallOf(day, telephone.timezone)
    for (const [opens, closes] of timesOn(telephone, day, part)) {
      const start = Math.max(wall.next(opens), from)
      const open = wall.next(closes) - start
      if (open <= 0) continue
      if (left <= open) return start + left
      left -= open
    }
  }
  return null
}

type Span = [number, number]

function timesOn({ hours, closings }: Telephone, day: string, part: CallPart): Span[] {
  const [first, last] = part === 'morning' ? [0, NOON] : part === 'afternoon' ? [NOON, DAY_MINUTES] : [0, DAY_MINUTES]
  let times = openingsOf(hours)
    .filter(({ weekday }) => weekday === weekdayOf(day))
    .map(({ opens, closes }): Span => [Math.max(opens, first), Math.min(closes, last)])
  for (const { fromDay, untilDay, opens, closes } of closings)
    if (fromDay <= day && day <= untilDay)
      times = times.flatMap((time) => without(time, opens ?? 0, closes ?? DAY_MINUTES))
  return times.filter(([opens, closes]) => opens < closes)
}

const without = ([opens, closes]: Span, from: number, until: number): Span[] => [
  [opens, Math.min(closes, from)],
  [Math.max(opens, until), closes],
]

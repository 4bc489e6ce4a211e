import { Temporal } from 'temporal-polyfill'
import { dayAfter } from '../practices/day.ts'

/** Days in the practice's zone, YYYY-MM-DD, both included. */
export interface Period {
  from: string
  to: string
}

/** Consecutive buckets of one grain of the rollups, both included. */
export interface Piece {
  grain: 'quarter' | 'day' | 'month'
  first: string
  last: string
}

export const DEFAULT_DAYS = 28

const date = (day: string) => Temporal.PlainDate.from(day)

/** The instant (milliseconds) at which a day begins in a zone; where midnight is skipped, the first that exists. */
export const beginningOf = (day: string, timezone: string): number =>
  date(day).toZonedDateTime({ timeZone: timezone }).epochMilliseconds

/** Days as text sort by time. */
export const earlier = (one: string, other: string): string => [one, other].sort()[0] ?? one

export const daysIn = ({ from, to }: Period): number => date(from).until(date(to), { largestUnit: 'days' }).days + 1

/** So many days, the last of which is `to`. */
export const daysUntil = (to: string, days: number): Period => ({ from: dayAfter(to, 1 - days), to })

/** As many days, just before. */
export const previousOf = (period: Period): Period => daysUntil(dayAfter(period.from, -1), daysIn(period))

/** The same dates one year earlier; 29 February becomes the 28th. */
export const yearBefore = ({ from, to }: Period): Period => ({
  from: date(from).subtract({ years: 1 }).toString(),
  to: date(to).subtract({ years: 1 }).toString(),
})

/** The same days in as few buckets as possible: whole months as months, days at the edges. */
export function piecesOf({ from, to }: Period): Piece[] {
  const first = date(from)
  const end = date(to).add({ days: 1 })
  const months = first.day === 1 ? first : first.with({ day: 1 }).add({ months: 1 })
  const after = end.with({ day: 1 })
  if (Temporal.PlainDate.compare(months, after) >= 0) return [{ grain: 'day', first: from, last: to }]
  const pieces: Piece[] = [{ grain: 'month', first: monthOf(months), last: monthOf(after.subtract({ days: 1 })) }]
  if (first.day !== 1) pieces.unshift({ grain: 'day', first: from, last: months.subtract({ days: 1 }).toString() })
  if (end.day !== 1) pieces.push({ grain: 'day', first: after.toString(), last: to })
  return pieces
}

const monthOf = (day: Temporal.PlainDate) => day.toPlainYearMonth().toString()

/** The Monday of a day's week. */
export const mondayOf = (day: string): string =>
  date(day)
    .subtract({ days: date(day).dayOfWeek - 1 })
    .toString()

/** The first of a day's (YYYY-MM-DD) or month's (YYYY-MM) month. */
export const firstOfMonth = (bucket: string): string => `${bucket.slice(0, 7)}-01`

/** Every day of the period. */
export const daysOf = (period: Period): string[] =>
  Array.from({ length: daysIn(period) }, (_, i) => dayAfter(period.from, i))

/** An hour on the wall clock: the instant at which it begins, and the same with the zone's offset at that time. */
export interface Hour {
  at: number
  start: string
}

/**
 * Every hour on the wall clock of a zone: 23 or 25 of them on days when the clock changes by an hour. Where it changes
 * by half an hour (Lord Howe), the hour of the change begins or ends at half past.
 */
export function hoursOf({ from, to }: Period, timezone: string): Hour[] {
  const end = beginningOf(dayAfter(to, 1), timezone)
  const hours: Hour[] = []
  let hour = date(from).toZonedDateTime({ timeZone: timezone })
  while (hour.epochMilliseconds < end) {
    hours.push({
      at: hour.epochMilliseconds,
      start: hour.toString({ timeZoneName: 'never', smallestUnit: 'second' }),
    })
    const next = hour.add({ hours: 1 })
    const full = next.subtract({ minutes: next.minute })
    hour = full.offset === next.offset && full.epochMilliseconds > hour.epochMilliseconds ? full : next
  }
  return hours
}

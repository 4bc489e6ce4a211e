import { Temporal } from 'temporal-polyfill'
import { QUARTER_MS, quarterOf } from '../counts/buckets.ts'
import { dayAfter } from '../practices/day.ts'

/** Days in the practice's zone, YYYY-MM-DD, both included. */
export interface Period {
  from: string
  to: string
  /** The instant (milliseconds, a full quarter of an hour) at which the last day is cut off; left out, it is whole. */
  until?: number
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

/** The instant at which a period is over. */
export const endOf = ({ to, until }: Period, timezone: string): number =>
  until ?? beginningOf(dayAfter(to, 1), timezone)

/** Days as text sort by time. */
export const earlier = (one: string, other: string): string => [one, other].sort()[0] ?? one

export const daysIn = ({ from, to }: Period): number => date(from).until(date(to), { largestUnit: 'days' }).days + 1

/** So many days, the last of which is `to`. */
export const daysUntil = (to: string, days: number): Period => ({ from: dayAfter(to, 1 - days), to })

/** The same period in as few buckets as possible: whole months as months, days at the edges, and a cut day's quarters. */
export function piecesOf({ from, to, until }: Period, timezone: string): Piece[] {
  if (until === undefined) return piecesOfDays(from, to)
  const cut: Piece = {
    grain: 'quarter',
    first: quarterOf(beginningOf(to, timezone)),
    last: quarterOf(until - QUARTER_MS),
  }
  return from === to ? [cut] : [...piecesOfDays(from, dayAfter(to, -1)), cut]
}

function piecesOfDays(from: string, to: string): Piece[] {
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

/** An instant as the clock of a zone shows it, with the zone's offset at that time. */
export const zoned = (at: number, timezone: string): string =>
  written(Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone))

const written = (time: Temporal.ZonedDateTime) => time.toString({ timeZoneName: 'never', smallestUnit: 'second' })

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
    hours.push({ at: hour.epochMilliseconds, start: written(hour) })
    const next = hour.add({ hours: 1 })
    const full = next.subtract({ minutes: next.minute })
    hour = full.offset === next.offset && full.epochMilliseconds > hour.epochMilliseconds ? full : next
  }
  return hours
}

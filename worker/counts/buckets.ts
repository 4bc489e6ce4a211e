import { localDay, startOfDay } from '../practices/day.ts'

/** The three buckets that a moment falls into: UTC quarter of an hour, and day and month in the practice's zone. */
export interface Buckets {
  quarter: string
  day: string
  month: string
}

export const QUARTER_MS = 15 * 60_000

/** `at` is an instant in milliseconds, `timezone` an IANA zone. Throws RangeError when there is no such zone. */
export function bucketsOf(at: number, timezone: string): Buckets {
  const day = localDay(at, timezone)
  return { quarter: quarterOf(at), day, month: day.slice(0, 7) }
}

/** `2026-11-23T17:45Z`: UTC, because every zone's days begin on a quarter of an hour in UTC, also at :30 and :45. */
export const quarterOf = (at: number): string =>
  `${new Date(Math.floor(at / QUARTER_MS) * QUARTER_MS).toISOString().slice(0, 16)}Z`

/** The instant at which a month (YYYY-MM) begins on the wall clock of the zone. */
export const startOfMonth = (month: string, timezone: string): number => startOfDay(`${month}-01`, timezone)

/** The month after, YYYY-MM. */
export const nextMonth = (month: string): string =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 1)).toISOString().slice(0, 7)

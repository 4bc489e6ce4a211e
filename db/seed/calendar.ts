import { Temporal } from 'temporal-polyfill'

/** The days of the demo, counted from the day of `now` in the practice's zone: 0 is today, -1 yesterday. */
export interface Calendar {
  now: number
  today: Temporal.PlainDate
  /** YYYY-MM-DD */
  date(day: number): string
  /** The instant of so many minutes after midnight on the practice's wall clock. */
  instant(day: number, minutes: number): number
  /** 1 is Monday. */
  weekday(day: number): number
  /** How busy a day is; 1 is an ordinary weekday. */
  bustle(day: number): number
}

export function calendarOf(now: number, timezone: string): Calendar {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timezone).toPlainDate()
  const dateOf = (day: number) => today.add({ days: day })
  const midnights = new Map<number, number>()
  const midnight = (day: number) => {
    const known = midnights.get(day) ?? dateOf(day).toZonedDateTime(timezone).epochMilliseconds
    midnights.set(day, known)
    return known
  }
  return {
    now,
    today,
    date: (day) => dateOf(day).toString(),
    // Off by an hour on the two Sundays of a year on which the clock is changed, and nobody works then.
    instant: (day, minutes) => midnight(day) + minutes * 60_000,
    weekday: (day) => dateOf(day).dayOfWeek,
    bustle(day) {
      const date = dateOf(day)
      return (isHoliday(date) ? 0.1 : 1) * (BUSTLE[date.dayOfWeek - 1] ?? 0)
    },
  }
}

/** Monday to Sunday: patients see their doctor early in the week. */
const BUSTLE = [1.15, 1.2, 1.05, 1, 0.8, 0.25, 0.15]

/** The days on which American practices are closed. */
export function isHoliday({ month, day, dayOfWeek, daysInMonth }: Temporal.PlainDate): boolean {
  const fixed = [
    [1, 1],
    [7, 4],
    [12, 24],
    [12, 25],
  ]
  if (fixed.some(([m, d]) => m === month && d === day)) return true
  const week = Math.ceil(day / 7)
  if (month === 5 && dayOfWeek === 1) return day > daysInMonth - 7
  if (month === 9 && dayOfWeek === 1) return week === 1
  if (month === 11 && dayOfWeek === 4) return week === 4
  return month === 11 && dayOfWeek === 5 && Math.ceil((day - 1) / 7) === 4
}

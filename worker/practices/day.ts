/** Every zone's days begin on a quarter of an hour in UTC. */
export const QUARTER_MS = 15 * 60_000
const DAY_MS = 86_400_000

/** The calendar day, YYYY-MM-DD, on the wall clock of an IANA zone. Throws RangeError when there is no such zone. */
export function localDay(at: number, timezone: string): string {
  const quarter = Math.floor(at / QUARTER_MS)
  const days = known.get(timezone) ?? { format: formatOf(timezone), ofQuarter: new Map() }
  known.set(timezone, days)
  let day = days.ofQuarter.get(quarter)
  if (!day) {
    if (days.ofQuarter.size >= QUARTERS_KEPT) days.ofQuarter.clear()
    day = dayOf(days.format, quarter * QUARTER_MS)
    days.ofQuarter.set(quarter, day)
  }
  return day
}

/** Formatting a date takes some microseconds, and facts come in the order of time: a quarter's day is kept. */
const known = new Map<string, { format: Intl.DateTimeFormat; ofQuarter: Map<number, string> }>()
const QUARTERS_KEPT = 20_000

const formatOf = (timeZone: string) =>
  new Intl.DateTimeFormat('en-u-ca-iso8601', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })

function dayOf(format: Intl.DateTimeFormat, at: number): string {
  const parts = { year: '', month: '', day: '' }
  for (const { type, value } of format.formatToParts(at)) if (type in parts) Object.assign(parts, { [type]: value })
  return `${parts.year}-${parts.month}-${parts.day}`
}

/** The instant at which a day begins on the wall clock of a zone; where that day is left out, the next one. */
export function startOfDay(day: string, timezone: string): number {
  // No zone is further than 14 hours from UTC, and a day may be skipped when one changes sides of the date line.
  let at = Date.parse(`${day}T00:00Z`) - 15 * 3_600_000
  while (localDay(at, timezone) < day) at += QUARTER_MS
  return at
}

/** The day so many days later. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7

/** Is it a day of the calendar, YYYY-MM-DD? */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

/** Does somebody whose last day is known (null: it is not) still work there on this day? */
export const worksThere = (lastDay: string | null, today: string): boolean => lastDay === null || today <= lastDay

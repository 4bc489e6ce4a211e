/*
 * Dates and times as a patient reads them: always in the zone of the place where they are seen, never in the reader's.
 * `locale` is that of the language (Text.locale).
 */

/** The local day of an instant, YYYY-MM-DD. */
export const dayOf = (instant: number, zone: string): string =>
  formatter('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant)

/** The hour of the wall clock, 0 to 23. */
export const hourOf = (instant: number, zone: string): number =>
  Number(formatter('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(instant))

/** "9:30 AM" */
export const clock = (instant: number, zone: string, locale: string): string =>
  formatter(locale, { timeZone: zone, hour: 'numeric', minute: '2-digit' }).format(instant)

/** "Thursday, November 26" of a local day. */
export const dayName = (day: string, locale: string): string =>
  formatter(locale, { timeZone: 'UTC', weekday: 'long', month: 'long', day: 'numeric' }).format(noon(day))

/** "Thursday, November 26, 2026" of a local day. */
export const fullDay = (day: string, locale: string): string =>
  formatter(locale, { timeZone: 'UTC', dateStyle: 'full' }).format(noon(day))

/** "November 26, 1951" of a local day, without a weekday. */
export const plainDay = (day: string, locale: string): string =>
  formatter(locale, { timeZone: 'UTC', dateStyle: 'long' }).format(noon(day))

/** Weekdays by their number: 1 is Monday, 7 is Sunday. */
export const weekdayName = (weekday: number, locale: string): string =>
  formatter(locale, { timeZone: 'UTC', weekday: 'long' }).format(Date.UTC(2024, 0, weekday, 12))

/** A time of the wall clock, given in minutes after midnight. */
export const wallClock = (minutes: number, locale: string): string => clock(minutes * 60_000, 'UTC', locale)

/** The city of a zone: "Chicago", "South Bend". */
export const cityOf = (zone: string): string => zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ')

/** The local day so many days later. */
export const daysAfter = (day: string, days: number): string =>
  new Date(noon(day) + days * 86_400_000).toISOString().slice(0, 10)

const noon = (day: string) => Date.parse(`${day}T12:00:00Z`)

/** Making a formatter is the dear part, so each is made once. */
const made = new Map<string, Intl.DateTimeFormat>()
function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = locale + JSON.stringify(options)
  const known = made.get(name)
  if (known) return known
  const fresh = new Intl.DateTimeFormat(locale, options)
  made.set(name, fresh)
  return fresh
}

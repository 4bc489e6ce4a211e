/*
 * Dates and times as a patient reads them: always in the zone of the place where they are seen, never in the reader's.
 * `locale` is that of the language (Text.locale). A time, and a day with its month, never break across two lines.
 */

/** The local day of an instant, YYYY-MM-DD. */
export const dayOf = (instant: number, zone: string): string =>
  formatter('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant)

/** The hour of the wall clock, 0 to 23. */
export const hourOf = (instant: number, zone: string): number =>
  Number(formatter('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(instant))

/** "9:30 AM" */
export const clock = (instant: number, zone: string, locale: string): string =>
  formatter(locale, { timeZone: zone, hour: 'numeric', minute: '2-digit' }).format(instant).replaceAll(' ', NO_BREAK)

/** "Thursday, November 26" of a local day. */
export const dayName = (day: string, locale: string): string =>
  written(formatter(locale, { timeZone: 'UTC', weekday: 'long', month: 'long', day: 'numeric' }), day)

/** "Thursday, November 26, 2026" of a local day. */
export const fullDay = (day: string, locale: string): string =>
  written(formatter(locale, { timeZone: 'UTC', dateStyle: 'full' }), day)

/** "November 26, 1951" of a local day, without a weekday. */
export const plainDay = (day: string, locale: string): string =>
  formatter(locale, { timeZone: 'UTC', dateStyle: 'long' }).format(noon(day))

/** The number of a month that somebody wrote as a word, in full or in short, with or without a full stop; else NaN. */
export function monthNamed(word: string, locale: string): number {
  const plain = (name: string) => name.toLocaleLowerCase(locale).replace(/\.$/, '')
  const found = MONTHS.find((month) =>
    (['long', 'short'] as const).some(
      (style) =>
        plain(formatter(locale, { timeZone: 'UTC', month: style }).format(Date.UTC(2024, month - 1, 15))) ===
        plain(word),
    ),
  )
  return found ?? Number.NaN
}
const MONTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

/** Weekdays by their number: 1 is Monday, 7 is Sunday. */
export const weekdayName = (weekday: number, locale: string): string =>
  formatter(locale, { timeZone: 'UTC', weekday: 'long' }).format(Date.UTC(2024, 0, weekday, 12))

/** "Monday and Wednesday" */
export const listed = (names: string[], locale: string): string =>
  new Intl.ListFormat(locale, { type: 'conjunction' }).format(names)

/** A time of the wall clock, given in minutes after midnight. */
export const wallClock = (minutes: number, locale: string): string => clock(minutes * 60_000, 'UTC', locale)

/** "30 minutes" */
export const minutesLong = (minutes: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: 'minute', unitDisplay: 'long' }).format(minutes)

/** The city of a zone: "Chicago", "South Bend". */
export const cityOf = (zone: string): string => zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ')

const NO_BREAK = '\u00a0'

/** A local day, its day and month on one line: "Thursday, November 26" breaks after the comma alone. */
function written(format: Intl.DateTimeFormat, day: string): string {
  const parts = format.formatToParts(noon(day))
  const ends = ['day', 'month'].map((type) => parts.findIndex((part) => part.type === type))
  const [from, to] = [Math.min(...ends), Math.max(...ends)]
  return parts.map(({ value }, i) => (i > from && i < to ? value.replaceAll(' ', NO_BREAK) : value)).join('')
}

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

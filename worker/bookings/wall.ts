/*
 * Between the wall clock of a zone and instants, with Intl alone: `Temporal` is undefined in workerd, and the polyfill
 * costs more than this file. Days are YYYY-MM-DD; minutes are counted from midnight on the wall, 0 to 1440.
 */

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** The wall clock of one day in one zone. */
export interface Wall {
  /**
   * The instant, in milliseconds, at which the clock shows so many minutes after midnight. Null where the clock jumps
   * over that time; the earlier one where it shows it twice.
   */
  of(minutes: number): number | null
  /** The same, and of a time that is jumped over the moment as far after the jump as it lies after its beginning. */
  next(minutes: number): number
}

/** Throws RangeError when there is no such zone. */
export function wallOf(day: string, timezone: string): Wall {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  // No zone is a day away from UTC, so the clock of that day shows one of these offsets; mostly they are the same.
  const before = offsetOf(midnight - DAY_MS, timezone)
  const after = offsetOf(midnight + 2 * DAY_MS, timezone)
  if (before === after) {
    const instant = (minutes: number) => midnight + minutes * MINUTE_MS - before
    return { of: instant, next: instant }
  }
  const shown = (at: number, offset: number) => offsetOf(at, timezone) === offset
  const of = (minutes: number) => {
    const utc = midnight + minutes * MINUTE_MS
    const candidates = [utc - before, utc - after].filter((at) => shown(at, utc - at))
    return candidates.length > 0 ? Math.min(...candidates) : null
  }
  return { of, next: (minutes) => of(minutes) ?? midnight + minutes * MINUTE_MS - before }
}

/** The calendar day and the minutes after midnight that the clock of a zone shows at an instant. */
export function wallAt(at: number, timezone: string): { day: string; minutes: number } {
  const shown = new Date(at + offsetOf(at, timezone))
  return { day: shown.toISOString().slice(0, 10), minutes: shown.getUTCHours() * 60 + shown.getUTCMinutes() }
}

/** How far the wall clock is ahead of UTC, in milliseconds. Throws RangeError when there is no such zone. */
function offsetOf(at: number, timezone: string): number {
  let format = formats.get(timezone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US-u-ca-iso8601', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(timezone, format)
  }
  const seconds = Math.floor(at / 1000) * 1000
  const shown: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(seconds)) shown[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown
  return Date.UTC(year, month - 1, day, hour, minute, second) - seconds
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** How staff pages write numbers and days. */
const LOCALE = 'en-US'

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 })
const oneDecimal = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 })

export const number = (n: number): string => whole.format(n)
export const rough = (n: number): string => (n < 10 ? oneDecimal : whole).format(n)
/** A share between 0 and 1 in whole per cent; never 0 % or 100 % where that is not exactly so. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100)
  if (rounded === 0 && share > 0) return '<1%'
  if (rounded === 100 && share < 1) return '>99%'
  return `${rounded}%`
}

const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(LOCALE, { timeZone: 'UTC', ...options })
const day = format({ month: 'short', day: 'numeric' })
const dayWithYear = format({ month: 'short', day: 'numeric', year: 'numeric' })
const weekday = format({ weekday: 'short', month: 'short', day: 'numeric' })
const month = format({ month: 'long', year: 'numeric' })
const monthShort = format({ month: 'short' })
const hour = format({ hour: 'numeric' })

// A local day, or the wall clock of a local hour, taken as if it were UTC: it is written, never re-zoned.
const written = (start: string) => new Date(`${start.slice(0, 10)}T${start.slice(11, 19) || '00:00:00'}Z`)

/** Oct 27 – Nov 23, 2026 */
export const days = ({ from, to }: { from: string; to: string }): string =>
  from === to ? dayWithYear.format(written(from)) : dayWithYear.formatRange(written(from), written(to))

/** The name of a point of a time series: Tue, Nov 3 or 2 PM or Week of Nov 2 or November 2026. */
export function pointName(start: string, interval: 'hour' | 'day' | 'week' | 'month'): string {
  const at = written(start)
  if (interval === 'hour') return `${weekday.format(at)}, ${hour.format(at)}`
  if (interval === 'day') return weekday.format(at)
  return interval === 'week' ? `Week of ${day.format(at)}` : month.format(at)
}

/** The same as short as the axis of a chart needs it. */
export function tickName(start: string, interval: 'hour' | 'day' | 'week' | 'month'): string {
  const at = written(start)
  if (interval === 'hour') return hour.format(at)
  if (interval !== 'month') return day.format(at)
  return at.getUTCMonth() === 0 ? String(at.getUTCFullYear()) : monthShort.format(at)
}

/** America/Chicago: Chicago time */
export const zoneName = (timezone: string): string =>
  timezone === 'UTC' ? 'UTC' : `${timezone.split('/').at(-1)?.replaceAll('_', ' ')} time`

import { z } from '@hono/zod-openapi'
import { Temporal } from 'temporal-polyfill'
import { QUARTER_MS } from '../counts/buckets.ts'
import { dayAfter, localDay } from '../practices/day.ts'
import { beginningOf, daysIn, endOf, type Period, zoned } from './periods.ts'

/** With what a period is compared: as many days just before, or the same dates one year earlier. */
export type Earlier = 'previous' | 'year'

/**
 * The earlier period, of whole days where the period is over. Of one that is not, as much as has passed: up to the same
 * time on the wall clock of the day that stands for today. `now` is rounded down to a quarter of an hour, the smallest
 * that is counted, so that the earlier period never reaches further into its day.
 */
export function earlierOf(which: Earlier, period: Period, timezone: string, now: number): Period {
  const earlier = (day: string) => (which === 'year' ? yearBefore(day) : dayAfter(day, -daysIn(period)))
  const from = earlier(period.from)
  const today = localDay(now, timezone)
  if (period.to < today) return { from, to: earlier(period.to) }
  if (period.from > today) return { from, to: from, until: beginningOf(from, timezone) }
  const to = earlier(today)
  return { from, to, until: sameClock(now, to, timezone) }
}

/** Nothing of the period has passed yet, so that nothing can be compared with it. */
export const isEmpty = (period: Period, timezone: string): boolean =>
  endOf(period, timezone) <= beginningOf(period.from, timezone)

/** Counting had begun when the period did; one that holds days on which nobody counted is no measure of a change. */
export const isKnown = (period: Period, countedSince: string | null): boolean =>
  countedSince !== null && countedSince <= period.from

/** The earlier period as the API tells it. */
export const ComparedSchema = z
  .object({
    from: z.iso.date(),
    to: z.iso.date(),
    until: z
      .string()
      .nullable()
      .describe(
        'Where the range is not over: the instant on the last day up to which it is compared, with the offset of the ' +
          'zone. Else null. Seen counts when the appointment began: that of the range may still grow by `unrecorded`',
      ),
    countedSince: z.iso
      .date()
      .nullable()
      .describe('The day of the first count ever, or null. Where it is after `from`, no change can be told'),
  })
  .openapi('StatsCompared')

export const comparedOf = (
  earlier: Period,
  timezone: string,
  countedSince: string | null,
): z.infer<typeof ComparedSchema> => ({
  from: earlier.from,
  to: earlier.to,
  until: earlier.until === undefined ? null : zoned(earlier.until, timezone),
  countedSince,
})

/** 29 February becomes the 28th. */
const yearBefore = (day: string) => Temporal.PlainDate.from(day).subtract({ years: 1 }).toString()

/**
 * The instant at which the clock of a day shows the quarter of an hour of `at`: the first where it shows it twice, and
 * where the clock jumps over it, the instant of the jump.
 */
function sameClock(at: number, day: string, timezone: string): number {
  const quarter = Temporal.Instant.fromEpochMilliseconds(Math.floor(at / QUARTER_MS) * QUARTER_MS)
  const wanted = Temporal.PlainDate.from(day).toPlainDateTime(quarter.toZonedDateTimeISO(timezone).toPlainTime())
  // In a jump, Temporal's earlier reading lies before it; every jump begins and ends on a quarter of an hour.
  let time = wanted.toZonedDateTime(timezone, { disambiguation: 'earlier' })
  while (Temporal.PlainDateTime.compare(time.toPlainDateTime(), wanted) < 0) time = time.add({ minutes: 15 })
  return time.epochMilliseconds
}

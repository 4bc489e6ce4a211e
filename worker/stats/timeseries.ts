import { z } from '@hono/zod-openapi'
import { and, eq, inArray } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { rollups } from '../../db/schema.ts'
import { QUARTER_MS, quarterOf } from '../counts/buckets.ts'
import { dayAfter } from '../practices/day.ts'
import { beginningOf, daysOf, firstOfMonth, hoursOf, mondayOf, type Period, type Piece, piecesOf } from './periods.ts'
import { add, COUNTED, nothing, ofPieces, type Practice, piecesIn, total } from './sums.ts'

export const INTERVALS = ['hour', 'day', 'week', 'month'] as const
export type Interval = (typeof INTERVALS)[number]

const n = z.int().min(0)
const PointSchema = z
  .object({
    start: z
      .string()
      .describe(
        'Of an hour: its instant with the offset of the zone. Else a local day: the day, the Monday, the first',
      ),
    scans: n,
    visits: n,
    calls: n,
    referrals: n,
    bookings: n,
    seen: n,
    callStarts: n.describe('Taps on the telephone number of a landing page, one a visit'),
  })
  .openapi('StatsPoint')
export const TimeseriesSchema = z
  .object({
    points: z
      .array(PointSchema)
      .describe('Without gaps: also before `countedSince` of the summary, where 0 means that nobody counted'),
  })
  .openapi('StatsTimeseries')
export type Point = z.infer<typeof PointSchema>

/** Only what belongs to this referrer's credit, or to this link's. */
export interface Of {
  referrerId?: string | undefined
  linkId?: string | undefined
}

/**
 * The counts of a period, point by point, without gaps. The first and last week or month hold only those of their days
 * that lie in the period, so that the points add up to the summary.
 */
export async function timeseries(
  db: Database,
  practice: Practice,
  period: Period,
  interval: Interval,
  of: Of = {},
): Promise<Point[]> {
  const { starts, startOf, pieces } = interval === 'hour' ? byHour(practice, period) : byDay(practice, period, interval)
  const points = new Map(starts.map((start) => [start, nothing()]))
  const rows = await db.read((sql) =>
    sql
      .select({ bucket: rollups.bucket, measure: rollups.measure, n: total })
      .from(piecesIn(pieces))
      .crossJoin(rollups)
      .where(
        and(
          ofPieces(practice),
          inArray(rollups.measure, COUNTED),
          of.referrerId ? eq(rollups.referrerId, of.referrerId) : undefined,
          of.linkId ? eq(rollups.linkId, of.linkId) : undefined,
        ),
      )
      .groupBy(rollups.bucket, rollups.measure),
  )
  for (const { bucket, measure, n } of rows) {
    const point = points.get(startOf(bucket))
    if (point) add(point, measure, n)
  }
  return [...points].map(([start, counts]) => ({ start, ...counts }))
}

/** How the rollups of a period fall into its points. */
interface Buckets {
  starts: string[]
  startOf(bucket: string): string
  pieces: Piece[]
}

function byDay(practice: Practice, period: Period, interval: Exclude<Interval, 'hour'>): Buckets {
  const startOf = { day: (bucket: string) => bucket, week: mondayOf, month: firstOfMonth }[interval]
  return {
    starts: [...new Set(daysOf(period).map(startOf))],
    startOf,
    pieces:
      interval === 'month'
        ? piecesOf(period, practice.timezone)
        : [{ grain: 'day', first: period.from, last: period.to }],
  }
}

/** Quarters of an hour in UTC make up the hours of any zone. */
function byHour(practice: Practice, period: Period): Buckets {
  const hours = hoursOf(period, practice.timezone)
  const end = beginningOf(dayAfter(period.to, 1), practice.timezone)
  const startOfQuarter = new Map<string, string>()
  for (const [i, { at, start }] of hours.entries()) {
    const next = hours[i + 1]?.at ?? end
    for (let quarter = at; quarter < next; quarter += QUARTER_MS) startOfQuarter.set(quarterOf(quarter), start)
  }
  return {
    starts: hours.map(({ start }) => start),
    startOf: (bucket) => startOfQuarter.get(bucket) ?? '',
    pieces: [{ grain: 'quarter', first: quarterOf(hours[0]?.at ?? end), last: quarterOf(end - QUARTER_MS) }],
  }
}

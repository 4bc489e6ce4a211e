import { asc, eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { services } from '../../db/schema.ts'
import { unrecordedAttendance } from './attendance.ts'
import { type Concern, concernsOf } from './attention.ts'
import { type Choice, intervalFor } from './choices.ts'
import { isKnown } from './comparison.ts'
import type { Period } from './periods.ts'
import { byReferrer, type Referrers } from './referrers.ts'
import { type Summary, summarize } from './summary.ts'
import { type Counts, countsIn, type Practice, sumOf, sumsByMeasure } from './sums.ts'
import { type Interval, type Point, timeseries } from './timeseries.ts'

/** Everything that the stats page shows. */
export interface Overview {
  /** The slug of the service that the practice lists first; SERVICE where it has none. */
  service: string
  summary: Summary
  /** Undefined also where not all of these days are known. */
  before: Before | undefined
  interval: Interval
  points: Point[]
  referrers: Referrers
  concerns: Concern[]
}

/** The earlier days as far as they are compared. */
export interface Before {
  counts: Counts
  /** Bookings of which nobody recorded whether the patient was seen. */
  unrecorded: number
}

/** The reports of the stats page, read at the same time. */
export async function overviewOf(db: Database, practice: Practice, choice: Choice, now: number): Promise<Overview> {
  const { period } = choice
  const interval = intervalFor(period)
  const [service, summary, before, points, referrers] = await Promise.all([
    firstService(db, practice),
    summarize(db, practice, period, now),
    choice.before && countedIn(db, practice, choice.before, now),
    timeseries(db, practice, period, interval),
    byReferrer(db, practice, period, now),
  ])
  const concerns = concernsOf(referrers.rows, summary.unrecorded)
  const known = choice.before && isKnown(choice.before, summary.countedSince)
  return { service, summary, before: known ? before : undefined, interval, points, referrers, concerns }
}

async function countedIn(db: Database, practice: Practice, period: Period, now: number): Promise<Before> {
  const [sums, unrecorded] = await Promise.all([
    sumsByMeasure(db, practice, period),
    unrecordedAttendance(db, practice, period, now),
  ])
  return { counts: countsIn(sums), unrecorded: sumOf(unrecorded.map((row) => row.n)) }
}

async function firstService(db: Database, practice: Practice): Promise<string> {
  const [service] = await db.read((sql) =>
    sql
      .select({ slug: services.slug })
      .from(services)
      .where(eq(services.practiceId, practice.id))
      .orderBy(asc(services.position))
      .limit(1),
  )
  return service?.slug ?? 'SERVICE'
}

import { and, between, eq, or, type SQL, sum } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { rollups } from '../../db/schema.ts'
import { type Period, piecesOf } from './periods.ts'

/** The practice whose report it is. Days and months are counted in its zone. */
export interface Practice {
  id: string
  timezone: string
}

/** What is counted, in the order of the way of a scan. Never added to one another. */
export const COUNTS = ['scans', 'visits', 'calls', 'referrals', 'bookings', 'seen'] as const
export type Counts = Record<(typeof COUNTS)[number], number>

const MEASURES: Record<string, keyof Counts> = {
  'hit:person': 'scans',
  visit: 'visits',
  call: 'calls',
  referral: 'referrals',
  booking: 'bookings',
  seen: 'seen',
}

/** The measures behind the counts. */
export const COUNTED = Object.keys(MEASURES)

export const nothing = (): Counts => ({ scans: 0, visits: 0, calls: 0, referrals: 0, bookings: 0, seen: 0 })

/** Adds a rollup's n where its measure is one of the counts. */
export function add(counts: Counts, measure: string, n: number): void {
  const name = MEASURES[measure]
  if (name) counts[name] += n
}

/** The rollups of a practice over a period: whole months as months, days at the edges. */
export const within = (practice: Practice, period: Period): SQL | undefined =>
  and(
    eq(rollups.practiceId, practice.id),
    or(
      ...piecesOf(period).map(({ grain, first, last }) =>
        and(eq(rollups.grain, grain), between(rollups.bucket, first, last)),
      ),
    ),
  )

export const total = sum(rollups.n).mapWith(Number)

/** Each measure's sum over a period. */
export async function sumsByMeasure(db: Database, practice: Practice, period: Period): Promise<Map<string, number>> {
  const rows = await db.read((sql) =>
    sql
      .select({ measure: rollups.measure, n: total })
      .from(rollups)
      .where(within(practice, period))
      .groupBy(rollups.measure),
  )
  return new Map(rows.map(({ measure, n }) => [measure, n]))
}

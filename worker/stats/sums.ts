import { and, eq, sql as raw, type SQL, sum } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { rollups } from '../../db/schema.ts'
import { type Period, type Piece, piecesOf } from './periods.ts'

/** The practice whose report it is. Days and months are counted in its zone. */
export interface Practice {
  id: string
  timezone: string
}

/** What is counted, in the order of the way of a scan, and what came later. Never added to one another. */
export const COUNTS = ['scans', 'visits', 'calls', 'referrals', 'bookings', 'seen', 'callStarts'] as const
export type Counts = Record<(typeof COUNTS)[number], number>

const MEASURES: Record<string, keyof Counts> = {
  'hit:person': 'scans',
  visit: 'visits',
  call: 'calls',
  referral: 'referrals',
  booking: 'bookings',
  seen: 'seen',
  callStart: 'callStarts',
}

/** The measures behind the counts. */
export const COUNTED = Object.keys(MEASURES)

export const nothing = (): Counts => ({
  ...{ scans: 0, visits: 0, calls: 0, referrals: 0, bookings: 0, seen: 0, callStarts: 0 },
})

export const sumOf = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0)

/** Adds a rollup's n where its measure is one of the counts. */
export function add(counts: Counts, measure: string, n: number): void {
  const name = MEASURES[measure]
  if (name) counts[name] += n
}

/** The counts among the measures' sums. */
export function countsIn(sums: Map<string, Sum>): Counts {
  const counts = nothing()
  for (const [measure, { n }] of sums) add(counts, measure, n)
  return counts
}

/** Pieces as a table, the first of a query: joined to it, the rollups are found by their key alone. */
export const piecesIn = (pieces: Piece[]): SQL =>
  raw`(values ${raw.join(
    pieces.map(({ grain, first, last }) => raw`(${grain}, ${first}, ${last})`),
    raw`, `,
  )}) piece`

/** The practice's rollups of the pieces; the query begins `.from(piecesIn(…)).crossJoin(rollups)`. */
export const ofPieces = (practice: Practice): SQL | undefined =>
  and(
    eq(rollups.practiceId, practice.id),
    raw`${rollups.grain} = piece.column1`,
    raw`${rollups.bucket} between piece.column2 and piece.column3`,
  )

export const total = sum(rollups.n).mapWith(Number)
const credited = raw`sum(${rollups.n} * (${rollups.officeId} <> '' or ${rollups.referrerId} <> ''))`.mapWith(Number)

/** What was counted of a measure, and how much of it is credited to an office or a referrer. */
export interface Sum {
  n: number
  credited: number
}

/** Each measure's sum over a period. */
export async function sumsByMeasure(db: Database, practice: Practice, period: Period): Promise<Map<string, Sum>> {
  const rows = await db.read((sql) =>
    sql
      .select({ measure: rollups.measure, n: total, credited })
      .from(piecesIn(piecesOf(period, practice.timezone)))
      .crossJoin(rollups)
      .where(ofPieces(practice))
      .groupBy(rollups.measure),
  )
  return new Map(rows.map(({ measure, ...sum }) => [measure, sum]))
}

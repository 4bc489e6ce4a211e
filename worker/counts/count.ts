import { sql as raw } from 'drizzle-orm'
import type { Built, Sql } from '../../db/database.ts'
import { type EVIDENCE, type HIT_CLASSES, rollups } from '../../db/schema.ts'
import { bucketsOf } from './buckets.ts'

/**
 * What is counted. Scans are `hit:person`; `late` are the hits whose redirect left before they were on disk;
 * `callStart` is a tap on the telephone number of a landing page, one a visit; `evidence:X` counts the referrals whose office was found by that evidence.
 */
export type Measure =
  | `hit:${(typeof HIT_CLASSES)[number]}`
  | 'late'
  | 'visit'
  | 'call'
  | 'callStart'
  | 'referral'
  | 'booking'
  | 'cancelled'
  | 'seen'
  | `evidence:${(typeof EVIDENCE)[number]}`

/** Something that happened, on the day on which it counts: `at` is an instant in milliseconds. */
export interface Fact {
  measure: Measure
  at: number
  officeId: string | null | undefined
  referrerId: string | null | undefined
  linkId: string | null | undefined
  /** 1 when left out; -1 takes a fact back, as when a credit is corrected. */
  n?: number
}

/** A fact of a referral counts for those to whom the referral is credited. */
export const factOf = (
  measure: Measure,
  { officeId, referrerId, linkId }: Pick<Fact, 'officeId' | 'referrerId' | 'linkId'>,
  at: number,
  n = 1,
): Fact => ({ measure, at, officeId, referrerId, linkId, n })

/**
 * The statements that add facts to the counts of a practice, for all three grains. They belong into the same write
 * batch as the rows they count: then counts and rows cannot part. A batch that is sent twice must carry a row that
 * the database refuses the second time, since adding is not idempotent.
 */
export function count(sql: Sql, practice: { id: string; timezone: string }, facts: readonly Fact[]): Built[] {
  const rows = [...tally(practice, facts).values()].filter(({ n }) => n !== 0)
  const statements: Built[] = []
  for (let first = 0; first < rows.length; first += ROWS_A_STATEMENT)
    statements.push(addTo(sql, rows.slice(first, first + ROWS_A_STATEMENT)))
  return statements
}

/** Adds rows to the counts, at most ROWS_A_STATEMENT of them. */
export const addTo = (sql: Sql, rows: Rollup[]): Built =>
  sql
    .insert(rollups)
    .values(rows)
    .onConflictDoUpdate({ target: ROLLUP_KEY, set: { n: raw`${rollups.n} + excluded.n` } })

export type Rollup = typeof rollups.$inferInsert

/** The rollups that facts add up to, by their key. */
export function tally(practice: { id: string; timezone: string }, facts: Iterable<Fact>): Map<string, Rollup> {
  const rows = new Map<string, Rollup>()
  for (const { measure, at, officeId, referrerId, linkId, n = 1 } of facts) {
    const buckets = bucketsOf(at, practice.timezone)
    for (const grain of GRAINS) {
      const row = {
        practiceId: practice.id,
        grain,
        bucket: buckets[grain],
        officeId: officeId ?? '',
        referrerId: referrerId ?? '',
        linkId: linkId ?? '',
        measure,
        n,
      }
      const key = rollupKey(row)
      const before = rows.get(key)
      if (before) before.n += n
      else rows.set(key, row)
    }
  }
  return rows
}

const GRAINS = ['quarter', 'day', 'month'] as const
const rollupKey = (row: Omit<Rollup, 'n'>): string =>
  [row.grain, row.bucket, row.officeId, row.referrerId, row.linkId, row.measure].join(' ')

const ROLLUP_KEY = [
  rollups.practiceId,
  rollups.grain,
  rollups.bucket,
  rollups.officeId,
  rollups.referrerId,
  rollups.linkId,
  rollups.measure,
]
/** Eight parameters a row; SQLite takes 32,766 a statement. */
export const ROWS_A_STATEMENT = 500

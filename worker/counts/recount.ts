import { sql as raw, type SQL } from 'drizzle-orm'
import { type Database, stored } from '../../db/database.ts'
import { practicesBy } from '../practices/find.ts'
import { type Buckets, bucketsOf, nextMonth, QUARTER_MS, quarterOf, startOfMonth } from './buckets.ts'
import { addTo, ROWS_A_STATEMENT, type Rollup } from './count.ts'

/** Of one month; a recount that puts them right looks again, until there are no more. */
const DIFFERENCES_AT_ONCE = 5_000

/** What a recount of one practice found. Nothing differs where counts and facts were always written together. */
export interface Recount {
  practiceId: string
  slug: string
  /** Counts that the facts call for. */
  counts: number
  /** Where nothing is put right, at most 5,000 of a month. */
  differences: Difference[]
}

/** A count that was not what the facts add up to. */
export interface Difference extends Omit<Rollup, 'practiceId' | 'n'> {
  was: number
  shouldBe: number
}

/**
 * Counts every fact of a practice ('all': of each practice) again and says which counts differ; with `write`, puts them
 * right. Goes month by month. Facts and counts of a month are compared in one statement, and so are of one moment; and a
 * count is put right by adding what it lacks: both hold while scans and bookings go on.
 */
export async function recount(
  db: Database,
  practiceId: string | 'all',
  { write }: { write: boolean },
): Promise<Recount[]> {
  const recounts: Recount[] = []
  for (const practice of await practicesBy(db, practiceId)) recounts.push(await recountPractice(db, practice, write))
  return recounts
}

type Practice = Awaited<ReturnType<typeof practicesBy>>[number]

async function recountPractice(db: Database, practice: Practice, write: boolean): Promise<Recount> {
  const found: Recount = { practiceId: practice.id, slug: practice.slug, counts: 0, differences: [] }
  const [first, last] = await monthsOf(db, practice)
  for (let month = first; month <= last; month = nextMonth(month)) {
    for (;;) {
      const { counts, differences } = await compareMonth(db, practice, month)
      found.differences.push(...differences)
      if (write) await putRight(db, practice.id, differences)
      if (write && differences.length === DIFFERENCES_AT_ONCE) continue
      found.counts += counts
      break
    }
  }
  return found
}

/** The first and the last month of anything that happened or was counted; the second is earlier where nothing did. */
async function monthsOf(db: Database, { id, timezone }: Practice): Promise<[string, string]> {
  const [ends] = await db.read((sql) =>
    sql.all<Record<'firstAt' | 'lastAt' | 'first' | 'last', number | string | null>>(raw`
      SELECT min(at) AS firstAt, max(at) AS lastAt,
        (SELECT min(substr(bucket, 1, 7)) FROM rollups WHERE practice_id = ${id}) AS first,
        (SELECT max(substr(bucket, 1, 7)) FROM rollups WHERE practice_id = ${id}) AS last
      FROM (${factsOf(id)})`),
  )
  const months = Object.values(ends ?? {}).flatMap((end) => {
    if (end === null) return []
    return typeof end === 'number' ? [bucketsOf(end, timezone).month] : [end]
  })
  months.sort()
  return [months.at(0) ?? '2', months.at(-1) ?? '1']
}

/**
 * Compares the facts of a month with its counts, in one statement and so at one moment. The database itself compares: a
 * month has a row for each link and quarter of an hour, more than one answer may hold.
 */
async function compareMonth(
  db: Database,
  practice: Practice,
  month: string,
): Promise<{ counts: number; differences: Difference[] }> {
  const from = startOfMonth(month, practice.timezone)
  const to = startOfMonth(nextMonth(month), practice.timezone)
  const quarters: Buckets[] = []
  for (let at = from; at < to; at += QUARTER_MS) quarters.push(bucketsOf(at, practice.timezone))
  const rows = await db.read((sql) =>
    sql.all<(Difference & { counts: null }) | { grain: null; counts: number | null }>(raw`
      WITH quarters AS MATERIALIZED (SELECT key AS n, value AS buckets FROM json_each(${JSON.stringify(quarters)})),
        facts AS MATERIALIZED (
          SELECT (at - ${whole(from)}) / ${whole(QUARTER_MS)} AS n, coalesce(office_id, '') AS officeId,
            coalesce(referrer_id, '') AS referrerId, coalesce(link_id, '') AS linkId, measure, count(*) AS facts
          FROM (${factsOf(practice.id)}) WHERE at >= ${from} AND at < ${to} GROUP BY 1, 2, 3, 4, 5),
        both AS (
          SELECT grains.value AS grain, buckets ->> grains.value AS bucket, officeId, referrerId, linkId, measure,
            0 AS was, facts AS shouldBe
          FROM facts JOIN quarters USING (n) JOIN json_each('["quarter","day","month"]') AS grains
          UNION ALL
          SELECT grain, bucket, office_id, referrer_id, link_id, measure, n, 0 FROM rollups
          WHERE practice_id = ${practice.id} AND (
            (grain = 'quarter' AND bucket >= ${quarterOf(from)} AND bucket < ${quarterOf(to)})
            OR (grain = 'day' AND bucket BETWEEN ${`${month}-00`} AND ${`${month}-99`})
            OR (grain = 'month' AND bucket = ${month}))),
        compared AS MATERIALIZED (
          SELECT grain, bucket, officeId, referrerId, linkId, measure, sum(was) AS was, sum(shouldBe) AS shouldBe
          FROM both GROUP BY 1, 2, 3, 4, 5, 6)
      SELECT *, NULL AS counts FROM (
        SELECT * FROM compared WHERE was <> shouldBe LIMIT ${whole(DIFFERENCES_AT_ONCE)})
      UNION ALL
      SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, sum(shouldBe <> 0) FROM compared`),
  )
  const differences: Difference[] = []
  let counts = 0
  for (const row of rows)
    if (row.grain === null) counts = row.counts ?? 0
    else {
      const { counts: _, ...difference } = row
      differences.push(difference)
    }
  return { counts, differences }
}

/** A number as it stands: bound, it would be a fraction, and so would be what is divided by it. */
const whole = (n: number): SQL => raw.raw(String(n))

/** Every fact of a practice, when it counts, and for whom. What is counted is written down here and nowhere else. */
function factsOf(practiceId: string): SQL {
  const credited = (measure: SQL, at: SQL, from: SQL) => raw`
    SELECT ${measure} AS measure, ${at} AS at, credits.office_id, credits.referrer_id, credits.link_id
    FROM ${from} JOIN credits ON credits.practice_id = referrals.practice_id AND credits.referral_id = referrals.id
      AND credits.version = (SELECT max(version) FROM credits AS c
        WHERE c.practice_id = referrals.practice_id AND c.referral_id = referrals.id)
    WHERE referrals.practice_id = ${practiceId} AND ${at} IS NOT NULL`
  const itsBookings = raw`referrals JOIN bookings
    ON bookings.practice_id = referrals.practice_id AND bookings.referral_id = referrals.id`
  const itsConversions = raw`referrals JOIN conversions
    ON conversions.practice_id = referrals.practice_id AND conversions.referral_id = referrals.id`
  return raw.join(
    [
      raw`SELECT 'hit:' || class AS measure, at, office_id, referrer_id, link_id FROM scans WHERE practice_id = ${practiceId}`,
      raw`SELECT 'late', at, office_id, referrer_id, link_id FROM scans WHERE practice_id = ${practiceId} AND is_late`,
      raw`SELECT 'visit', at, office_id, referrer_id, link_id FROM visits WHERE practice_id = ${practiceId}`,
      raw`SELECT 'call', at, office_id, referrer_id, link_id FROM calls WHERE practice_id = ${practiceId}`,
      raw`SELECT 'callStart', at, office_id, referrer_id, link_id FROM call_starts WHERE practice_id = ${practiceId}`,
      credited(raw`'referral'`, raw`referrals.opened_at`, raw`referrals`),
      credited(raw`'evidence:' || credits.office_evidence`, raw`referrals.opened_at`, raw`referrals`),
      // A booking that was moved is the same one at another time.
      credited(raw`'booking'`, raw`iif(bookings.moved_from IS NULL, bookings.created_at, NULL)`, itsBookings),
      credited(raw`'booking'`, raw`conversions.created_at`, itsConversions),
      credited(raw`'cancelled'`, raw`bookings.cancelled_at`, itsBookings),
      credited(raw`'seen'`, raw`bookings.seen_at`, itsBookings),
    ],
    raw` UNION ALL `,
  )
}

/** Adds what each count lacks, which is right also when it has grown meanwhile. */
async function putRight(db: Database, practiceId: string, differences: Difference[]): Promise<void> {
  const rows = differences.map(({ was, shouldBe, ...place }) => ({ practiceId, ...place, n: shouldBe - was }))
  for (let first = 0; first < rows.length; first += ROWS_A_STATEMENT)
    stored(await db.write((sql) => [addTo(sql, rows.slice(first, first + ROWS_A_STATEMENT))]))
}

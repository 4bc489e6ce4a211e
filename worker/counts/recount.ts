import { asc, eq, sql as raw, type SQL } from 'drizzle-orm'
import { type Database, stored } from '../../db/database.ts'
import { practices } from '../../db/schema.ts'
import { bucketsOf, nextMonth, QUARTER_MS, quarterOf, startOfMonth } from './buckets.ts'
import { addTo, type Fact, type Measure, ROWS_A_STATEMENT, type Rollup, rollupKey, tally } from './count.ts'

/** What a recount of one practice found. Nothing differs where counts and facts were always written together. */
export interface Recount {
  practiceId: string
  slug: string
  /** Counts that the facts call for. */
  counts: number
  differences: Difference[]
}

/** A count that was not what the facts add up to. */
export interface Difference extends Omit<Rollup, 'practiceId' | 'n'> {
  was: number
  shouldBe: number
}

/**
 * Counts every fact of a practice ('all': of each practice) again and says which counts differ; with `write`, puts them
 * right. Goes month by month. Facts and counts of a month are read in one statement, and so are of one moment; and a
 * count is put right by adding what it lacks: both hold while scans and bookings go on.
 */
export async function recount(
  db: Database,
  practiceId: string | 'all',
  { write }: { write: boolean },
): Promise<Recount[]> {
  const which = await db.read((sql) =>
    sql
      .select({ id: practices.id, slug: practices.slug, timezone: practices.timezone })
      .from(practices)
      .where(practiceId === 'all' ? undefined : eq(practices.id, practiceId))
      .orderBy(asc(practices.slug)),
  )
  const recounts: Recount[] = []
  for (const practice of which) recounts.push(await recountPractice(db, practice, write))
  return recounts
}

type Practice = { id: string; slug: string; timezone: string }

async function recountPractice(db: Database, practice: Practice, write: boolean): Promise<Recount> {
  const found: Recount = { practiceId: practice.id, slug: practice.slug, counts: 0, differences: [] }
  const [first, last] = await monthsOf(db, practice)
  for (let month = first; month <= last; month = nextMonth(month)) {
    const { counted, should } = await readMonth(db, practice, month)
    const differences: Difference[] = []
    for (const key of new Set([...counted.keys(), ...should.keys()])) {
      const row = should.get(key) ?? counted.get(key)
      const [was, shouldBe] = [counted.get(key)?.n ?? 0, should.get(key)?.n ?? 0]
      if (!row || was === shouldBe) continue
      const { practiceId: _, n: __, ...place } = row
      differences.push({ ...place, was, shouldBe })
    }
    found.counts += [...should.values()].filter(({ n }) => n !== 0).length
    found.differences.push(...differences)
    if (write) await putRight(db, practice.id, differences)
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

type Counts = Map<string, Rollup>

async function readMonth(
  db: Database,
  practice: Practice,
  month: string,
): Promise<{ counted: Counts; should: Counts }> {
  const from = startOfMonth(month, practice.timezone)
  const to = startOfMonth(nextMonth(month), practice.timezone)
  const rows = await db.read((sql) =>
    sql.all<{ grain: Rollup['grain'] | null; bucket: string | number; n: number } & Place>(raw`
      SELECT NULL AS grain, at / ${raw.raw(String(QUARTER_MS))} AS bucket, coalesce(office_id, '') AS officeId,
        coalesce(referrer_id, '') AS referrerId, coalesce(link_id, '') AS linkId, measure, count(*) AS n
      FROM (${factsOf(practice.id)}) WHERE at >= ${from} AND at < ${to} GROUP BY 2, 3, 4, 5, 6
      UNION ALL
      SELECT grain, bucket, office_id, referrer_id, link_id, measure, n FROM rollups
      WHERE practice_id = ${practice.id} AND (
        (grain = 'quarter' AND bucket >= ${quarterOf(from)} AND bucket < ${quarterOf(to)})
        OR (grain = 'day' AND bucket BETWEEN ${`${month}-00`} AND ${`${month}-99`})
        OR (grain = 'month' AND bucket = ${month}))`),
  )
  const counted: Counts = new Map()
  const facts: Fact[] = []
  for (const { grain, bucket, ...row } of rows)
    if (grain === null) facts.push({ ...row, at: Number(bucket) * QUARTER_MS })
    else {
      const count = { practiceId: practice.id, grain, bucket: String(bucket), ...row }
      counted.set(rollupKey(count), count)
    }
  return { counted, should: tally(practice, facts) }
}

interface Place {
  officeId: string
  referrerId: string
  linkId: string
  measure: Measure
}

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
  return raw.join(
    [
      raw`SELECT 'hit:' || class AS measure, at, office_id, referrer_id, link_id FROM scans WHERE practice_id = ${practiceId}`,
      raw`SELECT 'late', at, office_id, referrer_id, link_id FROM scans WHERE practice_id = ${practiceId} AND is_late`,
      raw`SELECT 'visit', at, office_id, referrer_id, link_id FROM visits WHERE practice_id = ${practiceId}`,
      raw`SELECT 'call', at, office_id, referrer_id, link_id FROM calls WHERE practice_id = ${practiceId}`,
      credited(raw`'referral'`, raw`referrals.opened_at`, raw`referrals`),
      credited(raw`'evidence:' || credits.office_evidence`, raw`referrals.opened_at`, raw`referrals`),
      credited(raw`'booking'`, raw`bookings.created_at`, itsBookings),
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

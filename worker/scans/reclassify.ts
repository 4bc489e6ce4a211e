import { sql as raw } from 'drizzle-orm'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { type Buckets, bucketsOf } from '../counts/buckets.ts'
import { localDay } from '../practices/day.ts'
import { practicesBy } from '../practices/find.ts'
import { beforeHandOut, decide, type HitClass, isOfRequest } from './classify.ts'

/** What the rules of today say of the hits of one practice. */
export interface Reclassified {
  practiceId: string
  slug: string
  /** Hits that were decided again: those whose features were kept, but for the ones that a page proved. */
  looked: number
  /** Of them those that are taken for something else than before. */
  moved: Move[]
}

export interface Move {
  from: HitClass
  to: HitClass
  hits: number
}

/** Rows of one read, and of one write batch. */
const ROWS = 1_000

/**
 * Decides the hits of a practice ('all': of each practice) again by the rules of today, from what was kept of each, and
 * says which are taken for something else; with `write`, stores that, and moves them from one count to the other in the
 * same batch. May be broken off and begun again, may run beside itself and while scans come in: a row that is no longer
 * what was read is neither changed nor counted.
 *
 * Left as they are: rows without features, and rows that no rule about a request decided (`isOfRequest`). A hit with a
 * visit is a person's whatever its headers look like: the landing page was shown to somebody, and a credit may rest on
 * it. Should its visit have come after it was taken for a machine's, it becomes a scan again. The other way round no
 * visit is made up: the receipt of what was taken for a machine confirmed none.
 */
export async function reclassify(
  db: Database,
  practiceId: string | 'all',
  { write }: { write: boolean },
): Promise<Reclassified[]> {
  const found: Reclassified[] = []
  for (const practice of await practicesBy(db, practiceId)) found.push(await reclassifyPractice(db, practice, write))
  return found
}

type Practice = Awaited<ReturnType<typeof practicesBy>>[number]

async function reclassifyPractice(db: Database, practice: Practice, write: boolean): Promise<Reclassified> {
  const found: Reclassified = { practiceId: practice.id, slug: practice.slug, looked: 0, moved: [] }
  for (let after = ''; ; ) {
    const rows = await readRows(db, practice.id, after)
    const last = rows.at(-1)
    if (!last) return found
    after = last.id
    const decided = rows.flatMap((row) => decideAgain(row, practice.timezone))
    const changes = decided
      .filter((row) => row.class !== row.was)
      .map((row) => ({ ...row, ...bucketsOf(row.at, practice.timezone) }))
    found.looked += decided.length
    for (const { was, class: to } of changes) countMove(found.moved, was, to)
    if (write && changes.length > 0) await move(db, practice.id, changes)
  }
}

interface Row {
  id: string
  at: number
  class: HitClass
  rules: string
  features: string
  /** 1: its landing page was shown. */
  visited: number
  /** Of a print run: a person's hit before this local day is a test. */
  handOutDay: string | null
}

const readRows = (db: Database, practiceId: string, after: string) =>
  db.read((sql) =>
    sql.all<Row>(raw`
      SELECT id, scans.at, class, rules, features, ${VISITED} AS visited, batches.hand_out_day AS handOutDay
      FROM scans LEFT JOIN batches ON batches.practice_id = scans.practice_id AND batches.link_id = scans.link_id
      WHERE scans.practice_id = ${practiceId} AND id > ${after} AND features <> '' ORDER BY id LIMIT ${ROWS}`),
  )

const VISITED = raw`EXISTS (SELECT 1 FROM visits WHERE visits.practice_id = scans.practice_id AND visits.id = scans.id)`

/** What a row is taken for by the rules of today; none where they have no say. */
function decideAgain({ id, at, class: was, rules, features, visited, handOutDay }: Row, timezone: string) {
  const said = isOfRequest(rules) ? decide(features) : null
  if (!said) return []
  const found = handOutDay && localDay(at, timezone) < handOutDay ? beforeHandOut(said) : said
  const now = visited ? { ...found, class: 'person' as const, rules: 'receipt' } : found
  return [{ id, at, was, visited, ...now }]
}

type Change = ReturnType<typeof decideAgain>[number] & Buckets

function countMove(moved: Move[], from: HitClass, to: HitClass): void {
  const known = moved.find((move) => move.from === from && move.to === to)
  if (known) known.hits++
  else moved.push({ from, to, hits: 1 })
}

/** Those that go the same way, of one batch: their rows are changed by one statement. */
async function move(db: Database, practiceId: string, changes: Change[]): Promise<void> {
  const alike = Map.groupBy(changes, ({ was, class: now, rules, visited }) => [was, now, rules, visited].join())
  const written = await db.write(
    (sql) =>
      [...alike.values()].flatMap((some) => {
        const [first] = some
        if (!first) return []
        const rows = JSON.stringify(some.map(({ id, quarter, day, month }) => ({ id, quarter, day, month })))
        return [
          countMoved(sql, practiceId, rows, first, { as: first.was, n: -1 }),
          countMoved(sql, practiceId, rows, first, { as: first.class, n: 1 }),
          changeMoved(sql, practiceId, rows, first),
        ]
      }),
    { idempotent: true },
  )
  stored(written)
}

/** A row that is still what was read; a visit may have proven it meanwhile. */
const stillSo = ({ was, visited }: Change) => raw`scans.class = ${was} AND ${VISITED} = ${visited}`

/** Takes the rows out of one count (-1) or into the other (1). Must come before the rows are changed. */
function countMoved(sql: Sql, practiceId: string, rows: string, alike: Change, { as, n }: { as: HitClass; n: 1 | -1 }) {
  // CROSS JOIN: else SQLite would go over all scans of the practice, and over the rows for each.
  return sql.run(raw`
    INSERT INTO rollups (practice_id, grain, bucket, office_id, referrer_id, link_id, measure, n)
    SELECT scans.practice_id, grains.value, row.value ->> grains.value, scans.office_id,
      coalesce(scans.referrer_id, ''), scans.link_id, ${`hit:${as}`}, ${n} * count(*)
    FROM json_each(${rows}) AS row
      CROSS JOIN scans ON scans.practice_id = ${practiceId} AND scans.id = row.value ->> 'id' AND ${stillSo(alike)}
      CROSS JOIN json_each('["quarter","day","month"]') AS grains
    WHERE true
    GROUP BY 2, 3, 4, 5, 6
    ON CONFLICT DO UPDATE SET n = n + excluded.n`)
}

const changeMoved = (sql: Sql, practiceId: string, rows: string, alike: Change): Built =>
  sql.run(raw`
    UPDATE scans SET class = ${alike.class}, rules = ${alike.rules}, rules_version = ${alike.rulesVersion}
    WHERE practice_id = ${practiceId} AND id IN (SELECT value ->> 'id' FROM json_each(${rows}))
      AND ${stillSo(alike)}`)

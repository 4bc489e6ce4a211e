import { sql as raw } from 'drizzle-orm'
import type { Built, Database, Sql } from '../../db/database.ts'
import { bucketsOf } from '../counts/buckets.ts'
import { tellNew } from '../counts/events.ts'
import type { CallStart, Event, Hit, Visit } from './rows.ts'

/**
 * Writes hits, visits and calls started of one practice, with their counts and what the live feed tells of them, in one write batch. A
 * row that is there already is neither written, counted nor told again, so a batch may come twice, in parts, or out of
 * order. A row whose link does not exist is left out, and so is one that a constraint refuses: it could never be
 * written, and would hold up all after it.
 * @throws DatabaseUnavailable when it is not known whether the batch was written
 */
export async function flush(db: Database, practiceId: string, events: Event[]): Promise<void> {
  const hits = events.flatMap((event) => ('hit' in event ? [event.hit] : []))
  const visits = events.flatMap((event) => ('visit' in event ? [event.visit] : []))
  const scans = unique([...hits, ...visits.map(({ scan }) => scan)].map(scanRow))
  const shown = unique(visits.map(visitRow))
  const calls = unique(events.flatMap((event) => ('callStart' in event ? [callStartRow(event.callStart)] : [])))
  const late = unique(hits.filter(({ isLate }) => isLate).map(lateRow))
  const [scansJson, shownJson, lateJson] = [JSON.stringify(scans), JSON.stringify(shown), JSON.stringify(late)]
  const callsJson = JSON.stringify(calls)
  const written = await db.write(
    (sql) => [
      ...(scans.length
        ? [...tellAndCount(sql, practiceId, 'scans', scansJson), insertScans(sql, practiceId, scansJson)]
        : []),
      ...(shown.length
        ? [...tellAndCount(sql, practiceId, 'visits', shownJson), insertVisits(sql, practiceId, shownJson)]
        : []),
      ...(calls.length
        ? [countNew(sql, practiceId, 'call_starts', callsJson), insertCallStarts(sql, practiceId, callsJson)]
        : []),
      ...(late.length ? [countLate(sql, practiceId, lateJson), markLate(sql, practiceId, lateJson)] : []),
    ],
    { idempotent: true },
  )
  if (written.ok) return
  if (events.length === 1) return console.error(`scan log: an event was refused and left out: ${written.refused}`)
  const half = Math.ceil(events.length / 2)
  await flush(db, practiceId, events.slice(0, half))
  await flush(db, practiceId, events.slice(half))
}

/** Rows as SQL reads them: with what they are counted as, and the buckets they fall into. */
const scanRow = ({ practiceId: _, timezone, ...hit }: Hit) => ({
  ...hit,
  measure: `hit:${hit.class}`,
  ...bucketsOf(hit.at, timezone),
})

const visitRow = ({ scan, at, how }: Visit) => ({
  id: scan.id,
  linkId: scan.linkId,
  officeId: scan.officeId,
  referrerId: scan.referrerId,
  at,
  how,
  measure: 'visit',
  ...bucketsOf(at, scan.timezone),
})

const callStartRow = ({ scan: { id, linkId, officeId, referrerId, timezone }, at }: CallStart) => ({
  ...{ id, linkId, officeId, referrerId, at, measure: 'callStart' },
  ...bucketsOf(at, timezone),
})

const lateRow = ({ id, at, timezone }: Hit) => ({ id, at, ...bucketsOf(at, timezone) })

/** The first of each id stays: a hit knows more of itself than the receipt that a visit brought. */
const unique = <T extends { id: string }>(rows: T[]): T[] => [
  ...new Map(rows.toReversed().map((row) => [row.id, row])).values(),
]

/*
 * In all of these, CROSS has each row look for its link or its scan. Left to itself the database takes each link of the
 * practice and goes through all rows: with 300 links that takes nine times as long.
 */

/** What is made of the rows that are not stored yet: for the same batch, before they are. */
const tellAndCount = (sql: Sql, practiceId: string, table: 'scans' | 'visits', rows: string): Built[] => [
  tellNew(sql, practiceId, table, rows),
  countNew(sql, practiceId, table, rows),
]

/** Adds up the rows (JSON) that the table does not hold yet. Must come before they are inserted, in the same batch. */
function countNew(sql: Sql, practiceId: string, table: 'scans' | 'visits' | 'call_starts', rows: string): Built {
  return sql.run(raw`
    INSERT INTO rollups (practice_id, grain, bucket, office_id, referrer_id, link_id, measure, n)
    SELECT links.practice_id, grains.value, row.value ->> grains.value, row.value ->> 'officeId',
      coalesce(row.value ->> 'referrerId', ''), links.id, row.value ->> 'measure', count(*)
    FROM json_each(${rows}) AS row
      CROSS JOIN links ON links.practice_id = ${practiceId} AND links.id = row.value ->> 'linkId'
      JOIN json_each('["quarter","day","month"]') AS grains
    WHERE NOT EXISTS (SELECT 1 FROM ${raw.identifier(table)} AS known
      WHERE known.practice_id = ${practiceId} AND known.id = row.value ->> 'id')
    GROUP BY 2, 3, 4, 5, 6, 7
    ON CONFLICT DO UPDATE SET n = n + excluded.n`)
}

function insertScans(sql: Sql, practiceId: string, rows: string): Built {
  return sql.run(raw`
    INSERT INTO scans (practice_id, id, link_id, office_id, referrer_id, at, class, via, rules, rules_version, features,
      device, browser, country, region)
    SELECT links.practice_id, row.value ->> 'id', links.id, row.value ->> 'officeId', row.value ->> 'referrerId',
      row.value ->> 'at', row.value ->> 'class', row.value ->> 'via', row.value ->> 'rules',
      row.value ->> 'rulesVersion', coalesce(row.value ->> 'features', ''), row.value ->> 'device',
      row.value ->> 'browser', row.value ->> 'country', row.value ->> 'region'
    FROM json_each(${rows}) AS row
      CROSS JOIN links ON links.practice_id = ${practiceId} AND links.id = row.value ->> 'linkId'
    WHERE true
    ON CONFLICT DO NOTHING`)
}

function insertVisits(sql: Sql, practiceId: string, rows: string): Built {
  return sql.run(raw`
    INSERT INTO visits (practice_id, id, link_id, office_id, referrer_id, at, how)
    SELECT links.practice_id, row.value ->> 'id', links.id, row.value ->> 'officeId', row.value ->> 'referrerId',
      row.value ->> 'at', row.value ->> 'how'
    FROM json_each(${rows}) AS row
      CROSS JOIN links ON links.practice_id = ${practiceId} AND links.id = row.value ->> 'linkId'
    WHERE true
    ON CONFLICT DO NOTHING`)
}

function insertCallStarts(sql: Sql, practiceId: string, rows: string): Built {
  return sql.run(raw`
    INSERT INTO call_starts (practice_id, id, link_id, office_id, referrer_id, at)
    SELECT links.practice_id, row.value ->> 'id', links.id, row.value ->> 'officeId', row.value ->> 'referrerId',
      row.value ->> 'at'
    FROM json_each(${rows}) AS row
      CROSS JOIN links ON links.practice_id = ${practiceId} AND links.id = row.value ->> 'linkId'
    WHERE true
    ON CONFLICT DO NOTHING`)
}

/** Adds up the scans (JSON) that are stored and not yet marked. Must come before they are, in the same batch. */
function countLate(sql: Sql, practiceId: string, rows: string): Built {
  return sql.run(raw`
    INSERT INTO rollups (practice_id, grain, bucket, office_id, referrer_id, link_id, measure, n)
    SELECT scans.practice_id, grains.value, row.value ->> grains.value, scans.office_id, coalesce(scans.referrer_id, ''),
      scans.link_id, 'late', count(*)
    FROM ${notMarked(practiceId, rows)} JOIN json_each('["quarter","day","month"]') AS grains
    WHERE true
    GROUP BY 2, 3, 4, 5, 6
    ON CONFLICT DO UPDATE SET n = n + excluded.n`)
}

function markLate(sql: Sql, practiceId: string, rows: string): Built {
  return sql.run(raw`
    UPDATE scans SET is_late = true
    WHERE practice_id = ${practiceId} AND id IN (SELECT scans.id FROM ${notMarked(practiceId, rows)})`)
}

const notMarked = (practiceId: string, rows: string) => raw`
  json_each(${rows}) AS row CROSS JOIN scans ON scans.practice_id = ${practiceId} AND scans.id = row.value ->> 'id'
    AND scans.at = row.value ->> 'at' AND NOT scans.is_late`

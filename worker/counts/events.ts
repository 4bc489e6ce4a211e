import { sql as raw } from 'drizzle-orm'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { events } from '../../db/schema.ts'

const KEPT_DAYS = 2
const DAY_MS = 24 * 3_600_000
/** Rows that one clean-up removes at most; it runs every minute. */
const CLEANED_AT_ONCE = 5_000

/** Something that the live feed tells: nothing of a patient, `id` is the row's own. */
export type Told = Omit<typeof events.$inferInsert, 'seq'>

/**
 * The statement that puts something into the live feed, for the SAME write batch as its row. The database takes one
 * batch after the other, so `seq` is the order in which they were stored: who asks for what is beyond the last seq they
 * saw misses nothing and sees nothing twice.
 */
export const tell = (sql: Sql, told: Told): Built => sql.insert(events).values(told)

/**
 * The same for rows (JSON, with the members of a scan or visit) that the table does not hold yet; hits by people alone.
 * Must come before they are inserted, in the same batch. CROSS as in worker/scans/flush.ts.
 */
export function tellNew(sql: Sql, practiceId: string, table: 'scans' | 'visits', rows: string): Built {
  const kind = table === 'scans' ? 'scan' : 'visit'
  return sql.run(raw`
    INSERT INTO events (practice_id, kind, id, at, office_id, referrer_id, link_id)
    SELECT links.practice_id, ${kind}, row.value ->> 'id', row.value ->> 'at', row.value ->> 'officeId',
      row.value ->> 'referrerId', links.id
    FROM json_each(${rows}) AS row
      CROSS JOIN links ON links.practice_id = ${practiceId} AND links.id = row.value ->> 'linkId'
    WHERE row.value ->> 'measure' IN ('hit:person', 'visit')
      AND NOT EXISTS (SELECT 1 FROM ${raw.identifier(table)} AS known
        WHERE known.practice_id = ${practiceId} AND known.id = row.value ->> 'id')`)
}

/**
 * Forgets the oldest events, of all practices, after KEPT_DAYS; for the schedule. What goes is always all up to a seq,
 * never one from the midst (a scan that comes late is older than its neighbours): so the oldest that is kept tells a
 * reader whether they missed any. The plus has the database go along seq from the oldest, and stop at the first young.
 */
export async function forgetEvents(db: Database, now: number): Promise<void> {
  const most = raw`(SELECT min(seq) FROM events) + ${CLEANED_AT_ONCE}`
  const firstYoung = raw`SELECT seq FROM events WHERE +at >= ${now - KEPT_DAYS * DAY_MS} AND seq < ${most}
    ORDER BY seq LIMIT 1`
  const old = raw`${events.seq} < coalesce((${firstYoung}), ${most})`
  stored(await db.write((sql) => [sql.delete(events).where(old)], { idempotent: true }))
}

import { asc, count, sql as raw } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { practices, restores } from '../../db/schema.ts'
import type { Env } from '../env.ts'

/** Calls that one run makes; with more practices each has its turn every so many minutes. */
const LOGS_A_RUN = 40
const MINUTE_MS = 60_000

/**
 * Wakes the scan logs in turn. One that holds rows which the database has not got sees to them when it wakes, whatever
 * became of its alarm: a killed process, or a backup of it that was restored. Each hears of the newest restore of the
 * database, and sends again what it keeps when that is new to it.
 */
export async function wakeScanLogs(env: Pick<Env, 'SCAN_LOG'>, db: Database, now: number): Promise<void> {
  const [all] = await db.read((sql) => sql.select({ n: count(), restore: newestRestore }).from(practices))
  const turns = Math.max(1, Math.ceil((all?.n ?? 0) / LOGS_A_RUN))
  const turn = Math.floor(now / MINUTE_MS) % turns
  const some = await db.read((sql) =>
    sql
      .select({ id: practices.id })
      .from(practices)
      .orderBy(asc(practices.id))
      .limit(LOGS_A_RUN)
      .offset(turn * LOGS_A_RUN),
  )
  await Promise.all(some.map(({ id }) => env.SCAN_LOG.getByName(id).wake(all?.restore ?? '')))
}

/** By the order in which they were written: a clock may have been put back between two of them. */
const newestRestore = raw<string | null>`(SELECT id FROM ${restores} ORDER BY rowid DESC LIMIT 1)`

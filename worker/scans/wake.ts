import { asc, count } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { practices } from '../../db/schema.ts'
import type { Env } from '../env.ts'

/** Calls that one run makes; with more practices each has its turn every so many minutes. */
const LOGS_A_RUN = 40
const MINUTE_MS = 60_000

/**
 * Wakes the scan logs in turn. One that holds rows which the database has not got sees to them when it wakes, whatever
 * became of its alarm: a killed process, or a backup of it that was restored.
 */
export async function wakeScanLogs(env: Pick<Env, 'SCAN_LOG'>, db: Database, now: number): Promise<void> {
  const [all] = await db.read((sql) => sql.select({ n: count() }).from(practices))
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
  await Promise.all(some.map(({ id }) => env.SCAN_LOG.getByName(id).wake()))
}

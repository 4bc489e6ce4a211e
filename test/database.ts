import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '../db/database.ts'
import { migrate } from '../db/migrate.ts'
import { startSqld } from '../db/sqld.ts'

/** A real libSQL server with the schema and nothing in it; `stop` removes it. */
export async function startDatabase(): Promise<{ db: Database; url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'referloop-'))
  const sqld = await startSqld(folder)
  await migrate(sqld)
  return {
    db: openDatabase(sqld),
    url: sqld.url,
    async stop() {
      await sqld.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

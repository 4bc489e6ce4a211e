import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql as raw } from 'drizzle-orm'
import { migrate as runMigrations } from 'drizzle-orm/libsql/migrator'
import { drizzle } from 'drizzle-orm/libsql/web'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { type Database, type DatabaseAddress, openDatabase } from './database.ts'
import { Sentence } from './sentence.ts'

const FOLDER = { migrationsFolder: join(dirname(fileURLToPath(import.meta.url)), 'migrations') }
/** A migration of a large table takes its time. */
const LIMIT_MS = 10 * 60_000

/**
 * Brings the schema up to this code's, in one transaction, and returns how many migrations ran.
 * @throws Sentence when the database has a schema that this code does not know
 */
export async function migrate(address: DatabaseAddress): Promise<number> {
  const db = openDatabase({ ...address, timeoutMs: LIMIT_MS })
  const missing = await missingMigrations(db)
  if (missing > 0) await runMigrations(drizzle(db.client), FOLDER)
  return missing
}

/**
 * How many migrations the database still lacks.
 * @throws Sentence when the database has a schema that this code does not know
 */
export async function missingMigrations(db: Database): Promise<number> {
  const known = readMigrationFiles(FOLDER)
  const applied = await appliedMigrations(db)
  if (applied.length > known.length)
    throw new Sentence(
      'The database has a newer schema than this code: run the newer version of Referloop, or restore a backup made with this one.',
    )
  if (applied.some((hash, index) => hash !== known[index]?.hash))
    throw new Sentence(
      'The database was made by another line of Referloop, whose schema this code does not know: run that version, or start with an empty DATA_DIR.',
    )
  return known.length - applied.length
}

/** Hashes of this code's migrations, in order. */
export const knownMigrations = (): string[] => readMigrationFiles(FOLDER).map(({ hash }) => hash)

async function appliedMigrations(db: Database): Promise<string[]> {
  const table = await db.read((sql) =>
    sql.all(raw`SELECT name FROM sqlite_schema WHERE type = 'table' AND name = '__drizzle_migrations'`),
  )
  if (table.length === 0) return []
  const rows = await db.read((sql) =>
    sql.all<{ hash: string }>(raw`SELECT hash FROM __drizzle_migrations ORDER BY created_at`),
  )
  return rows.map(({ hash }) => hash)
}

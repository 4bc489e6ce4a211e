import { DatabaseUnavailable } from './database.ts'
import { Sentence } from './sentence.ts'

/** How libSQL, its server and SQLite say that a database file is damaged. */
const DAMAGE = /SQLITE_CORRUPT|SQLITE_NOTADB|malformed|not a database/i

/** Whether what a database said means that its file is damaged. */
export const isDamage = (said: string): boolean => DAMAGE.test(said)

/** What to do about a damaged database, with what it said of itself. */
export const damaged = (said: string): Sentence =>
  new Sentence(
    `The database is damaged (${said}): restore a backup into a new DATA_DIR (with the secrets.json of this one), or an empty DATABASE_URL.`,
  )

/** A failure as the operator is told it: a sentence where there is something to do, and otherwise as it was thrown. */
export function inWords(error: unknown): unknown {
  if (error instanceof Sentence) return error.message
  const said = error instanceof Error ? error.message : String(error)
  if (isDamage(said)) return damaged(said).message
  if (error instanceof DatabaseUnavailable) return `${said}: check that it runs, and try again.`
  return error
}

import { nanoid } from 'nanoid'
import type { Built, Sql } from '../../db/database.ts'
import { audit } from '../../db/schema.ts'

/** What is kept of an act: who did what to which row, and nothing of a patient. */
export interface Act {
  practiceId: string
  /** `patient`, `key:ID`, `staff:ID` or `system`. */
  by: string
  at: number
  /** In plain words, such as `booking made`. */
  act: string
  /** The id of the row. */
  subject: string
}

/** The statement that keeps it, for the SAME write batch as the act. Made once, it is kept once, however often it runs. */
export function audited(act: Act): (sql: Sql) => Built {
  const row = { ...act, id: nanoid() }
  return (sql) => sql.insert(audit).values(row).onConflictDoNothing()
}

import { openDatabase } from '../../db/database.ts'
import { recount } from '../../worker/counts/recount.ts'
import type { Stack } from '../stack.ts'

/** How many of the counts differ from a recount of the facts, in all practices; nothing is changed. */
export async function differences(stack: Stack): Promise<number> {
  // As patient as the command is: a million scans take their time.
  const db = openDatabase({ url: stack.databaseUrl, timeoutMs: 600_000 })
  const recounted = await recount(db, 'all', { write: false })
  return recounted.reduce((sum, { differences }) => sum + differences.length, 0)
}

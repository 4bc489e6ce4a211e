import { recount } from '../../worker/counts/recount.ts'
import type { Stack } from '../stack.ts'

/** How many of the counts differ from a recount of the facts, in all practices; nothing is changed. */
export async function differences(stack: Stack): Promise<number> {
  const recounted = await recount(stack.db, 'all', { write: false })
  return recounted.reduce((sum, { differences }) => sum + differences.length, 0)
}

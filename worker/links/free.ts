import type { Written } from '../../db/database.ts'

/** Codes are random: with a million links in a deployment, one code in 270 is taken. */
const TRIES = 8

/** Writes with new codes until none of them is taken. `attempt` makes its codes anew each time. */
export async function untilFree<T extends { written: Written }>(attempt: () => Promise<T>): Promise<T> {
  for (let n = 0; n < TRIES; n++) {
    const tried = await attempt()
    if (tried.written.ok || tried.written.refused !== 'code taken') return tried
  }
  throw new Error(`no free code in ${TRIES} tries`)
}

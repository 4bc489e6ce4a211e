import { recount } from '../worker/counts/recount.ts'
import type { Said } from './admin.ts'
import type { Reached } from './reach.ts'

const SHOWN = 20

/** `recount`: counts every fact again, puts right what differed and says what that was. */
export async function recountAll({ db }: Reached): Promise<Said> {
  const found = await recount(db, 'all', { write: true })
  const lines = found.flatMap(({ slug, counts, differences }) => [
    `${slug}: ${counts} counts, ${differences.length === 0 ? 'nothing differed' : `${differences.length} differed and are put right`}`,
    ...differences.slice(0, SHOWN).map((each) => `  ${JSON.stringify(each)}`),
    ...(differences.length > SHOWN ? [`  and ${differences.length - SHOWN} more`] : []),
  ])
  const practices = found.map(({ slug, counts, differences }) => ({ slug, counts, differences: differences.length }))
  const differences = practices.reduce((sum, each) => sum + each.differences, 0)
  return { lines: lines.length > 0 ? lines : ['There is no practice yet.'], json: { differences, practices } }
}

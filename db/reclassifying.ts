import { RULES_VERSION } from '../worker/scans/classify.ts'
import { reclassify } from '../worker/scans/reclassify.ts'
import type { Said } from './admin.ts'
import type { Flags } from './commands.ts'
import type { Reached } from './reach.ts'

/** `reclassify`: takes hits for what the rules of today say, moves their counts, and says how many changed into what. */
export async function reclassifyAll({ db }: Reached, flags: Flags): Promise<Said> {
  const isDry = flags['dry-run'] ?? false
  const practices = await reclassify(db, 'all', { write: !isDry })
  const lines = practices.flatMap(({ slug, looked, moved }) => [
    `${slug}: ${looked} hits looked at by rules ${RULES_VERSION}, ${moved.length === 0 ? 'nothing changes' : isDry ? 'and this would change' : 'and this changed'}`,
    ...moved.map(({ from, to, hits }) => `  ${hits} from ${from} to ${to}`),
  ])
  return {
    lines: lines.length > 0 ? lines : ['There is no practice yet.'],
    json: {
      rulesVersion: RULES_VERSION,
      dryRun: isDry,
      practices: practices.map(({ slug, looked, moved }) => ({ slug, looked, moved })),
    },
  }
}

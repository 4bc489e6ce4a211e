import { globSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Event } from '../../worker/scans/rows.ts'

const LOGS = 'worker/do/referloop-ScanLog'

/**
 * The file in which a practice's scan log keeps its rows, of a stack that is stopped: to bring about by hand what else
 * takes days, or a kill at one certain moment. `close` it before the next start.
 */
export function keptBy(dataDir: string, practiceId: string): DatabaseSync {
  for (const file of globSync(join(dataDir, LOGS, '*.sqlite'))) {
    if (file.endsWith('metadata.sqlite')) continue
    const kept = new DatabaseSync(file)
    if (kept.prepare('SELECT 1 FROM commits WHERE instr(events, ?) LIMIT 1').get(practiceId)) return kept
    kept.close()
  }
  throw new Error('this practice has no scan log')
}

/** The event of the last commit, to make others like it. */
export function lastKept(kept: DatabaseSync): Event {
  const row = kept.prepare('SELECT events FROM commits ORDER BY seq DESC LIMIT 1').get()
  return JSON.parse(String(row?.events)).at(-1)
}

/** When the logs are to be called next, all at the same moment. */
export function setAlarms(dataDir: string, kept: DatabaseSync, at: number): void {
  const ns = BigInt(at) * 1_000_000n
  kept.prepare('UPDATE _cf_METADATA SET value = ? WHERE key = 1').run(ns)
  const alarms = new DatabaseSync(join(dataDir, LOGS, 'metadata.sqlite'))
  alarms.prepare('UPDATE _cf_ALARM SET scheduled_time = ?').run(ns)
  alarms.close()
}

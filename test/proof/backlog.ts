import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { stored } from '../../db/database.ts'
import { links } from '../../db/schema.ts'
import { newCode } from '../../worker/links/codes.ts'
import type { Event } from '../../worker/scans/rows.ts'
import { askUntil } from '../api.ts'
import { loaded, residentMb } from '../bench/machine.ts'
import { drained, PERSON, scansStored } from '../bench/redirect.ts'
import { scan, type TestPractice, testPractice } from '../practice.ts'
import { keptBy, lastKept } from '../scans/kept.ts'
import { answers, type Stack, startStack } from '../stack.ts'
import { atMost, exactly, type Finding, shown } from './finding.ts'
import { differences } from './recounted.ts'

const LINKS = 300
const SECONDS = 5
const RATE = 100
const MOST_MS = 250
const MOST_MB = 1_000
const COMMITS_AT_ONCE = 50_000
const WEEK_MS = 7 * 86_400_000

/**
 * The database has been away for so long that the log holds so many scans, each in a commit of its own: it still takes
 * scans, still starts at once, and drains while more of them come.
 */
export async function longAway({ scans, mostMs = MOST_MS }: { scans: number; mostMs?: number }): Promise<Finding> {
  const dataDir = mkdtempSync(join(tmpdir(), 'referloop-'))
  let stack: Stack | undefined
  try {
    stack = await startStack({ dataDir })
    const practice = await testPractice(stack, 'long-away')
    const cards = await moreLinks(stack, practice.id)
    await scan(stack.url, practice.link.code)
    await drained(stack, practice, 1)
    await stack.worker.scheduled(Date.now())
    const empty = await loaded(load(stack, practice))
    await stack.stop()
    const megabytes = fill(dataDir, practice.id, scans, cards)

    stack = await startStack({ dataDir })
    await stack.database.stop()
    await stack.killWorker()
    const from = performance.now()
    await scan(stack.url, practice.link.code)
    const first = performance.now() - from
    const full = await loaded(load(stack, practice))
    const fullMb = residentMb(stack.worker.pid())

    await stack.database.start()
    await answers(stack.databaseUrl)
    const before = await scansStored(stack, practice.id)
    const began = performance.now()
    const draining = await loaded(load(stack, practice))
    const drainingMb = residentMb(stack.worker.pid())
    const all = 1 + scans + 1 + [empty, full, draining].reduce((sum, { requests }) => sum + requests, 0)
    const arrived = await askUntil(
      () => scansStored(stack as Stack, practice.id),
      (n) => n >= all,
      1_800_000,
    )
    const seconds = (performance.now() - began) / 1000
    return {
      title: `The database was away until the log held ${scans.toLocaleString('en')} scans`,
      figures: [
        shown('bytes a scan in the log', Math.round((megabytes * 2 ** 20) / scans)),
        atMost('first scan after a kill, ms', Math.round(first), mostMs),
        shown(`p50 and p99 at ${RATE} a second with an empty log, ms`, `${empty.p50} and ${empty.p99}`),
        shown('p50 with the full log and no database, ms', full.p50),
        atMost('p99 with the full log and no database, ms', full.p99, mostMs),
        shown('p50 while it drains, ms', draining.p50),
        shown('p99 while it drains, ms', draining.p99),
        shown('memory of workerd with the full log, MB', fullMb),
        atMost('memory of workerd while it drains, MB', drainingMb, MOST_MB),
        shown('seconds to drain', Math.round(seconds)),
        shown('scans a second', Math.round((arrived - before) / seconds)),
        exactly('scans stored', arrived, all),
        exactly('counts that differ from a recount', await differences(stack), 0),
      ],
    }
  } finally {
    await stack?.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const load = (stack: Stack, practice: TestPractice) => ({
  ...{ origin: stack.url, paths: [`/q/${practice.link.code}`], headers: PERSON },
  ...{ connections: 8, seconds: SECONDS, rate: RATE },
})

/** As many cards as a busy practice has, like the one that it has already; their ids. */
async function moreLinks(stack: Stack, practiceId: string): Promise<string[]> {
  const [like] = await stack.db.read((sql) => sql.select().from(links).where(eq(links.practiceId, practiceId)))
  if (!like) throw new Error('the practice has a link')
  const more = Array.from({ length: LINKS }, () => ({ ...like, id: nanoid(), code: newCode() }))
  stored(await stack.db.write((sql) => [sql.insert(links).values(more)]))
  return more.map(({ id }) => id)
}

/** Puts scans of the last week into the log of a stopped stack; how many megabytes its file has grown by. */
function fill(dataDir: string, practiceId: string, scans: number, links: string[]): number {
  const kept = keptBy(dataDir, practiceId)
  const size = () =>
    Number(kept.prepare('SELECT page_count * page_size AS n FROM pragma_page_count, pragma_page_size').get()?.n)
  const before = size()
  const event = lastKept(kept)
  if (!('hit' in event)) throw new Error('the last event is a scan')
  const insert = kept.prepare('INSERT INTO commits (at, events) VALUES (?, ?)')
  const now = Date.now()
  for (let n = 0; n < scans; n++) {
    if (n % COMMITS_AT_ONCE === 0) kept.exec(n === 0 ? 'BEGIN' : 'COMMIT; BEGIN')
    const at = now - Math.round((WEEK_MS * (scans - n)) / scans)
    const like: Event = { hit: { ...event.hit, id: nanoid(), linkId: links[n % links.length] ?? event.hit.linkId, at } }
    insert.run(at, JSON.stringify([like]))
  }
  kept.exec('COMMIT')
  const grown = (size() - before) / 2 ** 20
  kept.close()
  return grown
}

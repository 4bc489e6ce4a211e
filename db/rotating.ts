import { eq, max } from 'drizzle-orm'
import { audited } from '../worker/access/audit.ts'
import { type Resealed, reseal } from '../worker/practices/reseal.ts'
import { dataKeyStatement, KEYS_REMEMBERED_MS } from '../worker/practices/vault.ts'
import type { Said } from './admin.ts'
import type { Flags } from './commands.ts'
import { type Database, stored } from './database.ts'
import type { Reached } from './reach.ts'
import { practiceKeys, practices } from './schema.ts'
import { openSecrets, refuseOtherKey, type Secrets } from './secrets.ts'
import { Sentence } from './sentence.ts'

/** Every isolate has read the keys anew after so long, and what it sealed before is stored. */
const SETTLED_MS = 2 * KEYS_REMEMBERED_MS

/** `rotate --practice S` or `--all`: a new data key each, and every sealed column sealed with it, while the service runs. */
export async function rotate({ db, dataDir }: Reached, flags: Flags): Promise<Said> {
  const { practice: slug, all = false, resume = false } = flags
  if (!slug === !all) throw new Sentence('Give either --practice, such as --practice north-bay, or --all.')
  const secrets = await openSecrets(db, dataDir)
  await refuseOtherKey(db, secrets)
  const found = await db.read((sql) =>
    sql
      .select({ id: practices.id, slug: practices.slug })
      .from(practices)
      .where(slug ? eq(practices.slug, slug) : undefined)
      .orderBy(practices.slug),
  )
  if (found.length === 0) throw new Sentence(slug ? `There is no practice ${slug}.` : 'There is no practice yet.')
  if (!resume) for (const { id } of found) await addKey(db, secrets, id)
  const rounds = [await sealAll(db, secrets, found)]
  // Meanwhile isolates that remember the key before have sealed with it.
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS))
  rounds.push(await sealAll(db, secrets, found))
  const done = found.map((practice) => {
    const own = rounds.flatMap((round) => round.get(practice.id) ?? [])
    return { slug: practice.slug, rows: own.reduce((sum, { rows }) => sum + rows, 0), broken: own.at(-1)?.broken ?? 0 }
  })
  const broken = done.reduce((sum, each) => sum + each.broken, 0)
  return {
    lines: [
      ...done.map(
        (each) =>
          `${each.slug}: ${each.rows} rows are sealed with the ${resume ? 'newest' : 'new'} key${each.broken ? `, ${each.broken} values do not open and stay as they are` : ''}`,
      ),
      'The older keys stay: backups need them, and the oldest makes the hashes by which patients are found.',
    ],
    json: { practices: done },
    ok: broken === 0,
  }
}

/** Later than every key before, whatever this machine's clock says: the oldest makes the hashes, the newest seals. */
async function addKey(db: Database, secrets: Secrets, practiceId: string): Promise<void> {
  const [last] = await db.read((sql) =>
    sql
      .select({ at: max(practiceKeys.createdAt) })
      .from(practiceKeys)
      .where(eq(practiceKeys.practiceId, practiceId)),
  )
  const now = Math.max(Date.now(), (last?.at ?? 0) + 1)
  const insert = await dataKeyStatement(secrets, practiceId, now)
  const kept = audited({ practiceId, by: 'system', at: now, act: 'data key added', subject: practiceId })
  stored(await db.write((sql) => [insert(sql), kept(sql)]))
}

async function sealAll(
  db: Database,
  secrets: Secrets,
  found: { id: string; slug: string }[],
): Promise<Map<string, Resealed>> {
  const done = new Map<string, Resealed>()
  for (const { id, slug } of found)
    done.set(id, await reseal(db, secrets, id, (rows) => console.error(`${slug}: ${rows} rows`)))
  return done
}

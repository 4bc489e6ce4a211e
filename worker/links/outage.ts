import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { links, practices } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import { toKept } from './kept.ts'
import { forgetLink } from './memory.ts'
import { type ResolvedRow, resolvedLinks } from './queries.ts'
import { outageKey } from './resolve.ts'

type Copies = Pick<Env, 'OUTAGE'>

/** Practices that one run looks at, and copies that it writes: a run has a limit of calls, and another comes soon. */
const PRACTICES_A_RUN = 20
const WRITES_A_RUN = 400
const WRITES_AT_ONCE = 6
const NEXT_PRACTICE = 'next-practice'

/** After links were created or edited: this isolate asks anew at once, and the outage copy follows. */
export async function linkChanged(env: Copies, db: Database, practiceId: string, ...changed: Changed[]): Promise<void> {
  for (const { code, alias } of changed) forgetLink(code, alias)
  const ids = changed.map(({ id }) => id)
  await writeCopies(
    env,
    await db.read((sql) => resolvedLinks(sql, and(eq(links.practiceId, practiceId), inArray(links.id, ids)))),
  )
}

export type Changed = { id: string; code: string; alias: string | null }

/**
 * Brings the outage copy of some practices up to date, the next run those that follow. What each copy says is known
 * from one entry for each practice, so that nothing is written that is there already.
 */
export async function refreshOutageCopy(env: Copies, db: Database): Promise<{ written: number }> {
  const after = (await env.OUTAGE.get(NEXT_PRACTICE)) ?? ''
  const some = await db.read((sql) =>
    sql
      .select({ id: practices.id })
      .from(practices)
      .where(gt(practices.id, after))
      .orderBy(asc(practices.id))
      .limit(PRACTICES_A_RUN),
  )
  let written = 0
  let last = after
  for (const { id } of some) {
    const { copied, isWhole } = await refreshPractice(env, db, id, WRITES_A_RUN - written)
    written += copied
    if (!isWhole) break
    last = id
  }
  const next = last === some.at(-1)?.id && some.length < PRACTICES_A_RUN ? '' : last
  if (next !== after) await env.OUTAGE.put(NEXT_PRACTICE, next)
  return { written }
}

async function refreshPractice(env: Copies, db: Database, practiceId: string, limit: number) {
  const rows = await db.read((sql) => resolvedLinks(sql, eq(links.practiceId, practiceId)))
  const index = (await env.OUTAGE.get<Record<string, string>>(indexKey(practiceId), 'json')) ?? {}
  const differing = rows.filter((row) => index[row.code] !== fingerprint(row))
  const now = differing.slice(0, limit)
  await writeCopies(env, now)
  for (const row of now) index[row.code] = fingerprint(row)
  if (now.length > 0) await env.OUTAGE.put(indexKey(practiceId), JSON.stringify(index))
  return { copied: now.length, isWhole: now.length === differing.length }
}

async function writeCopies(env: Copies, rows: ResolvedRow[]): Promise<void> {
  for (let first = 0; first < rows.length; first += WRITES_AT_ONCE)
    await Promise.all(
      rows.slice(first, first + WRITES_AT_ONCE).flatMap((row) => {
        const copy = JSON.stringify(toKept(row))
        return [row.code, ...(row.alias ? [row.alias] : [])].map((key) => env.OUTAGE.put(outageKey(key), copy))
      }),
    )
}

const indexKey = (practiceId: string) => `index:${practiceId}`

/** Tells two states of a copy apart (FNV-1a, 52 bits of two halves); nobody gains by making two that are alike. */
function fingerprint(row: ResolvedRow): string {
  const text = JSON.stringify(row)
  let [a, b] = [0x811c9dc5, 0x1000193]
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193)
    b = Math.imul(b + text.charCodeAt(i), 0x85ebca6b) ^ (b >>> 13)
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36)
}

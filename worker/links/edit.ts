import { sql as raw } from 'drizzle-orm'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { batches, linkChanges, linkRetirements, links } from '../../db/schema.ts'
import type { FieldError, Keep } from '../http.ts'
import { localDay } from '../practices/day.ts'
import { findService } from '../practices/find.ts'
import { cardOrigin, type Link, type LinkChange, shown } from './link.ts'
import type { Changed } from './outage.ts'
import { type ResolvedRow, resolvedLinks, withBatches } from './queries.ts'

/** `changed`: the link and those of its print runs. */
export type Edited = { ok: true; link: Link; changed: Changed[] } | { ok: false; problem: 'not-found' }

export type ChangedLink =
  | Edited
  | { ok: false; problem: 'link-retired' }
  | { ok: false; problem: 'service-unknown' | 'invalid'; errors: FieldError[] }

interface Asking {
  publicUrl: string
  practiceId: string
  by: string
}

/** Each try is lost to an edit that was stored, so that as many edits at once as this are all stored. */
const TRIES = 30

/**
 * Changes where a link leads, its label, its pause and its last day; what is left out stays. The same is changed for the
 * links of its print runs. Of two edits at once the later one is made on top of the other.
 */
export async function changeLink(
  db: Database,
  { publicUrl, practiceId, by }: Asking,
  id: string,
  change: LinkChange,
  keep: Keep,
  now: number,
): Promise<ChangedLink> {
  const [origin, service] = await Promise.all([
    cardOrigin(db, publicUrl, practiceId),
    change.service === undefined ? null : findService(db, practiceId, change.service),
  ])
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const rows = await db.read((sql) => resolvedLinks(sql, withBatches(practiceId, id)))
    const before = rows.find(({ linkId }) => linkId === id)
    if (!before) return { ok: false, problem: 'not-found' }
    if (before.retiredAt !== null) return { ok: false, problem: 'link-retired' }
    if (service === undefined)
      return {
        ok: false,
        problem: 'service-unknown',
        errors: [{ field: 'service', detail: 'There is no such service.' }],
      }
    const today = localDay(now, before.timezone)
    const error = pauseError(change, today)
    if (error) return { ok: false, problem: 'invalid', errors: [error] }

    const after = (row: ResolvedRow): ResolvedRow => ({
      ...row,
      ...(service ? { serviceId: service.id, serviceSlug: service.slug } : {}),
      ...(change.label === undefined ? {} : { label: change.label }),
      ...(change.pause === undefined ? {} : pauseDays(change.pause, today)),
      ...(change.expires === undefined ? {} : { expiresDay: change.expires }),
      version: row.version + 1,
      editedAt: now,
    })
    const edited = rows.filter(({ retiredAt }) => retiredAt === null).map(after)
    const link = shown(after(before), origin, now)
    const kept = await keep(200, link)
    const written = await db.write((sql) => [
      ...edited.map((row) => changeStatement(sql, row, { practiceId, of: id, batches: rows.length - 1, by, now })),
      ...kept(sql),
    ])
    if (written.ok) return { ok: true, link, changed: edited.map(toChanged) }
    if (written.refused !== 'link changed') stored(written)
  }
  throw new Error(`others changed the link ${TRIES} times`)
}

/** Retires a link and those of its print runs, for good: no code is ever given out again, and each still leads to help. */
export async function retireLink(
  db: Database,
  { publicUrl, practiceId, by }: Asking,
  id: string,
  keep: Keep,
  now: number,
): Promise<Edited> {
  const [origin, rows] = await Promise.all([
    cardOrigin(db, publicUrl, practiceId),
    db.read((sql) => resolvedLinks(sql, withBatches(practiceId, id))),
  ])
  const before = rows.find(({ linkId }) => linkId === id)
  if (!before) return { ok: false, problem: 'not-found' }
  const at = before.retiredAt ?? now
  const link = shown({ ...before, retiredAt: at, editedAt: at }, origin, now)
  const kept = await keep(201, link)
  stored(await db.write((sql) => [retirements(sql, { practiceId, of: id, by, now }), ...kept(sql)]))
  return { ok: true, link, changed: rows.map(toChanged) }
}

/** Also of the cards that were printed a moment ago. */
const retirements = (
  sql: Sql,
  { practiceId, of, by, now }: { practiceId: string; of: string; by: string; now: number },
) =>
  sql.run(raw`
    INSERT INTO link_retirements (practice_id, link_id, at, "by")
    SELECT ${links.practiceId}, ${links.id}, ${now}, ${by} FROM ${links} WHERE ${withBatches(practiceId, of)}
    ON CONFLICT DO NOTHING`)

/**
 * Refused ('link changed') where another change has the version, or where meanwhile the link was retired or cards of the
 * edited one (`of`) were printed, so that it has no longer so many batches.
 */
function changeStatement(
  sql: Sql,
  row: ResolvedRow,
  edit: { practiceId: string; of: string; batches: number; by: string; now: number },
): Built {
  const { practiceId, by, now } = edit
  const { linkId, version, serviceId, label, pausedFromDay, pausedUntilDay, expiresDay } = row
  const days = { pausedFromDay, pausedUntilDay, expiresDay }
  const ifStillSo = raw<string>`CASE WHEN EXISTS (SELECT 1 FROM ${linkRetirements}
    WHERE ${linkRetirements.practiceId} = ${practiceId} AND ${linkRetirements.linkId} = ${linkId})
    OR ${edit.batches} <> (SELECT count(*) FROM ${batches}
      WHERE ${batches.practiceId} = ${practiceId} AND ${batches.ofLinkId} = ${edit.of})
    THEN NULL ELSE ${serviceId} END`
  return sql
    .insert(linkChanges)
    .values({ practiceId, linkId, version, serviceId: ifStillSo, label, ...days, at: now, by })
}

function pauseError({ pause }: LinkChange, today: string): FieldError | null {
  if (!pause?.until) return null
  if (pause.until < today) return { field: 'pause/until', detail: `This day is over: today is ${today}.` }
  return null
}

const pauseDays = (pause: LinkChange['pause'], today: string) => ({
  pausedFromDay: pause ? (pause.from ?? today) : null,
  pausedUntilDay: pause?.until ?? null,
})

const toChanged = ({ linkId: id, code, alias }: ResolvedRow): Changed => ({ id, code, alias })

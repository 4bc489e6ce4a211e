import { sql as raw } from 'drizzle-orm'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { linkChanges, links } from '../../db/schema.ts'
import type { FieldError, Keep } from '../http.ts'
import { localDay } from '../practices/day.ts'
import { findService } from '../practices/find.ts'
import { cardOrigin, type Link, type LinkChange, shown } from './link.ts'
import type { Changed } from './outage.ts'
import {
  isRetired,
  lastChange,
  linkLabel,
  linkServiceId,
  type ResolvedRow,
  resolvedLinks,
  withBatches,
} from './queries.ts'

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

/**
 * Changes where a link leads, its label, its pause and its last day; what is left out stays. The same is changed for the
 * links of its print runs. The database itself puts the change on top of what it finds, so that of many edits at once
 * all are kept; one that changes nothing leaves no row.
 */
export async function changeLink(
  db: Database,
  { publicUrl, practiceId, by }: Asking,
  id: string,
  change: LinkChange,
  keep: Keep,
  now: number,
): Promise<ChangedLink> {
  const [origin, service, rows] = await Promise.all([
    cardOrigin(db, publicUrl, practiceId),
    change.service === undefined ? null : findService(db, practiceId, change.service),
    db.read((sql) => resolvedLinks(sql, withBatches(practiceId, id))),
  ])
  const before = rows.find(({ linkId }) => linkId === id)
  if (!before) return { ok: false, problem: 'not-found' }
  if (before.retiredAt !== null) return { ok: false, problem: 'link-retired' }
  if (service === undefined) return { ok: false, problem: 'service-unknown', errors: [NO_SERVICE] }
  const today = localDay(now, before.timezone)
  const error = pauseError(change, before, today)
  if (error) return { ok: false, problem: 'invalid', errors: [error] }

  const wanted: Wanted = {
    ...(service ? { serviceId: service.id, serviceSlug: service.slug } : {}),
    ...(change.label === undefined ? {} : { label: change.label }),
    ...(change.pause === undefined ? {} : pauseDays(change.pause, today)),
    ...(change.expires === undefined ? {} : { expiresDay: change.expires }),
  }
  const after = { ...before, ...wanted }
  const isEdit = EDITED.some((field) => after[field] !== before[field])
  const link = shown({ ...after, editedAt: isEdit ? now : before.editedAt }, origin, now)
  const kept = await keep(200, link)
  const written = await db.write((sql) => [changes(sql, wanted, { practiceId, id, by, now }), ...kept(sql)])
  if (!written.ok && written.refused === 'link changed') return { ok: false, problem: 'link-retired' }
  stored(written)
  return { ok: true, link, changed: rows.map(toChanged) }
}

const NO_SERVICE: FieldError = { field: 'service', detail: 'There is no such service.' }
const EDITED = ['serviceId', 'label', 'pausedFromDay', 'pausedUntilDay', 'expiresDay'] as const
type Wanted = Partial<Pick<ResolvedRow, (typeof EDITED)[number] | 'serviceSlug'>>

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
 * One more version of the link and of those of its print runs, where it differs from the last. Refused ('link changed')
 * where the link was retired a moment ago; print runs that were retired by themselves stay as they are.
 */
function changes(
  sql: Sql,
  wanted: Wanted,
  { practiceId, id, by, now }: { practiceId: string; id: string; by: string; now: number },
): Built {
  const last = {
    serviceId: linkServiceId,
    label: linkLabel,
    pausedFromDay: raw`${linkChanges.pausedFromDay}`,
    pausedUntilDay: raw`${linkChanges.pausedUntilDay}`,
    expiresDay: raw`${linkChanges.expiresDay}`,
  }
  const next = (field: (typeof EDITED)[number]) => (wanted[field] === undefined ? last[field] : raw`${wanted[field]}`)
  const [, ...days] = EDITED
  const differs = raw.join(
    EDITED.map((field) => raw`${next(field)} IS NOT ${last[field]}`),
    raw` OR `,
  )
  return sql.run(raw`
    INSERT INTO link_changes (practice_id, link_id, version, service_id, label, paused_from_day, paused_until_day,
      expires_day, at, "by")
    SELECT ${links.practiceId}, ${links.id}, coalesce(${linkChanges.version}, 0) + 1,
      CASE WHEN ${isRetired} THEN NULL ELSE ${next('serviceId')} END, ${raw.join(days.map(next), raw`, `)}, ${now}, ${by}
    FROM ${links} LEFT JOIN ${linkChanges} ON ${lastChange}
    WHERE ${withBatches(practiceId, id)} AND (${links.id} = ${id} OR NOT ${isRetired}) AND (${differs})`)
}

function pauseError({ pause }: LinkChange, before: ResolvedRow, today: string): FieldError | null {
  const isOver = `This day is over: today is ${today}.`
  if (pause?.until && pause.until < today) return { field: 'pause/until', detail: isOver }
  // A pause that goes on may be sent again as it is.
  if (pause?.from && pause.from < today && pause.from !== before.pausedFromDay)
    return { field: 'pause/from', detail: `${isOver} Leave it out to pause from today.` }
  return null
}

const pauseDays = (pause: LinkChange['pause'], today: string) => ({
  pausedFromDay: pause ? (pause.from ?? today) : null,
  pausedUntilDay: pause?.until ?? null,
})

const toChanged = ({ linkId: id, code, alias }: ResolvedRow): Changed => ({ id, code, alias })

import { nanoid } from 'nanoid'
import { type Database, stored } from '../../db/database.ts'
import { links } from '../../db/schema.ts'
import type { FieldError, Keep } from '../http.ts'
import { localDay } from '../practices/day.ts'
import { findService, practiceOf } from '../practices/find.ts'
import { newCode } from './codes.ts'
import { untilFree } from './free.ts'
import { cardOrigin, type Link, type NewLink, shown } from './link.ts'
import { placeOf } from './place.ts'
import { UNDATED } from './state.ts'

export type CreatedLink =
  | { ok: true; link: Link }
  | { ok: false; problem: 'service-unknown' | 'alias-taken' | 'invalid'; errors: FieldError[] }

/** Creates a link with a code of its own, for an office and, where named, a referrer who works there now. */
export async function createLink(
  db: Database,
  { publicUrl, practiceId, by }: { publicUrl: string; practiceId: string; by: string },
  wanted: NewLink,
  keep: Keep,
  now: number,
): Promise<CreatedLink> {
  const [practice, service, origin] = await Promise.all([
    practiceOf(db, { practiceId }),
    findService(db, practiceId, wanted.service),
    cardOrigin(db, publicUrl, practiceId),
  ])
  if (!service) return refused('service-unknown', { field: 'service', detail: 'There is no such service.' })
  const place = await placeOf(db, practiceId, wanted, localDay(now, practice.timezone))
  if ('detail' in place) return refused('invalid', place)

  const { alias = null, label = null, channel } = wanted
  const { link, written } = await untilFree(async () => {
    const { officeId, referrerId } = place
    const about = { channel, label, alias, code: newCode(), createdAt: now }
    const id = nanoid()
    const link = shown(
      {
        ...{ ...place, ...about, linkId: id, practiceSlug: practice.slug, serviceSlug: service.slug },
        ...{ ...UNDATED, timezone: practice.timezone, referrerLastDay: null, editedAt: null, batch: null },
      },
      origin,
      now,
    )
    const kept = await keep(201, link)
    const written = await db.write((sql) => [
      sql.insert(links).values({ practiceId, id, officeId, referrerId, serviceId: service.id, by, ...about }),
      ...kept(sql),
    ])
    return { link, written }
  })
  if (!written.ok && written.refused === 'alias taken')
    return refused('alias-taken', { field: 'alias', detail: 'Choose another: it is taken.' })
  stored(written)
  return { ok: true, link }
}

const refused = (problem: 'service-unknown' | 'alias-taken' | 'invalid', error: FieldError): CreatedLink => ({
  ok: false,
  problem,
  errors: [error],
})

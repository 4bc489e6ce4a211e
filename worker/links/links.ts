import { and, asc, eq, isNotNull } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { batches, links } from '../../db/schema.ts'
import { type After, following, page } from '../lists.ts'
import { cardOrigin, type Link, shown } from './link.ts'
import { resolvedLinks } from './queries.ts'

/** Links in the order of their creation. */
export async function listLinks(
  db: Database,
  { publicUrl, practiceId }: { publicUrl: string; practiceId: string },
  { limit, cursor, ...only }: { limit: number; cursor?: After | undefined } & Only,
  now: number,
): Promise<{ items: Link[]; next: string | null }> {
  const where = and(
    eq(links.practiceId, practiceId),
    only.referrerId ? eq(links.referrerId, only.referrerId) : undefined,
    only.officeId ? eq(links.officeId, only.officeId) : undefined,
    only.batchesOf === 'any' ? isNotNull(batches.linkId) : undefined,
    only.batchesOf && only.batchesOf !== 'any' ? eq(batches.ofLinkId, only.batchesOf) : undefined,
    following(links.createdAt, links.id, cursor),
  )
  const [origin, rows] = await Promise.all([
    cardOrigin(db, publicUrl, practiceId),
    db.read((sql) =>
      resolvedLinks(sql, where)
        .orderBy(asc(links.createdAt), asc(links.id))
        .limit(limit + 1),
    ),
  ])
  const { items, next } = page(rows, limit, ({ createdAt, linkId }) => ({ key: createdAt, id: linkId }))
  return { items: items.map((row) => shown(row, origin, now)), next }
}

interface Only {
  referrerId?: string | undefined
  officeId?: string | undefined
  /** The print runs of this link, or of any. */
  batchesOf?: string | undefined
}

export async function findLink(
  db: Database,
  { publicUrl, practiceId }: { publicUrl: string; practiceId: string },
  id: string,
  now: number,
): Promise<Link | undefined> {
  const [origin, [row]] = await Promise.all([
    cardOrigin(db, publicUrl, practiceId),
    db.read((sql) => resolvedLinks(sql, and(eq(links.practiceId, practiceId), eq(links.id, id)))),
  ])
  return row && shown(row, origin, now)
}

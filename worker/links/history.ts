import { z } from '@hono/zod-openapi'
import { and, asc, eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { linkChanges, linkRetirements, links, services } from '../../db/schema.ts'
import { Decided, decided } from './link.ts'

export const LinkEvent = Decided.extend({
  act: z.enum(['created', 'changed', 'retired']),
  at: z.iso.datetime(),
  by: z.string().describe('Who acted: staff:ID, key:ID or system'),
}).openapi('LinkEvent')
export type LinkEvent = z.infer<typeof LinkEvent>

/** What was decided about a link, the oldest first: each row is all that held from then on. Undefined: no such link. */
export async function historyOf(db: Database, practiceId: string, id: string): Promise<LinkEvent[] | undefined> {
  const [created, changes, [retired]] = await Promise.all([
    db.read((sql) =>
      sql
        .select({ at: links.createdAt, by: links.by, serviceSlug: services.slug, label: links.label })
        .from(links)
        .innerJoin(services, and(eq(services.practiceId, links.practiceId), eq(services.id, links.serviceId)))
        .where(and(eq(links.practiceId, practiceId), eq(links.id, id))),
    ),
    db.read((sql) =>
      sql
        .select({
          at: linkChanges.at,
          by: linkChanges.by,
          serviceSlug: services.slug,
          label: linkChanges.label,
          pausedFromDay: linkChanges.pausedFromDay,
          pausedUntilDay: linkChanges.pausedUntilDay,
          expiresDay: linkChanges.expiresDay,
        })
        .from(linkChanges)
        .innerJoin(
          services,
          and(eq(services.practiceId, linkChanges.practiceId), eq(services.id, linkChanges.serviceId)),
        )
        .where(and(eq(linkChanges.practiceId, practiceId), eq(linkChanges.linkId, id)))
        .orderBy(asc(linkChanges.version)),
    ),
    db.read((sql) =>
      sql
        .select({ at: linkRetirements.at, by: linkRetirements.by })
        .from(linkRetirements)
        .where(and(eq(linkRetirements.practiceId, practiceId), eq(linkRetirements.linkId, id))),
    ),
  ])
  const [first] = created
  if (!first) return undefined
  const begin = { ...first, pausedFromDay: null, pausedUntilDay: null, expiresDay: null }
  const events = [event('created', begin), ...changes.map((change) => event('changed', change))]
  return retired ? [...events, event('retired', { ...(changes.at(-1) ?? begin), ...retired })] : events
}

const event = (act: LinkEvent['act'], row: { at: number; by: string } & Parameters<typeof decided>[0]): LinkEvent => ({
  act,
  at: new Date(row.at).toISOString(),
  by: row.by,
  ...decided(row),
})

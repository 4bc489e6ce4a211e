import { z } from '@hono/zod-openapi'
import { and, asc, eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { SERVICE_MODES, services } from '../../db/schema.ts'
import { type After, following, page } from '../lists.ts'

export const Service = z
  .object({
    id: z.string(),
    slug: z.string().describe('Its name in addresses'),
    name: z.string(),
    mode: z
      .enum(SERVICE_MODES)
      .describe('request: the practice calls back; book: a slot is booked; elsewhere: in a scheduler of its own'),
    minutes: z.int().describe('How long one takes'),
    capacity: z.int().describe('Patients in one slot'),
  })
  .openapi('Service')

/** The services of a practice in its own order. */
export async function listServices(
  db: Database,
  practiceId: string,
  { limit, cursor }: { limit: number; cursor?: After | undefined },
) {
  const rows = await db.read((sql) =>
    sql
      .select({
        id: services.id,
        slug: services.slug,
        name: services.name,
        mode: services.mode,
        minutes: services.minutes,
        capacity: services.capacity,
        position: services.position,
      })
      .from(services)
      .where(and(eq(services.practiceId, practiceId), following(services.position, services.id, cursor)))
      .orderBy(asc(services.position), asc(services.id))
      .limit(limit + 1),
  )
  const { items, next } = page(rows, limit, ({ position, id }) => ({ key: position, id }))
  return { items: items.map(({ position: _, ...service }) => service), next }
}

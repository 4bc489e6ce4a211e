import { z } from '@hono/zod-openapi'
import { and, asc, eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { SERVICE_MODES, services } from '../../db/schema.ts'
import { type After, following, page } from '../lists.ts'
import type { Service as Row } from './find.ts'

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
    stepMinutes: z.int().describe('Slots begin every so many minutes within the opening hours'),
    leadMinutes: z.int().describe('A slot is offered until so many minutes before it begins'),
    horizonDays: z.int().describe('And from so many days before'),
    bufferBeforeMinutes: z.int().describe('The provider sees nobody else for so long before'),
    bufferAfterMinutes: z.int().describe('And after'),
    calendar: z
      .enum(['only', 'imported'])
      .describe("only: this calendar is the providers' only one; imported: others of theirs are read (calendar feeds)"),
  })
  .openapi('Service')
export type Service = z.infer<typeof Service>

/** The services of a practice in its own order. */
export async function listServices(
  db: Database,
  practiceId: string,
  { limit, cursor }: { limit: number; cursor?: After | undefined },
) {
  const rows = await db.read((sql) =>
    sql
      .select()
      .from(services)
      .where(and(eq(services.practiceId, practiceId), following(services.position, services.id, cursor)))
      .orderBy(asc(services.position), asc(services.id))
      .limit(limit + 1),
  )
  const { items, next } = page(rows, limit, ({ position, id }) => ({ key: position, id }))
  return { items: items.map(shownService), next }
}

export const shownService = (row: Row): Service => ({
  ...{ id: row.id, slug: row.slug, name: row.name, mode: row.mode, minutes: row.minutes, capacity: row.capacity },
  ...{ stepMinutes: row.stepMinutes, leadMinutes: row.leadMinutes, horizonDays: row.horizonDays },
  ...{ bufferBeforeMinutes: row.bufferBeforeMinutes, bufferAfterMinutes: row.bufferAfterMinutes },
  calendar: row.calendar,
})

import { z } from '@hono/zod-openapi'
import { and, eq } from 'drizzle-orm'
import { type Database, stored } from '../../db/database.ts'
import { SERVICE_MODES, services } from '../../db/schema.ts'
import type { FieldError, Keep } from '../http.ts'
import { findService } from './find.ts'
import { readCalendars, unreadProviders } from './online.ts'
import { type Service, shownService } from './services.ts'

/** No visit with its buffers is longer than a day: the overlap triggers search no further (db/migrations/0004_buffers.sql). */
const LONGEST_MINUTES = 1440

export const ServiceChange = z
  .strictObject({
    mode: z.enum(SERVICE_MODES),
    minutes: z.int().min(1).max(LONGEST_MINUTES),
    capacity: z.int().min(1).max(500),
    stepMinutes: z.int().min(5).max(LONGEST_MINUTES),
    leadMinutes: z.int().min(0).max(43_200),
    horizonDays: z.int().min(1).max(180),
    bufferBeforeMinutes: z.int().min(0).max(720),
    bufferAfterMinutes: z.int().min(0).max(720),
    calendar: z.enum(['only', 'imported']),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Give at least one member to change.')
  .openapi('ServiceChange')

export type ServiceChanged =
  | { ok: true; service: Service }
  | { ok: false; problem: 'not-found' }
  | { ok: false; problem: 'calendar-unread'; providers: string[] }
  | { ok: false; problem: 'invalid'; errors: FieldError[] }

/** Changes what is given. Bookings keep the length, the buffers and the capacity with which they were made. */
export async function changeService(
  db: Database,
  practiceId: string,
  slugOrId: string,
  change: z.infer<typeof ServiceChange>,
  keep: Keep,
  now: number,
): Promise<ServiceChanged> {
  const before = await findService(db, practiceId, slugOrId)
  if (!before) return { ok: false, problem: 'not-found' }
  const {
    mode = before.mode,
    minutes = before.minutes,
    capacity = before.capacity,
    calendar = before.calendar,
  } = change
  const {
    stepMinutes = before.stepMinutes,
    leadMinutes = before.leadMinutes,
    horizonDays = before.horizonDays,
  } = change
  const { bufferBeforeMinutes = before.bufferBeforeMinutes, bufferAfterMinutes = before.bufferAfterMinutes } = change
  const after = {
    ...before,
    ...{ mode, minutes, capacity, calendar, stepMinutes, leadMinutes, horizonDays },
    ...{ bufferBeforeMinutes, bufferAfterMinutes },
  }
  if (after.mode === 'elsewhere' && !after.schedulerUrl)
    return invalid('mode', 'The address of its scheduler is not known.')
  if (after.mode === 'book' && after.calendar === 'imported') {
    const providers = unreadProviders(await readCalendars(db, practiceId, before.id, now), now)
    if (providers.length > 0) return { ok: false, problem: 'calendar-unread', providers }
  }
  const service = shownService(after)
  const kept = await keep(200, service)
  const its = and(eq(services.practiceId, practiceId), eq(services.id, before.id))
  const written = await db.write((sql) => [sql.update(services).set(change).where(its), ...kept(sql)])
  if (!written.ok && written.refused === 'visit longer than a day')
    return invalid('minutes', 'With its buffers a visit may take a day at most.')
  stored(written)
  return { ok: true, service }
}

const invalid = (field: string, detail: string) => ({
  ...{ ok: false as const, problem: 'invalid' as const },
  errors: [{ field, detail }],
})

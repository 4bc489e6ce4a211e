import { and, eq, gt, lt, sql as raw } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Database, stored } from '../../db/database.ts'
import { holds } from '../../db/schema.ts'
import type { Offer } from './availability.ts'
import { findStart, type Slot, type StartFound, toSlot } from './slots.ts'

/** A hold lasts so long and is renewed by every page sent, but ends at the latest so long after it was made. */
const HOLD_MINUTES = 5
const LONGEST_HOLD_MINUTES = 20

const MINUTE_MS = 60_000
/** Expired holds stay a little: two machines' clocks may differ. */
const CLEANED_AFTER_MS = MINUTE_MS

export type Hold = typeof holds.$inferSelect

export type Held =
  | { ok: true; hold: Hold }
  | { ok: false; problem: 'slot-taken'; nearest: Slot[] }
  | { ok: false; problem: 'slot-past' | 'slot-unknown' }

/** Keeps a slot for somebody who is still typing. `start` is an ISO instant; without a provider the first available. */
export async function hold(
  db: Database,
  practiceId: string,
  service: Offer,
  wanted: { start: string; providerId?: string | undefined },
  now: number,
): Promise<Held> {
  const startsAt = Date.parse(wanted.start)
  if (Number.isNaN(startsAt)) return { ok: false, problem: 'slot-unknown' }
  if (startsAt <= now) return { ok: false, problem: 'slot-past' }
  const { providerId } = wanted
  const found = await findStart(db, practiceId, service, { startsAt, providerId }, now)
  if (!found.ok) return found
  for (const { endsAt, busyFrom, busyUntil, providerId, locationId } of found.free) {
    const row = {
      practiceId,
      id: nanoid(),
      serviceId: service.id,
      providerId,
      locationId,
      startsAt,
      endsAt,
      capacity: service.capacity,
      busyFrom,
      busyUntil,
      madeAt: now,
      until: now + HOLD_MINUTES * MINUTE_MS,
    }
    const written = await db.write((sql) => [sql.insert(holds).values(row)])
    if (written.ok) return { ok: true, hold: row }
    if (written.refused !== 'slot taken') stored(written)
  }
  return takenMeanwhile(db, practiceId, service, { startsAt, providerId }, now)
}

/** Everybody found free was taken before we wrote: the nearest times, as the calendar is now. */
export async function takenMeanwhile(
  db: Database,
  practiceId: string,
  service: Offer,
  wanted: { startsAt: number; providerId?: string | undefined; exceptHold?: string | undefined },
  now: number,
): Promise<Exclude<StartFound, { ok: true }>> {
  const found = await findStart(db, practiceId, service, wanted, now)
  // Free again already, by a cancellation in between: whoever tries once more gets it.
  return found.ok ? { ok: false, problem: 'slot-taken', nearest: found.free.map(toSlot) } : found
}

/** The hold while it lasts, null when it ran out. */
export async function findHold(db: Database, practiceId: string, holdId: string, now: number): Promise<Hold | null> {
  const [row] = await db.read((sql) =>
    sql
      .select()
      .from(holds)
      .where(and(eq(holds.practiceId, practiceId), eq(holds.id, holdId), gt(holds.until, now))),
  )
  return row ?? null
}

/** Prolongs a hold, for every page sent. Null when it ran out before: then the slot may be another's already. */
export async function renew(db: Database, practiceId: string, holdId: string, now: number): Promise<Hold | null> {
  const longest = raw`${holds.madeAt} + ${LONGEST_HOLD_MINUTES * MINUTE_MS}`
  const prolonged = raw<number>`min(${now + HOLD_MINUTES * MINUTE_MS}, ${longest})`
  const mine = and(eq(holds.practiceId, practiceId), eq(holds.id, holdId), gt(holds.until, now))
  stored(await db.write((sql) => [sql.update(holds).set({ until: prolonged }).where(mine)], { idempotent: true }))
  return findHold(db, practiceId, holdId, now)
}

/** Gives a held slot back. */
export async function release(db: Database, practiceId: string, holdId: string): Promise<void> {
  const mine = and(eq(holds.practiceId, practiceId), eq(holds.id, holdId))
  stored(await db.write((sql) => [sql.delete(holds).where(mine)], { idempotent: true }))
}

/** Removes the holds of every practice that ran out; for the schedule. They count for nothing already. */
export async function cleanHolds(db: Database, now: number): Promise<void> {
  const over = lt(holds.until, now - CLEANED_AFTER_MS)
  stored(await db.write((sql) => [sql.delete(holds).where(over)], { idempotent: true }))
}

export const heldSlot = (held: Hold, timezone: string): Slot => toSlot({ ...held, timezone })

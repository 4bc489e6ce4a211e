import { z } from '@hono/zod-openapi'
import type { Database } from '../../db/database.ts'
import { dayAfter } from '../practices/day.ts'
import { disjoint, type Free, freeStarts, type Offer } from './availability.ts'
import { readCalendar } from './calendar.ts'
import type { Range } from './occupied.ts'
import { wallAt } from './wall.ts'

/** A time that can be booked: ISO instants in UTC, to be shown in `timezone`. */
export const Slot = z
  .object({
    start: z.iso.datetime(),
    end: z.iso.datetime(),
    timezone: z.string().describe("The location's; show the time in it"),
    providerId: z.string(),
    locationId: z.string(),
  })
  .openapi('Slot')
export type Slot = z.infer<typeof Slot>

/** How many days before and after a time that was taken are searched for free ones, and how many are offered. */
const NEAR_DAYS = 7
const NEAREST = 5

/**
 * The free times of a service on the local days from..from+days-1 of each location, sorted, disjoint for each provider;
 * of one provider alone where `providerId` says so. Past days, the lead time and the horizon are left out. Whether the service is booked online at all is not asked here.
 */
export async function slotsOf(
  db: Database,
  practiceId: string,
  service: Offer,
  range: Range,
  now: number,
): Promise<Slot[]> {
  const { hours, taken } = await readCalendar(db, practiceId, service.id, range, now)
  const free = disjoint(freeStarts(service, hours, taken, range, now))
  // Many providers begin at the same moments: writing an instant down takes longer than finding it.
  const written = new Map<number, string>()
  const iso = (at: number) => {
    const known = written.get(at) ?? new Date(at).toISOString()
    written.set(at, known)
    return known
  }
  return free.map(({ startsAt, endsAt, timezone, providerId, locationId }) => {
    return { start: iso(startsAt), end: iso(endsAt), timezone, providerId, locationId }
  })
}

/** What was found out about one start: who is free then, or why nobody is. */
export type StartFound =
  | { ok: true; free: Free[] }
  | { ok: false; problem: 'slot-taken'; nearest: Slot[] }
  | { ok: false; problem: 'slot-unknown' }

/**
 * Who is free at exactly this start (in milliseconds), the first available first; else the nearest free times where it
 * was taken, or that it was never offered. One look at the calendar answers all: when many want one slot, those who
 * do not get it must cost little. `exceptHold` is the hold of whoever asks.
 */
export async function findStart(
  db: Database,
  practiceId: string,
  service: Offer,
  wanted: { startsAt: number; providerId?: string | undefined; exceptHold?: string | undefined },
  now: number,
): Promise<StartFound> {
  const { startsAt, providerId, exceptHold } = wanted
  const range = {
    from: dayAfter(wallAt(startsAt, 'UTC').day, -NEAR_DAYS),
    days: 2 * NEAR_DAYS + 1,
    exceptHold,
  }
  const { hours, taken } = await readCalendar(db, practiceId, service.id, range, now)
  const is = (slot: Free) => slot.startsAt === startsAt && (!providerId || slot.providerId === providerId)
  const all = freeStarts(service, hours, taken, range, now)
  const free = all.filter(is)
  if (free.length > 0) return { ok: true, free }
  if (!freeStarts(service, hours, [], range, now).some(is)) return { ok: false, problem: 'slot-unknown' }
  const nearest = disjoint(all)
    .sort((a, b) => Math.abs(a.startsAt - startsAt) - Math.abs(b.startsAt - startsAt))
    .slice(0, NEAREST)
    .sort((a, b) => a.startsAt - b.startsAt)
    .map(toSlot)
  return { ok: false, problem: 'slot-taken', nearest }
}

export const toSlot = ({
  startsAt,
  endsAt,
  timezone,
  providerId,
  locationId,
}: Omit<Free, 'busyFrom' | 'busyUntil'>): Slot => ({
  start: new Date(startsAt).toISOString(),
  end: new Date(endsAt).toISOString(),
  timezone,
  providerId,
  locationId,
})

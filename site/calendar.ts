import { type Database, DatabaseUnavailable } from '../db/database.ts'
import { type From, mayHold } from '../worker/bookings/budget.ts'
import { takesRequests } from '../worker/bookings/call-request.ts'
import { hold, renew } from '../worker/bookings/hold.ts'
import { type Slot as IsoSlot, slotsOf } from '../worker/bookings/slots.ts'
import { dayAfter, localDay } from '../worker/practices/day.ts'
import { isOnline } from '../worker/practices/online.ts'
import { calendarsOf, type Published, type PublishedService } from '../worker/practices/published.ts'

/** One time that can be booked. Instants in milliseconds; the zone is the location's. */
export interface Slot {
  start: number
  end: number
  timezone: string
  providerId: string
  locationId: string
}

/** How a service can be booked by patients themselves. */
export type Offer =
  | { kind: 'book'; next: Slot | null }
  | { kind: 'elsewhere'; address: string }
  /** The practice calls, and a time is found on the telephone. */
  | { kind: 'request' }
  /** By telephone alone; `outage`: for now, because the calendar cannot be read. */
  | { kind: 'call'; outage: boolean }

const SOON_DAYS = 14

export async function offerOf(
  db: Database,
  published: Published,
  service: PublishedService,
  now: number,
): Promise<Offer> {
  if (service.mode === 'elsewhere' && service.schedulerUrl) return { kind: 'elsewhere', address: service.schedulerUrl }
  if (!isBookedOnline(published, service, now))
    return takesRequests(published.practice, service) ? { kind: 'request' } : { kind: 'call', outage: false }
  try {
    const soon = await freeTimes(db, service, now, { days: SOON_DAYS })
    const [next = null] = soon.length > 0 ? soon : await freeTimes(db, service, now)
    return { kind: 'book', next }
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return { kind: 'call', outage: true }
    throw error
  }
}

export const isBookedOnline = (published: Published, service: PublishedService, now: number): boolean =>
  isOnline(published.practice, service, calendarsOf(published, service), now)

/** The free times of a service, soonest first, as far ahead as it is offered. */
export async function freeTimes(
  db: Database,
  service: PublishedService,
  now: number,
  { days = service.horizonDays + 1, exceptHold }: { days?: number; exceptHold?: string | undefined } = {},
): Promise<Slot[]> {
  // West of Greenwich the local day may still be yesterday's; days that are over are left out anyway.
  const from = dayAfter(localDay(now, 'UTC'), -1)
  const slots = await slotsOf(db, service.practiceId, service, { from, days: days + 1, exceptHold }, now)
  return slots.map(inMilliseconds).sort((a, b) => a.start - b.start)
}

/** A time that was chosen; without a hold where it was held too often: then whoever is first has it. */
export type Kept = { slot: Slot; hold: { id: string; until: number } | undefined }

/** Keeps a time for somebody who is still typing; null when it has been taken. */
export async function keep(
  db: Database,
  service: PublishedService,
  slot: Slot,
  from: From | null,
  now: number,
): Promise<Kept | null> {
  if (!mayHold(service.practiceId, from, slot, now)) return { slot, hold: undefined }
  const wanted = { start: new Date(slot.start).toISOString(), providerId: slot.providerId }
  const held = await hold(db, service.practiceId, service, wanted, now)
  return held.ok ? { slot, hold: { id: held.hold.id, until: held.hold.until } } : null
}

/** Keeps it longer: by the same hold while that lasts, by another when it ran out and the time is still free. */
export async function keepLonger(
  db: Database,
  service: PublishedService,
  kept: { slot: Slot; hold: { id: string } },
  from: From | null,
  now: number,
): Promise<Kept | null> {
  const renewed = await renew(db, service.practiceId, kept.hold.id, now)
  if (renewed) return { slot: kept.slot, hold: { id: renewed.id, until: renewed.until } }
  return keep(db, service, kept.slot, from, now)
}

const inMilliseconds = (slot: IsoSlot): Slot => ({ ...slot, start: Date.parse(slot.start), end: Date.parse(slot.end) })

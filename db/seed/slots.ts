import { Temporal } from 'temporal-polyfill'
import { type Calendar, isHoliday } from './calendar.ts'
import { DEMO_HOURS, DEMO_LOCATIONS, DEMO_SERVICES, type DemoService } from './practice.ts'
import type { Random } from './random.ts'

/** A time at which the demo's history may put a patient. */
export interface DemoSlot {
  serviceId: DemoService['id']
  providerId: string
  locationId: string
  start: number
  end: number
  capacity: number
  /** Whole slots are never given twice, also where a booking was cancelled or moved: so none can overlap. */
  taken: number
}

/** The slots of all services from the first day to the last, holidays left out, each list in the order of time. */
export function demoSlots(calendar: Calendar, first: number, last: number): Map<DemoService['id'], DemoSlot[]> {
  const slots = new Map<DemoService['id'], DemoSlot[]>(DEMO_SERVICES.map(({ id }) => [id, []]))
  for (let day = first; day <= last; day++) {
    const date = calendar.today.add({ days: day })
    if (isHoliday(date)) continue
    for (const hours of DEMO_HOURS) {
      const service = DEMO_SERVICES.find(({ id }) => id === hours.serviceId)
      const location = DEMO_LOCATIONS.find(({ id }) => id === hours.locationId)
      if (hours.weekday !== date.dayOfWeek || !service || !location) continue
      const length = service.minutes * 60_000
      const open = wallTime(date, hours.opens, location.timezone)
      const close = wallTime(date, hours.closes, location.timezone)
      for (let start = open; start + length <= close; start += service.stepMinutes * 60_000)
        slots.get(hours.serviceId)?.push({
          ...{ serviceId: hours.serviceId, providerId: hours.providerId, locationId: hours.locationId },
          ...{ start, end: start + length, capacity: service.capacity, taken: 0 },
        })
    }
  }
  for (const list of slots.values()) list.sort((a, b) => a.start - b.start)
  return slots
}

/** How many free times somebody is offered and chooses from. */
const OFFERED = 14

/** Takes one of the next free places after an instant; undefined where none is left within three weeks. */
export function takeSlot(slots: readonly DemoSlot[], from: number, random: Random): DemoSlot | undefined {
  const until = from + 21 * 86_400_000
  const offered: DemoSlot[] = []
  for (const slot of slots) {
    if (slot.start > until || offered.length === OFFERED) break
    if (slot.start >= from && slot.taken < slot.capacity) offered.push(slot)
  }
  if (offered.length === 0) return undefined
  const chosen = random.pick(offered)
  chosen.taken++
  return chosen
}

const wallTime = (date: Temporal.PlainDate, minutes: number, timezone: string): number =>
  date
    .toPlainDateTime(Temporal.PlainTime.from({ hour: Math.floor(minutes / 60), minute: minutes % 60 }))
    .toZonedDateTime(timezone).epochMilliseconds

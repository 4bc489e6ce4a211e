import { Temporal } from 'temporal-polyfill'
import { type Calendar, isHoliday } from './calendar.ts'
import { DEMO_HOURS, DEMO_LOCATIONS, DEMO_SERVICES, type DemoService } from './practice.ts'

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

/** Takes the first place at or after an instant; undefined where none is left within three weeks. */
export function takeSlot(slots: readonly DemoSlot[], from: number): DemoSlot | undefined {
  const free = slots.find(({ start, taken, capacity }) => start >= from && taken < capacity)
  if (!free || free.start > from + 21 * 86_400_000) return undefined
  free.taken++
  return free
}

const wallTime = (date: Temporal.PlainDate, minutes: number, timezone: string): number =>
  date
    .toPlainDateTime(Temporal.PlainTime.from({ hour: Math.floor(minutes / 60), minute: minutes % 60 }))
    .toZonedDateTime(timezone).epochMilliseconds

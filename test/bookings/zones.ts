import { Temporal } from 'temporal-polyfill'
import { wallAt, wallOf } from '../../worker/bookings/wall.ts'

/** With and without daylight saving, in both hemispheres, by half an hour (Lord Howe), at :30 and :45. */
export const ZONES = [
  'America/Chicago',
  'America/St_Johns',
  'America/Santiago',
  'Europe/Berlin',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia',
] as const

export interface WallFindings {
  compared: number
  days: number
  changes: number
  /** Wall times of which the two disagree, as text. */
  differences: string[]
}

/**
 * Compares our wall clock with Temporal's over whole days: every `minutes` of each day on which the clock changes and
 * of its neighbours, and of every so many other days. A time that is skipped must be null, one shown twice the earlier.
 */
export function wallAgainstTemporal({
  from,
  until,
  everyDays,
  minutes = 15,
}: {
  from: number
  until: number
  everyDays: number
  minutes?: number
}): WallFindings {
  const found: WallFindings = { compared: 0, days: 0, changes: 0, differences: [] }
  for (const zone of ZONES) {
    const last = Temporal.PlainDate.from({ year: until, month: 12, day: 31 })
    const changing = changesOf(zone, from, until)
    found.changes += changing.size
    let n = 0
    for (
      let date = Temporal.PlainDate.from({ year: from, month: 1, day: 1 });
      Temporal.PlainDate.compare(date, last) <= 0;
      date = date.add({ days: 1 })
    ) {
      const near = [-1, 0, 1].some((days) => changing.has(date.add({ days }).toString()))
      if (!near && n++ % everyDays !== 0) continue
      found.days++
      compareDay(date, zone, minutes, found)
    }
  }
  return found
}

function compareDay(date: Temporal.PlainDate, zone: string, step: number, found: WallFindings): void {
  const wall = wallOf(date.toString(), zone)
  for (let minutes = 0; minutes < 24 * 60; minutes += step) {
    const time = { hour: Math.floor(minutes / 60), minute: minutes % 60 }
    const plain = date.toPlainDateTime(time)
    const theirs = plain.toZonedDateTime(zone, { disambiguation: 'earlier' })
    const exists = theirs.toPlainDateTime().equals(plain)
    const ours = wall.of(minutes)
    found.compared++
    const same = exists ? ours === theirs.epochMilliseconds : ours === null
    const back = ours === null ? null : wallAt(ours, zone)
    if (!same || (back && (back.day !== date.toString() || back.minutes !== minutes)))
      found.differences.push(`${plain} ${zone}`)
  }
}

/** The local days on which the clock changes. */
export function changesOf(zone: string, from: number, until: number): Set<string> {
  const days = new Set<string>()
  let at = Temporal.ZonedDateTime.from(`${from}-01-01T00:00[${zone}]`)
  for (;;) {
    const next = at.getTimeZoneTransition('next')
    if (!next || next.year > until) return days
    // The clock jumps away from the moment before: that is the day whose times are skipped or shown twice.
    days.add(next.subtract({ milliseconds: 1 }).toPlainDate().toString())
    days.add(next.toPlainDate().toString())
    at = next
  }
}

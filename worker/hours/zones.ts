import ICAL from 'ical.js'
import { type Wall, wallOf } from '../bookings/wall.ts'
import { localOf, recurring, type Spend, Unreadable } from './recurrence.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** The instant at which a zone's wall shows a time (milliseconds, counted as if the wall were in UTC). */
export type Zone = (local: number) => number

export const UTC: Zone = (local) => local

/** A zone of the world's own list, with the rules that this machine knows. */
export function worldZone(name: string): Zone {
  const walls = new Map<number, Wall>()
  return (local) => {
    const midnight = Math.floor(local / DAY_MS) * DAY_MS
    const wall = walls.get(midnight) ?? wallOf(new Date(midnight).toISOString().slice(0, 10), name)
    walls.set(midnight, wall)
    const minutes = Math.floor((local - midnight) / MINUTE_MS)
    return wall.next(minutes) + (local - midnight - minutes * MINUTE_MS)
  }
}

/**
 * The zones that a calendar names: one that it describes (VTIMEZONE) as it describes it, else one of the world's list.
 * `until` is the last instant of interest.
 */
export function zonesOf(calendar: ICAL.Component, until: number, spend: Spend): (name: string) => Zone {
  const known = new Map<string, Zone>()
  return (name) => {
    const zone = known.get(name) ?? described(calendar, name, until, spend) ?? listed(name)
    if (!zone) throw new Unreadable('It uses a time zone that it does not describe.')
    known.set(name, zone)
    return zone
  }
}

function listed(name: string): Zone | null {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return worldZone(name)
  } catch {
    return null
  }
}

/** From when on (in UTC) a zone is how far ahead of it. */
interface Change {
  at: number
  before: number
  offset: number
}

function described(calendar: ICAL.Component, name: string, until: number, spend: Spend): Zone | null {
  const zone = calendar.getAllSubcomponents('vtimezone').find((one) => one.getFirstPropertyValue('tzid') === name)
  if (!zone) return null
  const observances = [...zone.getAllSubcomponents('standard'), ...zone.getAllSubcomponents('daylight')]
  const changes = observances.flatMap((one) => changesOf(one, until, spend)).sort((a, b) => a.at - b.at)
  const [first] = changes
  if (!first) throw new Unreadable('It uses a time zone that it does not describe.')
  return (local) => {
    // No zone is a day away from UTC, so that these two are on both sides of any change near.
    const [before, after] = [offsetAt(changes, local - DAY_MS), offsetAt(changes, local + DAY_MS)]
    const shown = [local - before, local - after].filter((at) => at + offsetAt(changes, at) === local)
    return shown.length > 0 ? Math.min(...shown) : local - before
  }
}

/** By halving: calendars describe centuries. */
function offsetAt(changes: readonly Change[], at: number): number {
  let [low, high] = [0, changes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((changes[middle]?.at ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return changes[low - 1]?.offset ?? changes[0]?.before ?? 0
}

function changesOf(observance: ICAL.Component, until: number, spend: Spend): Change[] {
  const start = observance.getFirstPropertyValue('dtstart')
  const [before, offset] = [offsetOf(observance, 'tzoffsetfrom'), offsetOf(observance, 'tzoffsetto')]
  if (!(start instanceof ICAL.Time)) throw new Unreadable('It uses a time zone that it does not describe.')
  const locals = new Set([localOf(start)])
  for (const rule of valuesOf(observance, 'rrule'))
    if (rule instanceof ICAL.Recur) {
      // The end of a zone's rule is given in UTC (RFC 5545, 3.3.10).
      const last = rule.until ? Math.min(until, localOf(rule.until)) : until
      for (const local of recurring(rule, start, last + DAY_MS, spend)) if (local - before <= last) locals.add(local)
    }
  for (const date of valuesOf(observance, 'rdate')) if (date instanceof ICAL.Time) locals.add(localOf(date))
  return [...locals].map((local) => ({ at: local - before, before, offset }))
}

function offsetOf(observance: ICAL.Component, name: string): number {
  const value = observance.getFirstPropertyValue(name)
  if (!(value instanceof ICAL.UtcOffset)) throw new Unreadable('It uses a time zone that it does not describe.')
  return value.toSeconds() * 1000
}

/** Every value of every property of this name. */
export const valuesOf = (component: ICAL.Component, name: string): unknown[] =>
  component.getAllProperties(name).flatMap((property) => property.getValues())

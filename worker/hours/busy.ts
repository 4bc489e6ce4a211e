import ICAL from 'ical.js'
import { budget, localOf, recurring, type Spend, Unreadable } from './recurrence.ts'
import { UTC, valuesOf, worldZone, type Zone, zonesOf } from './zones.ts'

const DAY_MS = 86_400_000
/** Years of a full practice; more is not somebody's calendar. */
const MOST_TIMES = 10_000

/** Instants in milliseconds. */
export interface Busy {
  startsAt: number
  endsAt: number
}

export type BusyFound = { ok: true; busy: Busy[] } | { ok: false; trouble: string }

/**
 * When an iCalendar (RFC 5545) says that somebody is busy between two instants: sorted, disjoint, none longer than a day
 * (availability searches no further). Repeated events are expanded; cancelled ones and those that do not take time
 * (TRANSP:TRANSPARENT) are left out. Whole days, and times without a zone, are those of `timezone`. Whatever cannot be
 * understood makes the whole unreadable: half a calendar would offer times that are taken.
 */
export function busyTimesOf(text: string, timezone: string, from: number, until: number): BusyFound {
  try {
    const spend = budget()
    const busy: Busy[] = []
    for (const calendar of calendarsIn(text)) {
      const window = { from, until, spend, floating: worldZone(timezone), zones: zonesOf(calendar, until, spend) }
      busy.push(...busyIn(calendar, window))
    }
    const times = inDays(merged(busy, from, until))
    if (times.length > MOST_TIMES) throw new Unreadable('It has more busy times than can be kept.')
    return { ok: true, busy: times }
  } catch (error) {
    // The library's own messages quote the calendar.
    return {
      ok: false,
      trouble: error instanceof Unreadable ? error.message : 'It is not a calendar that can be read.',
    }
  }
}

interface Window {
  from: number
  until: number
  spend: Spend
  floating: Zone
  zones: (name: string) => Zone
}

function calendarsIn(text: string): ICAL.Component[] {
  const parsed: unknown[] = ICAL.parse(text)
  const calendars = (Array.isArray(parsed[0]) ? parsed : [parsed]).map((one) => new ICAL.Component(Object(one)))
  if (calendars.some(({ name }) => name !== 'vcalendar')) throw new Unreadable('It is not a calendar that can be read.')
  return calendars
}

/** The events of a calendar: one that repeats is a series, and those with a RECURRENCE-ID stand in for one of its times. */
function busyIn(calendar: ICAL.Component, window: Window): Busy[] {
  const events = calendar.getAllSubcomponents('vevent')
  const replaced = new Map<string, Set<number>>()
  for (const event of events) {
    const property = event.getFirstProperty('recurrence-id')
    if (!property) continue
    if (property.getParameter('range')) throw new Unreadable('It changes whole parts of a series at once.')
    const uid = String(event.getFirstPropertyValue('uid'))
    const its = replaced.get(uid) ?? new Set()
    replaced.set(uid, its.add(instantOf(property, property.getFirstValue(), window)))
  }
  return events.flatMap((event) => {
    if (takesNoTime(event)) return []
    const isOne = event.getFirstProperty('recurrence-id') !== null
    const uid = String(event.getFirstPropertyValue('uid'))
    return timesOf(event, isOne ? new Set() : (replaced.get(uid) ?? new Set()), isOne, window)
  })
}

const takesNoTime = (event: ICAL.Component): boolean =>
  /^transparent$/i.test(String(event.getFirstPropertyValue('transp'))) ||
  /^cancelled$/i.test(String(event.getFirstPropertyValue('status')))

function timesOf(event: ICAL.Component, replaced: ReadonlySet<number>, isOne: boolean, window: Window): Busy[] {
  const property = event.getFirstProperty('dtstart')
  const start = property?.getFirstValue()
  if (!property || !(start instanceof ICAL.Time)) throw new Unreadable('It has an event without a beginning.')
  const zone = zoneOf(property, start, window)
  const [first, length] = [localOf(start), lengthOf(event, start, zone, window)]
  if (length <= 0) return []
  const endOf = (local: number, at: number) => (start.isDate ? zone(local + length) : at + length)
  const [earliest, latest] = [window.from - length - DAY_MS, window.until + DAY_MS]
  const times = new Map<number, number>()
  const add = (local: number, at = zone(local)) => times.set(at, endOf(local, at))
  if (first >= earliest && first <= latest) add(first)
  if (!isOne) {
    for (const rule of valuesOf(event, 'rrule'))
      if (rule instanceof ICAL.Recur) {
        const isOver = endOfRule(rule, property, window)
        for (const local of recurring(rule, start, latest, window.spend)) {
          if (isOver(local, zone)) break
          if (local >= earliest) add(local)
        }
      }
    for (const dates of event.getAllProperties('rdate'))
      for (const value of dates.getValues())
        if (value instanceof ICAL.Period) {
          const at = instantOf(dates, value.start, window)
          times.set(at, at + value.getDuration().toSeconds() * 1000)
        } else add(localOf(value), instantOf(dates, value, window))
    for (const dates of event.getAllProperties('exdate'))
      for (const value of dates.getValues()) times.delete(instantOf(dates, value, window))
    for (const at of replaced) times.delete(at)
  }
  return [...times].map(([startsAt, endsAt]) => ({ startsAt, endsAt }))
}

/** In milliseconds: on the wall for whole days, which may have 23 hours, and in truth for others. */
function lengthOf(event: ICAL.Component, start: ICAL.Time, zone: Zone, window: Window): number {
  const property = event.getFirstProperty('dtend')
  const end = property?.getFirstValue()
  if (property && end instanceof ICAL.Time)
    return start.isDate
      ? Math.max(localOf(end) - localOf(start), DAY_MS)
      : instantOf(property, end, window) - zone(localOf(start))
  const duration = event.getFirstPropertyValue('duration')
  if (duration instanceof ICAL.Duration) return duration.toSeconds() * 1000
  return start.isDate ? DAY_MS : 0
}

/** A rule's last moment is given in UTC, or on the wall of its event; a day alone is meant to its end. */
function endOfRule(rule: ICAL.Recur, property: ICAL.Property, window: Window): (local: number, zone: Zone) => boolean {
  const { until } = rule
  if (!until) return () => false
  const last = localOf(until) + (until.isDate ? DAY_MS - 1 : 0)
  if (zoneOf(property, until, window) !== UTC || until.isDate) return (local) => local > last
  return (local, zone) => (Math.abs(local - last) <= 2 * DAY_MS ? zone(local) > last : local > last)
}

function instantOf(property: ICAL.Property, value: unknown, window: Window): number {
  if (!(value instanceof ICAL.Time)) throw new Unreadable('It has a time that cannot be read.')
  return zoneOf(property, value, window)(localOf(value))
}

function zoneOf(property: ICAL.Property, time: ICAL.Time, { floating, zones }: Window): Zone {
  if (time.isDate) return floating
  if (time.zone === ICAL.Timezone.utcTimezone) return UTC
  const name = property.getParameter('tzid')
  return typeof name === 'string' ? zones(name) : floating
}

/** Within the window, in order, overlapping and touching ones joined. */
function merged(busy: readonly Busy[], from: number, until: number): Busy[] {
  const joined: Busy[] = []
  for (const { startsAt, endsAt } of busy.toSorted((a, b) => a.startsAt - b.startsAt)) {
    const next = { startsAt: Math.max(startsAt, from), endsAt: Math.min(endsAt, until) }
    if (next.startsAt >= next.endsAt) continue
    const last = joined.at(-1)
    if (last && next.startsAt <= last.endsAt) last.endsAt = Math.max(last.endsAt, next.endsAt)
    else joined.push(next)
  }
  return joined
}

const inDays = (busy: readonly Busy[]): Busy[] =>
  busy.flatMap(({ startsAt, endsAt }) =>
    Array.from({ length: Math.ceil((endsAt - startsAt) / DAY_MS) }, (_, n) => ({
      startsAt: startsAt + n * DAY_MS,
      endsAt: Math.min(endsAt, startsAt + (n + 1) * DAY_MS),
    })),
  )

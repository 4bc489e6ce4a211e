import { randomFrom } from '../../db/seed/random.ts'
import { disjoint, freeStarts, type Offer, type Opening } from '../../worker/bookings/availability.ts'
import { exactly, type Finding, shown } from './finding.ts'

/** With and without daylight saving, in both halves of the year, by half an hour (Lord Howe), at :30 and :45. */
const ZONES = [
  ...['America/Chicago', 'America/Indiana/Indianapolis', 'America/Phoenix', 'America/St_Johns', 'Europe/Berlin'],
  ...['Africa/Casablanca', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Santiago', 'Pacific/Apia'],
]
const DAY_MS = 86_400_000

/**
 * Random opening hours in ten zones over the years: free times are sorted, none overlaps another of its provider, all
 * lie within the hours, and all begin on the grid of the wall clock, whatever the clock did that night.
 */
export function slotsOverYears({ years, weeks }: { years: number; weeks: number }): Finding {
  const random = randomFrom(`slots over ${years} years`)
  const wrong = { unsorted: 0, overlapping: 0, offTheGrid: 0, outsideHours: 0, wrongLength: 0 }
  let seen = 0
  let changes = 0
  for (const timezone of ZONES) {
    const clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      hourCycle: 'h23',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
    })
    for (const from of startsOf(timezone, years, weeks, random)) {
      changes += from.isChange ? 1 : 0
      const offer = randomOffer(random)
      const openings = randomOpenings(random, timezone)
      const now = Date.parse(`${from.day}T00:00:00Z`) - 2 * DAY_MS
      const free = freeStarts(offer, openings, [], { from: from.day, days: 7 }, now)
      const offered = disjoint(free)
      seen += offered.length
      for (const [at, slot] of free.entries()) {
        const before = free[at - 1]
        if (before && before.startsAt > slot.startsAt) wrong.unsorted++
        if (slot.endsAt - slot.startsAt !== offer.minutes * 60_000) wrong.wrongLength++
        const { weekday, minutes } = read(clock, slot.startsAt)
        const hours = openings.filter((one) => one.providerId === slot.providerId && one.weekday === weekday)
        if (!hours.some((one) => minutes >= one.opens && minutes < one.closes)) wrong.outsideHours++
        if (!hours.some((one) => (minutes - one.opens) % offer.stepMinutes === 0)) wrong.offTheGrid++
      }
      const until = new Map<string, number>()
      for (const slot of offered) {
        if (slot.startsAt < (until.get(slot.providerId) ?? 0)) wrong.overlapping++
        until.set(slot.providerId, slot.endsAt)
      }
    }
  }
  return {
    title: 'Availability: stable wall times through every change of the clock',
    figures: [
      shown('zones', ZONES.length),
      shown('years', years),
      shown('weeks in which the clock changes', changes),
      shown('free times looked at', seen),
      ...Object.entries(wrong).map(([what, n]) =>
        exactly(
          what.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
          n,
          0,
        ),
      ),
    ],
  }
}

/** Weeks to look at: each in which the clock changes, and so many others of every year. */
function startsOf(timezone: string, years: number, weeks: number, random: ReturnType<typeof randomFrom>) {
  const first = Date.UTC(2020, 0, 1)
  const days = Math.round(years * 365.25)
  const found: { day: string; isChange: boolean }[] = []
  for (let n = 0; n < days; n++)
    if (offset(first + n * DAY_MS, timezone) !== offset(first + (n + 1) * DAY_MS, timezone))
      found.push({ day: dayOf(first + (n - random.between(0, 6)) * DAY_MS), isChange: true })
  for (let n = 0; n < years * weeks; n++)
    found.push({ day: dayOf(first + random.between(0, days) * DAY_MS), isChange: false })
  return found
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

function randomOffer(random: ReturnType<typeof randomFrom>): Offer {
  const minutes = random.pick([10, 15, 20, 30, 45, 50, 90])
  const stepMinutes = random.pick([10, 15, 20, 30, 45, minutes])
  return { id: 'service', minutes, stepMinutes, capacity: 1, leadMinutes: 0, horizonDays: 30 }
}

/** Night hours too: that is when clocks change. */
function randomOpenings(random: ReturnType<typeof randomFrom>, timezone: string): Opening[] {
  return Array.from({ length: random.between(3, 14) }, (_, n) => {
    const opens = random.between(0, 22) * 60 + random.pick([0, 10, 15, 30])
    const closes = Math.min(1440, opens + random.between(1, 8) * 60)
    return {
      providerId: `provider ${n % 3}`,
      locationId: 'here',
      timezone,
      weekday: random.between(1, 7),
      opens,
      closes,
    }
  })
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

function read(clock: Intl.DateTimeFormat, at: number): { weekday: number; minutes: number } {
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  return { weekday: WEEKDAYS.indexOf(parts.weekday ?? '') + 1, minutes: Number(parts.hour) * 60 + Number(parts.minute) }
}

const offsets = new Map<string, Intl.DateTimeFormat>()
function offset(at: number, timezone: string): string {
  let format = offsets.get(timezone)
  if (!format) {
    format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' })
    offsets.set(timezone, format)
  }
  return format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

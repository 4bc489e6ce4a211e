import { describe, expect, test } from 'vitest'
import {
  disjoint,
  type Free,
  freeStarts,
  type Offer,
  type Opening,
  type Taken,
} from '../../worker/bookings/availability.ts'
import { wallAt } from '../../worker/bookings/wall.ts'
import { dayAfter } from '../../worker/practices/day.ts'
import { changesOf, wallAgainstTemporal, ZONES } from './zones.ts'

const MINUTE = 60_000
const CHICAGO = 'America/Chicago'
const OFFER: Offer = { id: 'consultation', minutes: 30, stepMinutes: 30, capacity: 1, leadMinutes: 0, horizonDays: 60 }

const hours = (weekday: number, opens: string, closes: string, more: Partial<Opening> = {}): Opening => ({
  providerId: 'nguyen',
  locationId: 'chicago',
  timezone: CHICAGO,
  weekday,
  opens: clock(opens),
  closes: clock(closes),
  ...more,
})
const clock = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3))
const shown = ({ startsAt, timezone }: Free) => {
  const { day, minutes } = wallAt(startsAt, timezone)
  return `${day} ${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
const taken = (start: string, minutes: number, serviceId = 'consultation', providerId = 'nguyen'): Taken => {
  const startsAt = Date.parse(start)
  return { providerId, serviceId, startsAt, endsAt: startsAt + minutes * MINUTE }
}
/** A Monday in winter, before the practice opens; Chicago is six hours behind UTC. */
const MONDAY = '2027-01-11'
const EARLY = Date.parse('2027-01-11T06:00:00Z')
const week = { from: MONDAY, days: 7 }

describe('which times are offered', () => {
  test('those of the opening hours, in whole steps, none that ends after closing', () => {
    const free = freeStarts(OFFER, [hours(1, '09:00', '10:45')], [], week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 09:00', '2027-01-11 09:30', '2027-01-11 10:00'])
    expect(free[0]).toMatchObject({ startsAt: Date.parse('2027-01-11T15:00:00Z'), timezone: CHICAGO })
    expect(free.every(({ startsAt, endsAt }) => endsAt - startsAt === 30 * MINUTE)).toBe(true)
  })

  test('a provider who sees patients in two zones is offered at the wall time of each', () => {
    const there = { locationId: 'south-bend', timezone: 'America/Indiana/Indianapolis' }
    const openings = [hours(1, '09:00', '09:30'), hours(2, '09:00', '09:30', there)]
    const free = freeStarts(OFFER, openings, [], week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 09:00', '2027-01-12 09:00'])
    expect(free.map(({ startsAt }) => new Date(startsAt).toISOString().slice(11, 16))).toEqual(['15:00', '14:00'])
  })

  test('none within the lead time, none beyond the horizon, none in the past', () => {
    const now = Date.parse('2027-01-11T15:10:00Z') // 09:10 in Chicago
    const everyDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => hours(weekday, '09:00', '11:00'))
    const lead = freeStarts({ ...OFFER, leadMinutes: 45 }, everyDay, [], { from: '2027-01-01', days: 11 }, now)
    expect(lead.map(shown)).toEqual(['2027-01-11 10:00', '2027-01-11 10:30'])
    const near = freeStarts({ ...OFFER, horizonDays: 1 }, everyDay, [], { from: MONDAY, days: 60 }, now)
    expect(near.map(shown).at(-1)).toBe('2027-01-12 09:00')
  })

  test('not while the provider is busy, with whatever service and by however little it overlaps', () => {
    const busy = [taken('2027-01-11T15:29:00Z', 2, 'spine'), taken('2027-01-11T16:30:00Z', 30)]
    const free = freeStarts(OFFER, [hours(1, '09:00', '11:00')], busy, week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 10:00'])
  })

  test('another provider is still free at that time', () => {
    const openings = [hours(1, '09:00', '09:30'), hours(1, '09:00', '09:30', { providerId: 'adeyemi' })]
    const free = freeStarts(OFFER, openings, [taken('2027-01-11T15:00:00Z', 30)], week, EARLY)
    expect(free.map(({ providerId }) => providerId)).toEqual(['adeyemi'])
  })

  test('a group clinic is offered until it is full', () => {
    const group = { ...OFFER, id: 'joint-class', minutes: 90, stepMinutes: 90, capacity: 3 }
    const openings = [hours(1, '09:00', '10:30')]
    const seat = taken('2027-01-11T15:00:00Z', 90, 'joint-class')
    expect(freeStarts(group, openings, [seat, seat], week, EARLY)).toHaveLength(1)
    expect(freeStarts(group, openings, [seat, seat, seat], week, EARLY)).toHaveLength(0)
  })

  test('a step shorter than the visit is shown without overlaps, and fills the gap beside a booking', () => {
    const long = { ...OFFER, minutes: 60 }
    const openings = [hours(1, '09:00', '12:00')]
    expect(freeStarts(long, openings, [], week, EARLY)).toHaveLength(5)
    expect(disjoint(freeStarts(long, openings, [], week, EARLY)).map(shown)).toEqual([
      '2027-01-11 09:00',
      '2027-01-11 10:00',
      '2027-01-11 11:00',
    ])
    const busy = [taken('2027-01-11T15:00:00Z', 30, 'spine')]
    expect(disjoint(freeStarts(long, openings, busy, week, EARLY)).map(shown)).toEqual([
      '2027-01-11 09:30',
      '2027-01-11 10:30',
    ])
  })
})

describe('when the clock changes', () => {
  test('a time that is skipped is not offered, and no visit runs into the next', () => {
    // Sunday 14 March 2027 in Chicago: after 01:59 comes 03:00.
    const offer = { ...OFFER, minutes: 45, stepMinutes: 15 }
    const free = disjoint(
      freeStarts(offer, [hours(7, '01:00', '05:00')], [], { from: '2027-03-14', days: 1 }, Date.parse('2027-03-01')),
    )
    expect(free.map(shown)).toEqual(['2027-03-14 01:00', '2027-03-14 01:45', '2027-03-14 03:30', '2027-03-14 04:15'])
  })

  test('a time that comes twice is offered once, the first time', () => {
    // Sunday 7 November 2027 in Chicago: 01:00 to 01:59 comes twice.
    const now = Date.parse('2027-11-01T00:00:00Z')
    const free = freeStarts(OFFER, [hours(7, '01:00', '03:00')], [], { from: '2027-11-07', days: 1 }, now)
    expect(free.map(shown)).toEqual(['2027-11-07 01:00', '2027-11-07 01:30', '2027-11-07 02:00', '2027-11-07 02:30'])
    expect(free.map(({ startsAt }) => new Date(startsAt).toISOString().slice(11, 16))).toEqual([
      '06:00',
      '06:30',
      '08:00',
      '08:30',
    ])
  })

  test('our wall clock and that of Temporal agree in ten zones, on every day on which the clock changes', () => {
    const { differences, compared, changes } = wallAgainstTemporal({
      from: 2026,
      until: 2029,
      everyDays: 97,
      minutes: 30,
    })
    expect(differences).toEqual([])
    expect(changes).toBeGreaterThan(60)
    expect(compared).toBeGreaterThan(15_000)
  })

  test('times of a year stay sorted, disjoint, of the right length and on the same wall times, in ten zones', () => {
    for (const timezone of ZONES) {
      const openings = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => [
        hours(weekday, '00:00', '06:00', { timezone }),
        hours(weekday, '08:00', '24:00', { timezone, providerId: 'adeyemi' }),
      ])
      const offer = { ...OFFER, minutes: 40, stepMinutes: 20 }
      for (const day of changesOf(timezone, 2027, 2029)) {
        const from = dayAfter(day, -2)
        const free = disjoint(freeStarts(offer, openings, [], { from, days: 5 }, Date.parse(from) - 86_400_000))
        expect(free.length).toBeGreaterThan(60)
        const until = new Map<string, number>()
        for (const [i, slot] of free.entries()) {
          expect(slot.startsAt).toBeGreaterThanOrEqual(free[i - 1]?.startsAt ?? 0)
          expect(slot.startsAt).toBeGreaterThanOrEqual(until.get(slot.providerId) ?? 0)
          expect(slot.endsAt - slot.startsAt).toBe(40 * MINUTE)
          until.set(slot.providerId, slot.endsAt)
          const { minutes } = wallAt(slot.startsAt, timezone)
          expect(minutes % 20, `${shown(slot)} ${timezone}`).toBe(0)
          expect(slot.providerId === 'nguyen' ? minutes < 6 * 60 : minutes >= 8 * 60).toBe(true)
        }
      }
    }
  })
})

test('a month of twenty busy providers takes little longer than of idle ones', () => {
  const providers = Array.from({ length: 20 }, (_, i) => `provider ${i}`)
  const openings = providers.flatMap((providerId, i) =>
    [1, 2, 3, 4, 5].map((weekday) =>
      hours(weekday, '08:00', '17:00', { providerId, timezone: i % 2 ? CHICAGO : 'America/Indiana/Indianapolis' }),
    ),
  )
  // March: the clock changes in it.
  const range = { from: '2027-03-01', days: 31 }
  const now = Date.parse('2027-03-01T06:00:00Z')
  const busy = freeStarts(OFFER, openings, [], range, now)
    .filter((_, i) => i % 3 === 0)
    .map(({ providerId, startsAt, endsAt }) => ({ providerId, startsAt, endsAt, serviceId: 'consultation' }))
  expect(busy.length).toBeGreaterThan(2_000)
  const milliseconds = (taken: Parameters<typeof freeStarts>[2]) => {
    const began = performance.now()
    expect(disjoint(freeStarts(OFFER, openings, taken, range, now)).length).toBeGreaterThan(4_000)
    return performance.now() - began
  }
  // Side by side and the fastest of several: how busy the machine is says nothing then.
  const both = Array.from({ length: 9 }, () => [milliseconds([]), milliseconds(busy)] as const)
  expect(Math.min(...both.map(([, full]) => full))).toBeLessThan(3 * Math.min(...both.map(([empty]) => empty)))
})

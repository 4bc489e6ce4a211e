import { describe, expect, test } from 'vitest'
import { disjoint, type Free, freeStarts, type Hours, type Offer } from '../../worker/bookings/availability.ts'
import type { Closed, Opening } from '../../worker/bookings/opening.ts'
import type { Taken } from '../../worker/bookings/taken.ts'
import { wallAt } from '../../worker/bookings/wall.ts'
import { dayAfter } from '../../worker/practices/day.ts'
import { changesOf, wallAgainstTemporal, ZONES } from './zones.ts'

const MINUTE = 60_000
const CHICAGO = 'America/Chicago'
const OFFER: Offer = {
  ...{ id: 'consultation', minutes: 30, stepMinutes: 30, capacity: 1, leadMinutes: 0, horizonDays: 60 },
  ...{ bufferBeforeMinutes: 0, bufferAfterMinutes: 0 },
}
const weekly = (open: Opening[], ...closed: Closed[]): Hours => ({ open, closed })

const hours = (weekday: number, opens: string, closes: string, more: Partial<Opening> = {}) => ({
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
  return { providerId, serviceId, startsAt, busyFrom: startsAt, busyUntil: startsAt + minutes * MINUTE }
}
/** A Monday in winter, before the practice opens; Chicago is six hours behind UTC. */
const MONDAY = '2027-01-11'
const EARLY = Date.parse('2027-01-11T06:00:00Z')
const week = { from: MONDAY, days: 7 }

describe('which times are offered', () => {
  test('those of the opening hours, in whole steps, none that ends after closing', () => {
    const free = freeStarts(OFFER, weekly([hours(1, '09:00', '10:45')]), [], week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 09:00', '2027-01-11 09:30', '2027-01-11 10:00'])
    expect(free[0]).toMatchObject({ startsAt: Date.parse('2027-01-11T15:00:00Z'), timezone: CHICAGO })
    expect(free.every(({ startsAt, endsAt }) => endsAt - startsAt === 30 * MINUTE)).toBe(true)
  })

  test('a provider who sees patients in two zones is offered at the wall time of each', () => {
    const there = { locationId: 'south-bend', timezone: 'America/Indiana/Indianapolis' }
    const openings = [hours(1, '09:00', '09:30'), hours(2, '09:00', '09:30', there)]
    const free = freeStarts(OFFER, weekly(openings), [], week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 09:00', '2027-01-12 09:00'])
    expect(free.map(({ startsAt }) => new Date(startsAt).toISOString().slice(11, 16))).toEqual(['15:00', '14:00'])
  })

  test('none within the lead time, none beyond the horizon, none in the past', () => {
    const now = Date.parse('2027-01-11T15:10:00Z') // 09:10 in Chicago
    const everyDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => hours(weekday, '09:00', '11:00'))
    const lead = freeStarts({ ...OFFER, leadMinutes: 45 }, weekly(everyDay), [], { from: '2027-01-01', days: 11 }, now)
    expect(lead.map(shown)).toEqual(['2027-01-11 10:00', '2027-01-11 10:30'])
    const near = freeStarts({ ...OFFER, horizonDays: 1 }, weekly(everyDay), [], { from: MONDAY, days: 60 }, now)
    expect(near.map(shown).at(-1)).toBe('2027-01-12 09:00')
  })

  test('not while the provider is busy, with whatever service and by however little it overlaps', () => {
    const busy = [taken('2027-01-11T15:29:00Z', 2, 'spine'), taken('2027-01-11T16:30:00Z', 30)]
    const free = freeStarts(OFFER, weekly([hours(1, '09:00', '11:00')]), busy, week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 10:00'])
  })

  test('another provider is still free at that time', () => {
    const openings = [hours(1, '09:00', '09:30'), hours(1, '09:00', '09:30', { providerId: 'adeyemi' })]
    const free = freeStarts(OFFER, weekly(openings), [taken('2027-01-11T15:00:00Z', 30)], week, EARLY)
    expect(free.map(({ providerId }) => providerId)).toEqual(['adeyemi'])
  })

  test('a group clinic is offered until it is full', () => {
    const group = { ...OFFER, id: 'joint-class', minutes: 90, stepMinutes: 90, capacity: 3 }
    const openings = [hours(1, '09:00', '10:30')]
    const seat = taken('2027-01-11T15:00:00Z', 90, 'joint-class')
    expect(freeStarts(group, weekly(openings), [seat, seat], week, EARLY)).toHaveLength(1)
    expect(freeStarts(group, weekly(openings), [seat, seat, seat], week, EARLY)).toHaveLength(0)
  })

  test('a step shorter than the visit is shown without overlaps, and fills the gap beside a booking', () => {
    const long = { ...OFFER, minutes: 60 }
    const openings = [hours(1, '09:00', '12:00')]
    expect(freeStarts(long, weekly(openings), [], week, EARLY)).toHaveLength(5)
    expect(disjoint(freeStarts(long, weekly(openings), [], week, EARLY)).map(shown)).toEqual([
      '2027-01-11 09:00',
      '2027-01-11 10:00',
      '2027-01-11 11:00',
    ])
    const busy = [taken('2027-01-11T15:00:00Z', 30, 'spine')]
    expect(disjoint(freeStarts(long, weekly(openings), busy, week, EARLY)).map(shown)).toEqual([
      '2027-01-11 09:30',
      '2027-01-11 10:30',
    ])
  })
})

describe('a visit takes its buffers too', () => {
  const offer = { ...OFFER, bufferBeforeMinutes: 10, bufferAfterMinutes: 20 }

  test('and another begins when they are over; they may lie outside the opening hours', () => {
    const open = weekly([hours(1, '09:00', '11:00')])
    expect(freeStarts(offer, open, [], week, EARLY)).toHaveLength(4)
    // 09:30 to 09:40 is taken: 09:00 needs until 09:50, 10:00 from 09:50.
    const free = freeStarts(offer, open, [taken('2027-01-11T15:30:00Z', 10, 'spine')], week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 10:00', '2027-01-11 10:30'])
    expect(free[0]).toMatchObject({
      busyFrom: Date.parse('2027-01-11T15:50:00Z'),
      busyUntil: Date.parse('2027-01-11T16:50:00Z'),
    })
  })

  test('also of a booking that has some while the service has none', () => {
    const booked = { ...taken('2027-01-11T15:00:00Z', 30), busyUntil: Date.parse('2027-01-11T16:00:01Z') }
    const free = freeStarts(OFFER, weekly([hours(1, '09:00', '11:00')]), [booked], week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 10:30'])
  })

  test('and a group shares the slot, buffers and all', () => {
    const group = { ...offer, capacity: 2 }
    const seat = taken('2027-01-11T15:00:00Z', 50)
    const free = freeStarts(group, weekly([hours(1, '09:00', '10:00')]), [seat], week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 09:00'])
  })

  test('what another calendar says is taken is never shared', () => {
    const group = { ...OFFER, capacity: 8 }
    const busy = { ...taken('2027-01-11T15:00:00Z', 30), serviceId: null }
    const free = freeStarts(group, weekly([hours(1, '09:00', '10:00')]), [busy], week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 09:30'])
  })
})

describe('exceptions from the week', () => {
  const all = { providerId: null, locationId: null, opens: null, closes: null }
  const both = [hours(1, '09:00', '10:00'), hours(1, '09:00', '10:00', { providerId: 'adeyemi' })]

  test('a closed day has no times, and the days around it stay as they are', () => {
    const everyDay = [1, 2, 3].map((weekday) => hours(weekday, '09:00', '09:30'))
    const closed = { ...all, fromDay: '2027-01-12', untilDay: '2027-01-12' }
    const free = freeStarts(OFFER, weekly(everyDay, closed), [], week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 09:00', '2027-01-13 09:00'])
  })

  test('one provider is away, or one location closed, and the others go on', () => {
    const away = { ...all, providerId: 'nguyen', fromDay: '2027-01-10', untilDay: '2027-01-20' }
    const free = freeStarts(OFFER, weekly(both, away), [], week, EARLY)
    expect(new Set(free.map(({ providerId }) => providerId))).toEqual(new Set(['adeyemi']))
    const elsewhere = { ...away, providerId: null, locationId: 'south-bend' }
    expect(freeStarts(OFFER, weekly(both, elsewhere), [], week, EARLY)).toHaveLength(4)
  })

  test('closed for part of a day, the other times stay where they were', () => {
    const closed = { ...all, fromDay: MONDAY, untilDay: MONDAY, opens: clock('09:50'), closes: clock('10:10') }
    const free = freeStarts(OFFER, weekly([hours(1, '09:00', '11:00')], closed), [], week, EARLY)
    expect(free.map(shown)).toEqual(['2027-01-11 09:00', '2027-01-11 10:30'])
  })

  test('extra hours are offered on their days alone, once where they lie over others, and a closing closes them', () => {
    const { weekday: _, ...saturday } = hours(6, '09:00', '10:00')
    const extra = { ...saturday, fromDay: '2027-01-15', untilDay: '2027-01-16' }
    const open = [hours(5, '09:30', '10:30'), extra]
    const free = freeStarts(OFFER, weekly(open), [], { from: MONDAY, days: 21 }, EARLY)
    expect(free.map(shown)).toEqual([
      ...['2027-01-15 09:00', '2027-01-15 09:30', '2027-01-15 10:00', '2027-01-16 09:00', '2027-01-16 09:30'],
      ...['2027-01-22 09:30', '2027-01-22 10:00', '2027-01-29 09:30', '2027-01-29 10:00'],
    ])
    const ill = { ...all, providerId: 'nguyen', fromDay: '2027-01-16', untilDay: '2027-01-16' }
    expect(freeStarts(OFFER, weekly(open, ill), [], week, EARLY)).toHaveLength(3)
  })
})

describe('when the clock changes', () => {
  test('a time that is skipped is not offered, and no visit runs into the next', () => {
    // Sunday 14 March 2027 in Chicago: after 01:59 comes 03:00.
    const offer = { ...OFFER, minutes: 45, stepMinutes: 15 }
    const free = disjoint(
      freeStarts(
        offer,
        weekly([hours(7, '01:00', '05:00')]),
        [],
        { from: '2027-03-14', days: 1 },
        Date.parse('2027-03-01'),
      ),
    )
    expect(free.map(shown)).toEqual(['2027-03-14 01:00', '2027-03-14 01:45', '2027-03-14 03:30', '2027-03-14 04:15'])
  })

  test('a time that comes twice is offered once, the first time', () => {
    // Sunday 7 November 2027 in Chicago: 01:00 to 01:59 comes twice.
    const now = Date.parse('2027-11-01T00:00:00Z')
    const free = freeStarts(OFFER, weekly([hours(7, '01:00', '03:00')]), [], { from: '2027-11-07', days: 1 }, now)
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
        const free = disjoint(freeStarts(offer, weekly(openings), [], { from, days: 5 }, Date.parse(from) - 86_400_000))
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
  const busy = freeStarts(OFFER, weekly(openings), [], range, now)
    .filter((_, i) => i % 3 === 0)
    .map((slot) => ({ ...slot, serviceId: 'consultation' }))
  expect(busy.length).toBeGreaterThan(2_000)
  const milliseconds = (taken: Parameters<typeof freeStarts>[2]) => {
    const began = performance.now()
    expect(disjoint(freeStarts(OFFER, weekly(openings), taken, range, now)).length).toBeGreaterThan(4_000)
    return performance.now() - began
  }
  // Side by side and the fastest of several: how busy the machine is says nothing then.
  const both = Array.from({ length: 9 }, () => [milliseconds([]), milliseconds(busy)] as const)
  expect(Math.min(...both.map(([, full]) => full))).toBeLessThan(3 * Math.min(...both.map(([empty]) => empty)))
})

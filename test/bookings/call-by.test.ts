import { describe, expect, test } from 'vitest'
import { type Random, randomFrom } from '../../db/seed/random.ts'
import { type CallPart, callBy, type Telephone, USUAL_HOURS } from '../../worker/bookings/call-by.ts'
import { wallAt } from '../../worker/bookings/wall.ts'
import { dayAfter, weekdayOf } from '../../worker/practices/day.ts'

const MINUTE = 60_000
const chicago = (minutes: number, more: Partial<Telephone> = {}): Telephone => ({
  timezone: 'America/Chicago',
  hours: [],
  closings: [],
  minutes,
  ...more,
})
const by = (telephone: Telephone, now: string, part: CallPart = 'any') =>
  new Date(callBy(telephone, part, Date.parse(now))).toISOString()
const closed = (fromDay: string, untilDay = fromDay, opens: number | null = null, closes: number | null = null) => ({
  ...{ fromDay, untilDay, opens, closes },
})

describe('by when somebody who asks is called', () => {
  test('after the practice’s minutes of telephone time, Monday to Friday 9 to 17 where it says nothing', () => {
    expect(by(chicago(240), '2026-11-24T16:00:00Z')).toBe('2026-11-24T20:00:00.000Z')
    // At 4 in the afternoon: an hour today, three from nine tomorrow.
    expect(by(chicago(240), '2026-11-24T22:00:00Z')).toBe('2026-11-25T18:00:00.000Z')
    // On Friday evening: Monday at one.
    expect(by(chicago(240), '2026-11-28T02:00:00Z')).toBe('2026-11-30T19:00:00.000Z')
  })

  test('a second after a whole minute is promised the next one', () => {
    expect(by(chicago(60), '2026-11-24T16:00:01Z')).toBe('2026-11-24T17:01:00.000Z')
  })

  test('exactly until the telephone closes is still the same day', () => {
    expect(by(chicago(240), '2026-11-24T19:00:00Z')).toBe('2026-11-24T23:00:00.000Z')
  })

  test('days that are closed for all are left out, and so are closed hours', () => {
    expect(by(chicago(240, { closings: [closed('2026-11-26', '2026-11-27')] }), '2026-11-25T22:00:00Z')).toBe(
      '2026-11-30T18:00:00.000Z',
    )
    expect(by(chicago(120, { closings: [closed('2026-11-24', '2026-11-24', 600, 780)] }), '2026-11-24T15:00:00Z')).toBe(
      '2026-11-24T20:00:00.000Z',
    )
  })

  test('only the time of the day in which they may be called counts', () => {
    expect(by(chicago(240), '2026-11-24T15:00:00Z', 'afternoon')).toBe('2026-11-24T22:00:00.000Z')
    expect(by(chicago(240), '2026-11-24T15:00:00Z', 'morning')).toBe('2026-11-25T16:00:00.000Z')
    const afternoons = chicago(60, { hours: [{ weekday: 2, opens: 780, closes: 1020 }] })
    expect(by(afternoons, '2026-11-24T15:00:00Z', 'morning')).toBe('2026-11-24T20:00:00.000Z')
  })

  test('a practice that is closed for good still promises something', () => {
    expect(by(chicago(240, { closings: [closed('2020-01-01', '2040-01-01')] }), '2026-11-24T16:00:00Z')).toBe(
      '2026-11-24T20:00:00.000Z',
    )
  })

  test('is the minute at which a clock that is looked at every minute has counted enough', () => {
    const random = randomFrom('call by')
    for (let round = 0; round < 300; round++) {
      const telephone = someTelephone(random)
      const part = random.pick(['any', 'any', 'morning', 'afternoon'] as const)
      const now = random.pick(AROUND) + random.between(-4 * 1440, 1440) * MINUTE + random.pick([0, 0, 1, 59_999])
      const promised = callBy(telephone, part, now)
      expect([telephone, part, new Date(now).toISOString(), promised]).toEqual([
        ...[telephone, part, new Date(now).toISOString()],
        counted(telephone, part, now, 14) ?? counted(telephone, 'any', now, 40) ?? promised,
      ])
    }
  })
})

/** Changes of the clock, on both sides of the equator, and days without one. */
const AROUND = ['2026-03-08', '2026-11-01', '2026-03-29', '2026-10-25', '2026-04-05', '2026-10-04', '2026-12-31'].map(
  (day) => Date.parse(`${day}T12:00:00Z`),
)
const ZONES = ['America/Chicago', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Pacific/Auckland', 'UTC']

function someTelephone(random: Random): Telephone {
  const hours = Array.from({ length: random.between(0, 9) }, () => {
    const opens = random.between(4 * 60, 20 * 60)
    return { weekday: random.between(1, 7), opens, closes: random.between(opens + 1, 23 * 60) }
  })
  const closings = Array.from({ length: random.between(0, 3) }, () => {
    const from = new Date(random.pick(AROUND) + random.between(-3, 3) * 1440 * MINUTE)
    const until = new Date(from.getTime() + random.between(0, 3) * 1440 * MINUTE)
    const opens = random.between(0, 1200)
    const hours = random.chance(0.5) ? [null, null] : [opens, random.between(opens, 1440)]
    return closed(from.toISOString().slice(0, 10), until.toISOString().slice(0, 10), hours[0], hours[1])
  })
  return { timezone: random.pick(ZONES), hours, closings, minutes: random.between(1, 600) }
}

/** The same, minute by minute. */
function counted(
  { timezone, hours, closings, minutes }: Telephone,
  part: CallPart,
  now: number,
  days: number,
): number | null {
  let left = minutes
  const first = Math.ceil(now / MINUTE) * MINUTE
  const last = dayAfter(wallAt(first, timezone).day, days)
  for (let at = first; ; at += MINUTE) {
    const wall = wallAt(at, timezone)
    if (wall.day >= last) return null
    const open = (hours.length > 0 ? hours : USUAL_HOURS).some(
      ({ weekday, opens, closes }) => weekday === weekdayOf(wall.day) && opens <= wall.minutes && wall.minutes < closes,
    )
    const isClosed = closings.some(
      ({ fromDay, untilDay, opens, closes }) =>
        fromDay <= wall.day && wall.day <= untilDay && (opens ?? 0) <= wall.minutes && wall.minutes < (closes ?? 1440),
    )
    const wished = part === 'any' || (part === 'morning') === wall.minutes < 720
    if (open && !isClosed && wished && --left === 0) return at + MINUTE
  }
}

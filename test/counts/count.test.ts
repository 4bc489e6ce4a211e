import { expect, test } from 'vitest'
import { bucketsOf } from '../../worker/counts/buckets.ts'
import { tally } from '../../worker/counts/count.ts'

test('a moment falls into a quarter in UTC and a day and month in the zone of the practice', () => {
  expect(bucketsOf(Date.parse('2026-12-01T04:59:59.999Z'), 'America/New_York')).toEqual({
    quarter: '2026-12-01T04:45Z',
    day: '2026-11-30',
    month: '2026-11',
  })
  expect(bucketsOf(Date.parse('2026-12-01T05:00:00Z'), 'America/New_York').day).toBe('2026-12-01')
})

test.each([
  ['America/New_York', '2026-03-08', 23],
  ['America/New_York', '2026-11-01', 25],
  ['America/New_York', '2026-07-04', 24],
  ['Australia/Lord_Howe', '2026-04-05', 24.5],
  ['Australia/Lord_Howe', '2026-10-04', 23.5],
  ['Asia/Kathmandu', '2026-05-05', 24],
  ['America/Santiago', '2026-09-06', 23],
])('in %s, %s has %d hours, each quarter of which is counted on that day alone', (zone, day, hours) => {
  const middle = Date.parse(`${day}T12:00Z`)
  let quarters = 0
  for (let at = middle - 48 * 3_600_000; at < middle + 48 * 3_600_000; at += 15 * 60_000) {
    const first = bucketsOf(at, zone)
    const last = bucketsOf(at + 15 * 60_000 - 1, zone)
    expect(last).toEqual(first)
    if (first.day === day) quarters++
  }
  expect(quarters / 4).toBe(hours)
})

test('every day of twenty years is reached in order, in zones at :00, :30 and :45', () => {
  for (const zone of ['America/Los_Angeles', 'Asia/Kolkata', 'Pacific/Chatham', 'UTC']) {
    let before = ''
    for (let at = Date.UTC(2020, 0, 1); at < Date.UTC(2040, 0, 1); at += 6 * 3_600_000) {
      const { day } = bucketsOf(at, zone)
      expect(day >= before).toBe(true)
      expect(day).toMatch(/^20[1-4]\d-[01]\d-[0-3]\d$/)
      before = day
    }
  }
})

test('facts of one bucket add up, and a fact taken back leaves nothing', () => {
  const practice = { id: 'p', timezone: 'America/Chicago' }
  const at = Date.parse('2026-11-23T17:50Z')
  const fact = { measure: 'booking', at, officeId: 'o', referrerId: null, linkId: 'l' } as const
  const counted = [...tally(practice, [fact, fact, { ...fact, n: -1 }]).values()]
  expect(counted.map(({ grain, bucket, n }) => [grain, bucket, n])).toEqual([
    ['quarter', '2026-11-23T17:45Z', 1],
    ['day', '2026-11-23', 1],
    ['month', '2026-11', 1],
  ])
  expect(counted.every(({ referrerId }) => referrerId === '')).toBe(true)
})

test('there is no such zone', () => {
  expect(() => bucketsOf(0, 'Mars/Olympus')).toThrow(RangeError)
})

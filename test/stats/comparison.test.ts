import { describe, expect, test } from 'vitest'
import { earlierOf, isEmpty } from '../../worker/stats/comparison.ts'
import { beginningOf, endOf, type Period, zoned } from '../../worker/stats/periods.ts'

const CHICAGO = 'America/Chicago'
/** Monday 23 November 2026, 2:40 in the afternoon in Chicago. */
const NOW = Date.parse('2026-11-23T20:40Z')
const written = ({ from, to, until }: Period, timezone = CHICAGO) =>
  [from, to, until === undefined ? 'whole' : zoned(until, timezone)].join(' ')

test('days that are over are compared with whole days', () => {
  expect(written(earlierOf('previous', { from: '2026-11-01', to: '2026-11-22' }, CHICAGO, NOW))).toBe(
    '2026-10-10 2026-10-31 whole',
  )
  expect(written(earlierOf('year', { from: '2024-02-29', to: '2024-03-01' }, CHICAGO, NOW))).toBe(
    '2023-02-28 2023-03-01 whole',
  )
})

describe('a range that is not over is compared as far as it has come', () => {
  test.each([
    ['previous', '2026-11-23', '2026-11-23', '2026-11-22 2026-11-22 2026-11-22T14:30:00-06:00'],
    ['year', '2026-11-23', '2026-11-23', '2025-11-23 2025-11-23 2025-11-23T14:30:00-06:00'],
    ['previous', '2026-10-27', '2026-11-23', '2026-09-29 2026-10-26 2026-10-26T14:30:00-05:00'],
    ['year', '2026-10-27', '2026-11-23', '2025-10-27 2025-11-23 2025-11-23T14:30:00-06:00'],
    ['previous', '2026-11-20', '2026-11-29', '2026-11-10 2026-11-13 2026-11-13T14:30:00-06:00'],
  ] as const)('%s of %s to %s', (which, from, to, earlier) => {
    expect(written(earlierOf(which, { from, to }, CHICAGO, NOW))).toBe(earlier)
  })

  test('at 25 minutes past midnight, up to a quarter past', () => {
    const earlier = earlierOf(
      'previous',
      { from: '2026-11-23', to: '2026-11-23' },
      CHICAGO,
      Date.parse('2026-11-23T06:25Z'),
    )
    expect(written(earlier)).toBe('2026-11-22 2026-11-22 2026-11-22T00:15:00-06:00')
    expect(isEmpty(earlier, CHICAGO)).toBe(false)
  })

  test('before the first quarter of an hour is over, and before the range has begun, with nothing', () => {
    const midnight = Date.parse('2026-11-23T06:14Z')
    const today = earlierOf('previous', { from: '2026-11-23', to: '2026-11-23' }, CHICAGO, midnight)
    const coming = earlierOf('year', { from: '2026-12-01', to: '2026-12-31' }, CHICAGO, midnight)
    const week = earlierOf('previous', { from: '2026-11-17', to: '2026-11-23' }, CHICAGO, midnight)
    expect([today, coming, week].map((earlier) => isEmpty(earlier, CHICAGO))).toEqual([true, true, false])
  })
})

describe('the same time on the wall clock', () => {
  const dayBefore = (timezone: string, today: string, now: string) => {
    const earlier = earlierOf('previous', { from: today, to: today }, timezone, Date.parse(now))
    const hours = (endOf(earlier, timezone) - beginningOf(earlier.from, timezone)) / 3_600_000
    return `${written(earlier, timezone).slice(22)}, ${hours} h`
  }

  test.each([
    ['after a day of 23 hours', CHICAGO, '2026-03-09', '2026-03-09T14:50-05:00', '2026-03-08T14:45:00-05:00, 13.75 h'],
    ['on a day of 23 hours', CHICAGO, '2026-03-08', '2026-03-08T14:50-05:00', '2026-03-07T14:45:00-06:00, 14.75 h'],
    ['after a day of 25 hours', CHICAGO, '2026-11-02', '2026-11-02T14:50-06:00', '2026-11-01T14:45:00-06:00, 15.75 h'],
    ['on a day of 25 hours', CHICAGO, '2026-11-01', '2026-11-01T14:50-06:00', '2026-10-31T14:45:00-05:00, 14.75 h'],
    [
      'that comes twice, the first',
      CHICAGO,
      '2026-11-02',
      '2026-11-02T01:35-06:00',
      '2026-11-01T01:30:00-05:00, 1.5 h',
    ],
    ['that is jumped over', CHICAGO, '2026-03-09', '2026-03-09T02:35-05:00', '2026-03-08T03:00:00-05:00, 2 h'],
    ['where midnight is', 'Africa/Cairo', '2026-04-25', '2026-04-25T00:50+03:00', '2026-04-24T01:00:00+03:00, 0 h'],
    ['at :30', 'Asia/Kolkata', '2026-11-23', '2026-11-23T09:59+05:30', '2026-11-22T09:45:00+05:30, 9.75 h'],
    ['at :45', 'Asia/Kathmandu', '2026-11-23', '2026-11-23T09:59+05:45', '2026-11-22T09:45:00+05:45, 9.75 h'],
    [
      'of half an hour',
      'Australia/Lord_Howe',
      '2026-04-06',
      '2026-04-06T09:59+10:30',
      '2026-04-05T09:45:00+10:30, 10.25 h',
    ],
    [
      'over half an hour',
      'Australia/Lord_Howe',
      '2026-10-05',
      '2026-10-05T02:20+11:00',
      '2026-10-04T02:30:00+11:00, 2 h',
    ],
  ])('%s', (_, timezone, today, now, expected) => {
    expect(dayBefore(timezone, today, now)).toBe(expected)
  })
})

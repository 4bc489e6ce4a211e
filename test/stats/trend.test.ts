import { describe, expect, test } from 'vitest'
import { atMost, daysKnown, type History, spansUntil, trendOf } from '../../worker/stats/trend.ts'

/** Thirty referred patients in the year before: 7.4 are to be expected in 90 days. */
const regular: History = {
  recent: 7,
  baseline: 30,
  earlier: 8,
  earlierBaseline: 25,
  before: 60,
  baselineDays: 365,
}

describe('a referrer is measured against their own year before', () => {
  test.each<[string, Partial<History>, string]>([
    ['as many as before', {}, 'steady'],
    ['more than before', { recent: 20 }, 'steady'],
    ['3 of 7.4 may be chance: p = 0.06', { recent: 3 }, 'steady'],
    ['2 of 7.4 is hardly chance: p = 0.02', { recent: 2 }, 'declining'],
    ['none of 7.4: they have lapsed', { recent: 0 }, 'lapsed'],
    ['3.9 expected', { baseline: 16, recent: 1 }, 'too few to say'],
    ['4.2 expected, 0 come: lapsed, not declining', { baseline: 17, recent: 0 }, 'lapsed'],
    ['4.2 expected, 1 comes: p = 0.08', { baseline: 17, recent: 1 }, 'steady'],
    ['two in the year before, none since', { baseline: 2, recent: 0 }, 'too few to say'],
    ['three in the year before, none since', { baseline: 3, recent: 0 }, 'lapsed'],
    ['the first ever is among the last', { before: 0, baseline: 0, earlier: 0, recent: 1, baselineDays: 0 }, 'new'],
    ['never any', { before: 0, baseline: 0, earlier: 0, recent: 0 }, 'too few to say'],
    ['back after lapsing', { recent: 1, earlier: 0, earlierBaseline: 3, baseline: 2 }, 'reactivated'],
    [
      'had not lapsed, sent too few before',
      { recent: 1, earlier: 0, earlierBaseline: 2, baseline: 2 },
      'too few to say',
    ],
    ['known for 90 days, 12 then and 4 now', { baseline: 12, baselineDays: 90, recent: 4 }, 'declining'],
    ['known for 50 days before', { baseline: 12, baselineDays: 50, recent: 4 }, 'too few to say'],
  ])('%s', (_, differs, trend) => {
    expect(trendOf({ ...regular, ...differs })).toBe(trend)
  })
})

test('at most n of so many expected, after a table of the Poisson distribution', () => {
  expect(atMost(0, 3)).toBeCloseTo(0.0498, 4)
  expect(atMost(2, 4)).toBeCloseTo(0.2381, 4)
  expect(atMost(5, 10)).toBeCloseTo(0.0671, 4)
  expect(atMost(10, 10)).toBeCloseTo(0.583, 4)
})

test('a large practice does not run out of floating point', () => {
  expect(atMost(2000, 2000)).toBeCloseTo(0.506, 2)
  expect(atMost(1900, 2000)).toBeLessThan(0.05)
})

test('the spans are 90 and 365 days, one after the other without a gap', () => {
  expect(spansUntil('2026-11-23')).toEqual({
    recent: { from: '2026-08-26', to: '2026-11-23' },
    baseline: { from: '2025-08-26', to: '2026-08-25' },
    earlier: { from: '2026-05-28', to: '2026-08-25' },
    earlierBaseline: { from: '2025-05-28', to: '2026-05-27' },
  })
})

test('a baseline counts from the day on which the referrer was first known', () => {
  const baseline = { from: '2025-08-26', to: '2026-08-25' }
  expect(daysKnown(baseline, '2020-01-01')).toBe(365)
  expect(daysKnown(baseline, '2026-08-16')).toBe(10)
  expect(daysKnown(baseline, '2026-08-26')).toBe(0)
})

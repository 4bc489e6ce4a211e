import { describe, expect, test } from 'vitest'
import { beginningOf, daysIn, hoursOf, mondayOf, type Piece, piecesOf } from '../../worker/stats/periods.ts'
import { rangeOf } from '../../worker/stats/range.ts'

describe('a period is read in whole months, and in days at the edges', () => {
  test.each([
    ['2026-11-01', '2026-11-30', ['month 2026-11 2026-11']],
    ['2026-01-01', '2026-12-31', ['month 2026-01 2026-12']],
    ['2026-11-02', '2026-11-29', ['day 2026-11-02 2026-11-29']],
    ['2026-11-01', '2026-11-29', ['day 2026-11-01 2026-11-29']],
    ['2026-10-31', '2026-11-30', ['day 2026-10-31 2026-10-31', 'month 2026-11 2026-11']],
    ['2026-10-31', '2026-11-29', ['day 2026-10-31 2026-11-29']],
    ['2024-02-01', '2024-02-29', ['month 2024-02 2024-02']],
    ['2024-02-01', '2024-02-28', ['day 2024-02-01 2024-02-28']],
    ['2025-11-24', '2026-11-23', ['day 2025-11-24 2025-11-30', 'month 2025-12 2026-10', 'day 2026-11-01 2026-11-23']],
    ['2026-11-23', '2026-11-23', ['day 2026-11-23 2026-11-23']],
  ])('%s to %s', (from, to, pieces) => {
    expect(written(piecesOf({ from, to }, 'America/Chicago'))).toEqual(pieces)
  })

  test.each([
    ['2026-11-23', '2026-11-23T14:30-06:00', ['quarter 2026-11-23T06:00Z 2026-11-23T20:15Z']],
    [
      '2026-10-30',
      '2026-11-01T01:15-06:00',
      ['day 2026-10-30 2026-10-31', 'quarter 2026-11-01T05:00Z 2026-11-01T07:00Z'],
    ],
    [
      '2026-09-30',
      '2026-11-01T00:15-05:00',
      ['day 2026-09-30 2026-09-30', 'month 2026-10 2026-10', 'quarter 2026-11-01T05:00Z 2026-11-01T05:00Z'],
    ],
    ['2026-11-01', '2026-11-01T00:00-05:00', ['quarter 2026-11-01T05:00Z 2026-11-01T04:45Z']],
  ])('and in quarters of an hour where the last day is cut: %s to %s', (from, until, pieces) => {
    const period = { from, to: until.slice(0, 10), until: Date.parse(until) }
    expect(written(piecesOf(period, 'America/Chicago'))).toEqual(pieces)
  })

  const written = (pieces: Piece[]) => pieces.map(({ grain, first, last }) => `${grain} ${first} ${last}`)
})

describe('a day has as many hours as the clock of the zone gives it', () => {
  test.each([
    ['America/Chicago', '2026-03-08', 23],
    ['America/Chicago', '2026-11-01', 25],
    ['America/Chicago', '2026-11-02', 24],
    ['Asia/Kolkata', '2026-11-01', 24],
    ['Asia/Kathmandu', '2026-11-01', 24],
    ['America/St_Johns', '2026-03-08', 23],
    ['Africa/Cairo', '2026-04-24', 23],
    ['Australia/Lord_Howe', '2026-04-05', 25],
  ])('%s on %s', (timezone, day, hours) => {
    const starts = hoursOf({ from: day, to: day }, timezone).map(({ start }) => start)
    expect(starts).toHaveLength(hours)
    expect(new Set(starts).size).toBe(hours)
  })

  test('the hour that comes twice is told apart by its offset', () => {
    const starts = hoursOf({ from: '2026-11-01', to: '2026-11-01' }, 'America/Chicago').map(({ start }) => start)
    expect(starts.slice(0, 4)).toEqual([
      '2026-11-01T00:00:00-05:00',
      '2026-11-01T01:00:00-05:00',
      '2026-11-01T01:00:00-06:00',
      '2026-11-01T02:00:00-06:00',
    ])
  })

  test('after the half hour of Lord Howe, hours are full again', () => {
    const starts = hoursOf({ from: '2026-04-05', to: '2026-04-05' }, 'Australia/Lord_Howe').map(({ start }) => start)
    expect(starts.slice(0, 5)).toEqual([
      '2026-04-05T00:00:00+11:00',
      '2026-04-05T01:00:00+11:00',
      '2026-04-05T01:30:00+10:30',
      '2026-04-05T02:00:00+10:30',
      '2026-04-05T03:00:00+10:30',
    ])
  })

  test('where midnight does not exist, the day begins at one', () => {
    expect(new Date(beginningOf('2026-04-24', 'Africa/Cairo')).toISOString()).toBe('2026-04-23T22:00:00.000Z')
  })
})

test('weeks begin on Monday', () => {
  expect(mondayOf('2026-11-23')).toBe('2026-11-23')
  expect(mondayOf('2026-11-29')).toBe('2026-11-23')
  expect(mondayOf('2026-01-01')).toBe('2025-12-29')
})

test('both ends of a period belong to it', () => {
  expect(daysIn({ from: '2026-03-01', to: '2026-03-31' })).toBe(31)
})

test('a range that is left out is the last 28 days', () => {
  const today = '2026-11-23'
  expect(rangeOf({}, today)).toEqual({ ok: true, period: { from: '2026-10-27', to: today } })
  expect(rangeOf({ to: '2026-03-28' }, today)).toEqual({ ok: true, period: { from: '2026-03-01', to: '2026-03-28' } })
  expect(rangeOf({ from: '2026-11-20' }, today)).toEqual({ ok: true, period: { from: '2026-11-20', to: today } })
})

test('a range that ends before it begins, or is longer than ten years, is refused with the field that is wrong', () => {
  const today = '2026-11-23'
  expect(rangeOf({ from: '2026-11-02', to: '2026-11-01' }, today)).toMatchObject({ ok: false, field: 'to' })
  expect(rangeOf({ from: '2000-01-01', to: '2026-11-01' }, today)).toMatchObject({ ok: false, field: 'from' })
})

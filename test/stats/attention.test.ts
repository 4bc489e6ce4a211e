import { expect, test } from 'vitest'
import { concernsOf } from '../../worker/stats/attention.ts'
import type { ReferrerRow } from '../../worker/stats/referrers.ts'
import type { Trend } from '../../worker/stats/trend.ts'
import { wilson } from '../../worker/stats/wilson.ts'

const row = (name: string, trend: Trend, booked = 0, visits = 0, office = 'Riverside'): ReferrerRow => ({
  referrerId: name,
  officeId: office,
  name,
  office,
  scans: visits,
  visits,
  calls: 0,
  referrals: 0,
  bookings: 0,
  seen: 0,
  callStarts: 0,
  unrecorded: 0,
  conversion: wilson(booked, visits),
  trend,
  rhythm: { recent: 0, expected: 0 },
})
const said = (rows: ReferrerRow[], unrecorded = 0) =>
  concernsOf(rows, unrecorded).map((concern) =>
    'row' in concern ? `${concern.kind}: ${concern.row.name}` : `${concern.kind}: ${concern.n}`,
  )

test('who declines comes first, who is new last; steady referrers need nothing', () => {
  const rows = [
    row('Ana', 'new'),
    row('Bo', 'steady'),
    row('Cy', 'lapsed'),
    row('Di', 'declining'),
    row('Ed', 'too few to say'),
  ]
  expect(said(rows, 3)).toEqual(['declining: Di', 'lapsed: Cy', 'unrecorded: 3', 'new: Ana'])
})

test('a referrer with two offices is named once', () => {
  expect(said([row('Ana', 'declining'), row('Ana', 'declining', 0, 0, 'Lakeside')])).toEqual(['declining: Ana'])
})

test('many visits and surely fewer bookings than usual', () => {
  const usual = row('Bo', 'steady', 60, 300)
  expect(said([usual, row('Ana', 'steady', 1, 80)])).toEqual(['few bookings: Ana'])
  expect(said([usual, row('Ana', 'steady', 8, 80)])).toEqual([])
  expect(said([usual, row('Ana', 'steady', 0, 19)])).toEqual([])
})

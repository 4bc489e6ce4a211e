import { expect, test } from 'vitest'
import { closedDays } from '../../worker/practices/closed.ts'
import type { Published } from '../../worker/practices/published.ts'

/** A Monday. */
const TODAY = '2027-01-11'
const place = { id: 'chicago' }
const service = { id: 'consultation' }
let made = 0

const hours = (weekday: number, providerId = 'nguyen', opens = 540, closes = 720) => ({
  ...{ practiceId: 'p', id: `h${made++}`, providerId, locationId: 'chicago', serviceId: 'consultation', weekday },
  ...{ opens, closes },
})
const except = (fromDay: string, untilDay: string, more: Partial<Published['exceptions'][number]> = {}) => ({
  ...{
    practiceId: 'p',
    id: `e${made++}`,
    kind: 'closed' as const,
    providerId: null,
    locationId: null,
    serviceId: null,
  },
  ...{ fromDay, untilDay, opens: null, closes: null, note: '', createdAt: 0, by: 'system', ...more },
})
const week = [1, 2, 3, 4, 5].map((weekday) => hours(weekday))
const closed = (exceptions: Published['exceptions'], rows = week) =>
  closedDays({ hours: rows, exceptions }, service, place, TODAY).map(({ fromDay, untilDay, note }) => [
    ...[fromDay, untilDay, note],
  ])

test('closed days that follow each other are one, with the name that the practice gave them', () => {
  expect(closed([])).toEqual([])
  expect(closed([except('2027-01-14', '2027-01-15', { note: 'Founders’ Days' })])).toEqual([
    ['2027-01-14', '2027-01-15', 'Founders’ Days'],
  ])
  // Saturday and Sunday are never open, so that nobody need be told.
  expect(closed([except('2027-01-15', '2027-01-18')])).toEqual([
    ['2027-01-15', '2027-01-15', ''],
    ['2027-01-18', '2027-01-18', ''],
  ])
})

test('a day on which somebody is there, or a part of it is open, is not closed', () => {
  const two = [hours(1), hours(1, 'adeyemi')]
  const away = except(TODAY, TODAY, { providerId: 'nguyen', note: 'Away' })
  expect(closed([away], two)).toEqual([])
  expect(closed([away, except(TODAY, TODAY, { providerId: 'adeyemi' })], two)).toEqual([[TODAY, TODAY, '']])
  expect(closed([except(TODAY, TODAY, { opens: 540, closes: 700 })])).toEqual([])
  const both = [except(TODAY, TODAY, { opens: 660, closes: 900 }), except(TODAY, TODAY, { opens: 0, closes: 660 })]
  expect(closed(both)).toEqual([[TODAY, TODAY, '']])
})

test('closings of another service or place, beyond thirty days, or that are over, are not told', () => {
  expect(
    closed([except(TODAY, TODAY, { serviceId: 'spine' }), except(TODAY, TODAY, { locationId: 'south-bend' })]),
  ).toEqual([])
  expect(closed([except('2027-02-15', '2027-02-16'), except('2027-01-01', '2027-01-10')])).toEqual([])
})

import { expect, test } from 'vitest'
import { changeOf } from '../../worker/stats/change.ts'

test.each([
  [9, 3, 'too few to say', 200],
  [9, 0, 'too few to say', undefined],
  [12, 9, 'may be chance', 33],
  [120, 100, 'may be chance', 20],
  [130, 100, 'more', 30],
  [100, 130, 'fewer', -23],
  [10, 0, 'more', undefined],
  [100, 100, 'may be chance', 0],
])('%i after %i: %s', (now, before, says, percent) => {
  expect(changeOf(now, before)).toEqual({ says, percent })
})

test.each([
  ['fewer, whatever was not recorded', 40, 100, { now: 20, before: 0 }, 'fewer'],
  ['fewer, unless those came whom nobody recorded', 40, 100, { now: 60, before: 0 }, 'not all recorded'],
  ['more, unless those came earlier whom nobody recorded', 100, 40, { now: 0, before: 60 }, 'not all recorded'],
  ['more, and more still with those of now', 100, 40, { now: 60, before: 0 }, 'more'],
  ['too few, whatever was not recorded', 4, 9, { now: 60, before: 60 }, 'too few to say'],
])('%s', (_, now, before, open, says) => {
  expect(changeOf(now, before, open).says).toBe(says)
})

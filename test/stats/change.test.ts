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

import { expect, test } from 'vitest'
import { wilson } from '../../worker/stats/wilson.ts'

test.each([
  // Newcombe (1998), table I, method 3.
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
  [10, 10, 0.7225, 1],
])('%i of %i lies between %d and %d', (n, of, low, high) => {
  const share = wilson(n, of)
  expect(share.low).toBeCloseTo(low, 4)
  expect(share.high).toBeCloseTo(high, 4)
})

test('of nothing, anything may be true', () => {
  expect(wilson(0, 0)).toEqual({ n: 0, of: 0, low: 0, high: 1 })
})

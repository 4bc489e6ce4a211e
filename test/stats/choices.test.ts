import { describe, expect, test } from 'vitest'
import { addressOf, choiceOf, intervalFor } from '../../worker/stats/choices.ts'

const today = '2026-11-23'
/** Half past two in the afternoon there. */
const now = Date.parse('2026-11-23T20:30Z')
const choice = (address: string) => choiceOf(new URLSearchParams(address), 'America/Chicago', now)

describe('the address says what the page shows', () => {
  test.each([
    ['', '28', '2026-10-27', today],
    ['range=today', 'today', today, today],
    ['range=7', '7', '2026-11-17', today],
    ['range=90', '90', '2026-08-26', today],
    ['range=365', '365', '2025-11-24', today],
    ['range=constructor', '28', '2026-10-27', today],
    ['from=2026-01-01&to=2026-01-31', 'any', '2026-01-01', '2026-01-31'],
    ['from=&to=', '28', '2026-10-27', today],
  ])('%s', (address, range, from, to) => {
    expect(choice(address)).toMatchObject({ range, period: { from, to }, refused: undefined })
  })

  test.each([
    ['from=2026-02-30&to=2026-03-01', 'from', 'no day'],
    ['from=yesterday', 'from', 'no day'],
    ['from=2026-03-01&to=1900-01-01', 'to', 'out of reach'],
    ['from=2026-03-02&to=2026-03-01', 'to', 'ends first'],
    ['from=2000-01-01&to=2026-03-01', 'from', 'too long'],
  ])('%s cannot be shown: it says why, keeps what was typed, and shows the last 28 days', (address, field, why) => {
    const { from = '', to = '' } = Object.fromEntries(new URLSearchParams(address))
    expect(choice(address)).toMatchObject({ range: '28', refused: { from, to, field, why } })
  })

  test('what it is compared with', () => {
    const half = (day: string, offset: string) => Date.parse(`${day}T14:30${offset}`)
    expect(choice('').before).toEqual({ from: '2026-09-29', to: '2026-10-26', until: half('2026-10-26', '-05:00') })
    expect(choice('compare=year').before).toEqual({
      from: '2025-10-27',
      to: '2025-11-23',
      until: half('2025-11-23', '-06:00'),
    })
    expect(choice('from=2026-11-16&to=2026-11-22').before).toEqual({ from: '2026-11-09', to: '2026-11-15' })
    expect(choice('compare=none').before).toBeUndefined()
  })

  test('a day of which no quarter of an hour is over is compared with nothing yet', () => {
    const midnight = Date.parse('2026-11-23T06:10Z')
    expect(choiceOf(new URLSearchParams('range=today'), 'America/Chicago', midnight).before).toBeUndefined()
  })

  test('an address that is made from a choice shows the same', () => {
    for (const address of [
      '',
      'range=7&compare=year',
      'from=2026-01-01&to=2026-01-31&rows=all',
      'range=365&compare=none',
    ])
      expect(choice(addressOf(choice(address)).slice(1))).toEqual(choice(address))
  })

  test('another range keeps the comparison', () => {
    expect(addressOf(choice('range=7&compare=year'), { range: '90' })).toBe('?range=90&compare=year')
  })
})

test('points stay far enough apart to be told apart', () => {
  expect(intervalFor({ from: today, to: today })).toBe('hour')
  expect(intervalFor({ from: '2026-08-26', to: today })).toBe('day')
  expect(intervalFor({ from: '2025-11-24', to: today })).toBe('week')
  expect(intervalFor({ from: '2020-01-01', to: today })).toBe('month')
})

import { describe, expect, test } from 'vitest'
import { plotOf } from '../../site/charts/plot.ts'
import { nothing } from '../../worker/stats/sums.ts'

const at = (start: string, scans = 0, bookings = 0) => ({ ...nothing(), start, scans, bookings })
const daysOf = (first: number, n: number) =>
  Array.from({ length: n }, (_, i) => at(new Date(Date.UTC(2026, 9, first + i)).toISOString().slice(0, 10), i + 1, 1))
const edges = (bands: { x: string; width: string }[]) =>
  bands.map(({ x, width }) => [Number.parseFloat(x), Number.parseFloat(x) + Number.parseFloat(width)] as const)

describe('the chart over time', () => {
  test('shades a weekend as one band, also the half of one at either end', () => {
    // Sunday 25 October to Saturday 7 November 2026.
    const { weekends } = plotOf(daysOf(25, 14), 'day', 14, 240, false)
    expect(edges(weekends).map(([from, to]) => [Math.round((from / 100) * 14), Math.round((to / 100) * 14)])).toEqual([
      [0, 1],
      [6, 8],
      [13, 14],
    ])
  })

  test('gives the hour that comes twice a place of its own, and hours no weekend', () => {
    const hours = Array.from({ length: 25 }, (_, i) => {
      const clock = String(i < 2 ? i : i - 1).padStart(2, '0')
      return at(`2026-11-01T${clock}:00:00${i < 2 ? '-05:00' : '-06:00'}`, 1)
    })
    const { columns, weekends } = plotOf(hours, 'hour', 25, 240, false)
    const places = edges(columns)
    expect(places).toHaveLength(25)
    for (const [i, [from]] of places.entries())
      if (i > 0) expect(from).toBeGreaterThan((places[i - 1]?.[1] ?? 0) - 0.02)
    expect(weekends).toEqual([])
  })

  test('draws what is still being counted apart from what is over', () => {
    const { edge, edgeSoFar, bars } = plotOf(daysOf(26, 5), 'day', 4, 240, true)
    expect([edge.match(/[ML]/g)?.length, edgeSoFar.match(/[ML]/g)?.length]).toEqual([3, 2])
    expect(bars.map(({ soFar }) => soFar)).toEqual([false, false, false, true])
    expect(plotOf(daysOf(26, 5), 'day', 5, 240, false).edgeSoFar).toBe('')
  })

  test('one point alone has no line, and stands within the chart', () => {
    const { edge, bars, ticks } = plotOf([at('2026-11-23', 1, 1)], 'day', 1, 240, true)
    expect(edge).not.toMatch(/L|NaN/)
    expect(bars).toHaveLength(1)
    expect(ticks.map(({ anchor }) => anchor)).toEqual(['middle'])
  })
})

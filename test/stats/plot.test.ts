import { describe, expect, test } from 'vitest'
import { type Drawn, drawnOf, plotOf, sparkOf } from '../../site/charts/plot.ts'
import { nothing } from '../../worker/stats/sums.ts'
import type { Interval } from '../../worker/stats/timeseries.ts'

const at = (start: string, scans = 0, bookings = 0) => ({ ...nothing(), start, scans, bookings })
const daysOf = (first: number, n: number) =>
  Array.from({ length: n }, (_, i) => at(new Date(Date.UTC(2026, 9, first + i)).toISOString().slice(0, 10), i + 1, 1))
const all = (points: object[]): Drawn => ({ first: 0, end: points.length, soFar: false })
const edges = (bands: { x: string; width: string }[]) =>
  bands.map(({ x, width }) => [Number.parseFloat(x), Number.parseFloat(x) + Number.parseFloat(width)] as const)

describe('the chart over time', () => {
  test('shades a weekend as one band, also the half of one at either end', () => {
    // Sunday 25 October to Saturday 7 November 2026.
    const days = daysOf(25, 14)
    const { weekends } = plotOf(days, 'day', all(days), 240)
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
    const { columns, weekends } = plotOf(hours, 'hour', all(hours), 240)
    const places = edges(columns)
    expect(places).toHaveLength(25)
    for (const [i, [from]] of places.entries())
      if (i > 0) expect(from).toBeGreaterThan((places[i - 1]?.[1] ?? 0) - 0.02)
    expect(weekends).toEqual([])
  })

  test('draws what is still being counted apart from what is over', () => {
    const { edge, edgeSoFar, bars } = plotOf(daysOf(26, 5), 'day', { first: 0, end: 4, soFar: true }, 240)
    expect([edge.match(/[ML]/g)?.length, edgeSoFar.match(/[ML]/g)?.length]).toEqual([3, 2])
    expect(bars.map(({ soFar }) => soFar)).toEqual([false, false, false, true])
    expect(plotOf(daysOf(26, 5), 'day', { first: 0, end: 5, soFar: false }, 240).edgeSoFar).toBe('')
  })

  test('draws nothing before counting began, and keeps those days their place', () => {
    const days = daysOf(1, 10)
    const since = drawnOf(days, 'day', { since: '2026-10-07', to: '2026-10-10', today: '2026-11-23', now: 0 })
    expect(since).toEqual({ first: 6, end: 10, soFar: false })
    const { area, edge, bars, columns } = plotOf(days, 'day', since, 240)
    expect(edge).toMatch(/^M650,.*L950,/)
    expect(area).toMatch(/^M650,/)
    expect(bars.map(({ x }) => Number.parseFloat(x))).toEqual([63.8, 73.8, 83.8, 93.8])
    expect(columns).toHaveLength(10)
    const { path, end } = sparkOf(days, 'scans', 32, since)
    expect(path).toMatch(/^M66.67,/)
    expect(end?.x).toBe('100%')
  })

  test('one point alone has no line but a dot, and stands within the chart', () => {
    const { alone, edge, bars, ticks } = plotOf([at('2026-11-23', 1, 1)], 'day', { first: 0, end: 1, soFar: true }, 240)
    expect(edge).not.toMatch(/L|NaN/)
    expect(alone).toEqual({ x: '50%', y: 12 })
    expect(plotOf(daysOf(1, 10), 'day', { first: 4, end: 5, soFar: true }, 240).alone?.x).toBe('45%')
    expect(plotOf(daysOf(1, 2), 'day', all(daysOf(1, 2)), 240).alone).toBeUndefined()
    expect(bars).toHaveLength(1)
    expect(ticks.map(({ anchor }) => anchor)).toEqual(['middle'])
  })
})

describe('which points are drawn', () => {
  const on = { since: '2026-10-15', to: '2026-11-30', today: '2026-11-23', now: Date.parse('2026-11-23T20:40Z') }

  test.each<[Interval, string[], Drawn]>([
    ['day', ['2026-10-14', '2026-10-15', '2026-11-23', '2026-11-24'], { first: 1, end: 3, soFar: true }],
    ['week', ['2026-10-05', '2026-10-12', '2026-11-16', '2026-11-23', '2026-11-30'], { first: 1, end: 4, soFar: true }],
    ['month', ['2026-09-01', '2026-10-01', '2026-11-01', '2026-12-01'], { first: 1, end: 3, soFar: true }],
    [
      'hour',
      [
        '2026-10-14T23:00:00-05:00',
        '2026-10-15T00:00:00-05:00',
        '2026-11-23T14:00:00-06:00',
        '2026-11-23T15:00:00-06:00',
      ],
      { first: 1, end: 3, soFar: true },
    ],
  ])('by %s: those of the time in which somebody counted', (interval, starts, drawn) => {
    const points = starts.map((start) => at(start))
    expect(drawnOf(points, interval, on)).toEqual(drawn)
    expect(drawnOf(points, interval, { ...on, to: '2026-11-22' }).soFar).toBe(false)
  })

  test('of days before counting began, none', () => {
    const points = daysOf(1, 5)
    const none = drawnOf(points, 'day', { ...on, to: '2026-10-05' })
    expect(plotOf(points, 'day', none, 240)).toMatchObject({ area: '', edge: '', edgeSoFar: '', bars: [] })
    expect(sparkOf(points, 'scans', 32, none)).toEqual({ path: '', pathSoFar: '', end: undefined })
  })
})

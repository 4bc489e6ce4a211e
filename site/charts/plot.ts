import { scaleBand, scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import { firstOfMonth, mondayOf } from '../../worker/stats/periods.ts'
import type { Counts } from '../../worker/stats/sums.ts'
import type { Interval, Point } from '../../worker/stats/timeseries.ts'
import { tickName } from '../text/numbers.ts'

/** Lines and areas are drawn on a ground this wide and stretched; everything else is placed in per cent of the width. */
export const GROUND = 1000

export interface Plot {
  height: number
  /** Path of the scans: filled, its upper edge, and the edge's last stretch while its point is still being counted. */
  area: string
  edge: string
  edgeSoFar: string
  /** A point alone has no edge. */
  alone: { x: string; y: number } | undefined
  bars: { x: string; y: number; width: string; height: number; soFar: boolean }[]
  /** One a point, as wide as its share of the chart. */
  columns: { x: string; width: string }[]
  /** One band a weekend: two of a day each would show a seam. */
  weekends: { x: string; width: string }[]
  levels: { y: number; n: number }[]
  /** `minor`: left out where there is little room. */
  ticks: { x: string; anchor: 'start' | 'middle' | 'end'; name: string; minor: boolean }[]
  /** Where the names of the series stand, right of the last point and apart from each other. */
  namesX: string
  scansY: number
  bookingsY: number
}

/** Which of the points are drawn. */
export interface Drawn {
  /** Those before it lie before counting began: unknown is not zero. */
  first: number
  /** This one and those after it have not begun. */
  end: number
  /** The last that is drawn is still being counted. */
  soFar: boolean
}

/** Local days: counting began on `since`, the points end with `to`, and it is `today`, at the instant `now`. */
export function drawnOf(
  points: Point[],
  interval: Interval,
  { since, to, today, now }: { since: string; to: string; today: string; now: number },
): Drawn {
  const began = { hour: since, day: since, week: mondayOf(since), month: firstOfMonth(since) }[interval]
  const first = points.filter(({ start }) => start.slice(0, 10) < began).length
  const end = points.filter(({ start }) => (interval === 'hour' ? Date.parse(start) <= now : start <= today)).length
  return { first, end, soFar: first < end && to >= today }
}

const TOP = 12
const LABEL_APART = 18
/** Half a name's height: it stands on the axis, not across it. */
const LABEL_HALF = 9

/**
 * The geometry of scans as an area and bookings as bars, on one scale that begins at zero. Points that are not drawn
 * keep their place on the axis.
 */
export function plotOf(points: Point[], interval: Interval, drawn: Drawn, height: number): Plot {
  const placed = placedOf(points, drawn)
  const shown = placed.map(([point]) => point)
  const x = scaleBand<number>(points.keys(), [0, GROUND])
  const centre = (i: number) => (x(i) ?? 0) + x.bandwidth() / 2
  const most = Math.max(1, ...shown.map(({ scans, bookings }) => Math.max(scans, bookings)))
  const y = scaleLinear([0, most], [height, TOP]).nice(4)
  const barWidth = Math.min(x.bandwidth() * 0.5, 24)
  const share = (units: number) => `${round(units / (GROUND / 100))}%`
  const last = shown.at(-1)
  const scansY = y(last?.scans ?? 0)
  const bookingsY = y(last?.bookings ?? 0)
  const edge = line<[Point, number]>(
    ([, i]) => round(centre(i)),
    ([{ scans }]) => round(y(scans)),
  )
  const lowest = height - LABEL_HALF
  const upper = Math.min(Math.max(Math.min(scansY, bookingsY), TOP), lowest - LABEL_APART)
  const lower = Math.min(Math.max(scansY, bookingsY, upper + LABEL_APART), lowest)
  return {
    height,
    area:
      area<[Point, number]>(
        ([, i]) => round(centre(i)),
        height,
        ([{ scans }]) => round(y(scans)),
      )(placed) ?? '',
    edge: edge(drawn.soFar ? placed.slice(0, -1) : placed) ?? '',
    edgeSoFar: drawn.soFar ? (edge(placed.slice(-2)) ?? '') : '',
    alone: placed.length === 1 ? { x: share(centre(drawn.first)), y: round(scansY) } : undefined,
    bars: placed.flatMap(([{ bookings }, i]) =>
      bookings > 0
        ? [
            {
              x: share(centre(i) - barWidth / 2),
              y: round(y(bookings)),
              width: share(barWidth),
              height: round(height - y(bookings)),
              soFar: drawn.soFar && i === drawn.end - 1,
            },
          ]
        : [],
    ),
    columns: points.map((_, i) => ({ x: share(x(i) ?? 0), width: share(x.bandwidth()) })),
    weekends: (interval === 'day' ? weekendsOf(points) : []).map(({ from, to }) => ({
      x: share(x(from) ?? 0),
      width: share((to - from + 1) * x.bandwidth()),
    })),
    levels: y
      .ticks(4)
      .filter(Number.isInteger)
      .map((n) => ({ y: round(y(n)), n })),
    ticks: ticksOf(points, interval).map(({ i, minor }) => ({
      ...anchored(centre(i) / GROUND),
      name: tickName(points[i]?.start ?? '', interval),
      minor,
    })),
    namesX: share(centre(drawn.end - 1) + barWidth / 2),
    scansY: scansY <= bookingsY ? upper : lower,
    bookingsY: scansY <= bookingsY ? lower : upper,
  }
}

/**
 * The shape of one count: a line on a ground of 100 by `height`, its last stretch by itself while that is still being
 * counted, and where it ends, in per cent and pixels.
 */
export function sparkOf(
  points: Point[],
  name: keyof Counts,
  height: number,
  drawn: Drawn,
): { path: string; pathSoFar: string; end: { x: string; y: number } | undefined } {
  const placed = placedOf(points, drawn)
  const most = Math.max(1, ...placed.map(([point]) => point[name]))
  const x = (i: number) => (drawn.end > 1 ? (i / (drawn.end - 1)) * 100 : 50)
  const y = scaleLinear([0, most], [height - 3, 3])
  const shape = line<[Point, number]>(
    ([, i]) => round(x(i)),
    ([point]) => round(y(point[name])),
  )
  const last = placed.at(-1)
  return {
    path: shape(drawn.soFar ? placed.slice(0, -1) : placed) ?? '',
    pathSoFar: drawn.soFar ? (shape(placed.slice(-2)) ?? '') : '',
    end: last && { x: `${round(x(last[1]))}%`, y: round(y(last[0][name])) },
  }
}

/** The points that are drawn, each with its place among all. */
const placedOf = (points: Point[], { first, end }: Drawn) =>
  points.map((point, i): [Point, number] => [point, i]).slice(first, end)

const round = (n: number) => Math.round(n * 100) / 100
const weekdayOf = (start: string) => new Date(`${start.slice(0, 10)}T00:00Z`).getUTCDay()
const isWeekend = (start: string) => weekdayOf(start) % 6 === 0

/** The weekends among days, by the places of their first and last day. */
function weekendsOf(points: Point[]): { from: number; to: number }[] {
  const bands: { from: number; to: number }[] = []
  for (const [i, { start }] of points.entries()) {
    if (!isWeekend(start)) continue
    const last = bands.at(-1)
    if (last?.to === i - 1) last.to = i
    else bands.push({ from: i, to: i })
  }
  return bands
}

/** A name under its point, or at the chart's edge where half of it would stand outside. */
function anchored(at: number): { x: string; anchor: 'start' | 'middle' | 'end' } {
  if (at < 0.03) return { x: '0%', anchor: 'start' }
  if (at > 0.97) return { x: '100%', anchor: 'end' }
  return { x: `${round(at * 100)}%`, anchor: 'middle' }
}

const ROOM_FOR = 10

/** Which points are named on the axis: round hours, Mondays, or every so many; every second of them is minor. */
function ticksOf(points: Point[], interval: Interval): { i: number; minor: boolean }[] {
  const candidates = [...points.keys()].filter((i) => {
    const start = points[i]?.start ?? ''
    if (interval === 'hour') return Number(start.slice(11, 13)) % (points.length > 30 ? 12 : 3) === 0
    return interval !== 'day' || points.length <= ROOM_FOR || weekdayOf(start) === 1
  })
  const step = Math.ceil(candidates.length / ROOM_FOR)
  return candidates.filter((_, at) => at % step === 0).map((i, at) => ({ i, minor: at % 2 === 1 }))
}

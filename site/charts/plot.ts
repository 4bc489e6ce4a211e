import { scaleBand, scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import type { Counts } from '../../worker/stats/sums.ts'
import type { Interval, Point } from '../../worker/stats/timeseries.ts'
import { tickName } from '../text/numbers.ts'

/** Lines and areas are drawn on a ground this wide and stretched; everything else is placed in per cent of the width. */
export const GROUND = 1000

export interface Plot {
  height: number
  /** Path of the scans: filled, and its upper edge. */
  area: string
  edge: string
  bars: { x: string; y: number; width: string; height: number }[]
  /** One a point, as wide as its share of the chart. */
  columns: { x: string; width: string }[]
  weekends: { x: string; width: string }[]
  levels: { y: number; n: number }[]
  /** `minor`: left out where there is little room. */
  ticks: { x: string; name: string; minor: boolean }[]
  /** Where the names of the series stand at the right, apart from each other. */
  scansY: number
  bookingsY: number
}

const TOP = 12
const LABEL_APART = 18

/**
 * The geometry of scans as an area and bookings as bars, on one scale that begins at zero. Points after `started` have
 * not begun yet: they keep their place on the axis and are not drawn.
 */
export function plotOf(points: Point[], interval: Interval, started: number, height: number): Plot {
  const shown = points.slice(0, started)
  const x = scaleBand<number>(points.keys(), [0, GROUND])
  const centre = (i: number) => (x(i) ?? 0) + x.bandwidth() / 2
  const most = Math.max(1, ...shown.map(({ scans, bookings }) => Math.max(scans, bookings)))
  const y = scaleLinear([0, most], [height, TOP]).nice(4)
  const barWidth = Math.min(x.bandwidth() * 0.5, 24)
  const share = (units: number) => `${round(units / (GROUND / 100))}%`
  const last = shown.at(-1)
  const scansY = y(last?.scans ?? 0)
  const bookingsY = y(last?.bookings ?? 0)
  const upper = Math.min(Math.max(Math.min(scansY, bookingsY), TOP), height - LABEL_APART)
  const lower = Math.min(Math.max(scansY, bookingsY, upper + LABEL_APART), height)
  return {
    height,
    area:
      area<Point>(
        (_, i) => round(centre(i)),
        height,
        ({ scans }) => round(y(scans)),
      )(shown) ?? '',
    edge:
      line<Point>(
        (_, i) => round(centre(i)),
        ({ scans }) => round(y(scans)),
      )(shown) ?? '',
    bars: shown.flatMap(({ bookings }, i) =>
      bookings > 0
        ? [
            {
              x: share(centre(i) - barWidth / 2),
              y: round(y(bookings)),
              width: share(barWidth),
              height: round(height - y(bookings)),
            },
          ]
        : [],
    ),
    columns: points.map((_, i) => ({ x: share(x(i) ?? 0), width: share(x.bandwidth()) })),
    weekends: points.flatMap(({ start }, i) =>
      interval === 'day' && isWeekend(start) ? [{ x: share(x(i) ?? 0), width: share(x.bandwidth()) }] : [],
    ),
    levels: y
      .ticks(4)
      .filter(Number.isInteger)
      .map((n) => ({ y: round(y(n)), n })),
    ticks: ticksOf(points, interval).map(({ i, minor }) => ({
      x: share(centre(i)),
      name: tickName(points[i]?.start ?? '', interval),
      minor,
    })),
    scansY: scansY <= bookingsY ? upper : lower,
    bookingsY: scansY <= bookingsY ? lower : upper,
  }
}

/** The shape of one count: a line on a ground of 100 by `height`, and where it ends, in per cent and pixels. */
export function sparkOf(
  points: Point[],
  name: keyof Counts,
  height: number,
): { path: string; endX: string; endY: number } {
  const most = Math.max(1, ...points.map((point) => point[name]))
  const x = (i: number) => (points.length > 1 ? (i / (points.length - 1)) * 100 : 50)
  const y = scaleLinear([0, most], [height - 3, 3])
  return {
    path:
      line<Point>(
        (_, i) => round(x(i)),
        (point) => round(y(point[name])),
      )(points) ?? '',
    endX: `${round(x(points.length - 1))}%`,
    endY: round(y(points.at(-1)?.[name] ?? 0)),
  }
}

/** How many of the points have begun: those of today's later hours, and of days to come, have not. */
export function startedOf(points: Point[], interval: Interval, today: string, now: number): number {
  const begun = ({ start }: Point) => (interval === 'hour' ? Date.parse(start) <= now : start <= today)
  return points.filter(begun).length
}

const round = (n: number) => Math.round(n * 100) / 100
const weekdayOf = (start: string) => new Date(`${start.slice(0, 10)}T00:00Z`).getUTCDay()
const isWeekend = (start: string) => weekdayOf(start) % 6 === 0

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

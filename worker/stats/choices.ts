import { isDay, localDay } from '../practices/day.ts'
import { earlierOf, isEmpty } from './comparison.ts'
import { daysIn, daysUntil, type Period } from './periods.ts'
import { EARLIEST, LATEST, rangeOf } from './range.ts'
import type { Interval } from './timeseries.ts'

/** The ranges that the page offers, by the days they reach back. */
export const RANGES = { today: 1, '7': 7, '28': 28, '90': 90, '365': 365 } as const
export type RangeName = keyof typeof RANGES
export const COMPARISONS = ['previous', 'year', 'none'] as const
export type Comparison = (typeof COMPARISONS)[number]

/** What the page shows, all of it held in its address. */
export interface Choice {
  /** 'any' where from and to are given. */
  range: RangeName | 'any'
  period: Period
  compare: Comparison
  /** With what it is compared; undefined where that is nothing, or nothing of the range has passed yet. */
  before: Period | undefined
  /** All referrers, or those with most patients. */
  all: boolean
  /** The range in the address cannot be shown; the default is. */
  refused: string | undefined
}

/** Reads `?range`, or `?from&to`, and `?compare` and `?rows`. What is not understood is the default. */
export function choiceOf(query: URLSearchParams, timezone: string, now: number): Choice {
  const today = localDay(now, timezone)
  const from = query.get('from') ?? undefined
  const to = query.get('to') ?? undefined
  const asked = from || to ? anyRange(from, to, today) : undefined
  const named = query.get('range') ?? '28'
  const range = isRange(named) ? named : '28'
  const period = asked?.ok ? asked.period : daysUntil(today, RANGES[range])
  const compare = COMPARISONS.find((name) => name === query.get('compare')) ?? 'previous'
  const before = compare === 'none' ? undefined : earlierOf(compare, period, timezone, now)
  return {
    range: asked?.ok ? 'any' : range,
    period,
    compare,
    before: before && !isEmpty(before, timezone) ? before : undefined,
    all: query.get('rows') === 'all',
    refused: asked && !asked.ok ? asked.detail : undefined,
  }
}

/** The address that shows a choice with something changed; what is the default is left out. */
export function addressOf(choice: Choice, change: Partial<Pick<Choice, 'range' | 'compare' | 'all'>> = {}): string {
  const { range, compare, all, period } = { ...choice, ...change }
  const query = new URLSearchParams()
  if (range === 'any') {
    query.set('from', period.from)
    query.set('to', period.to)
  } else if (range !== '28') query.set('range', range)
  if (compare !== 'previous') query.set('compare', compare)
  if (all) query.set('rows', 'all')
  return query.size > 0 ? `?${query}` : '?'
}

/** Points of a chart that a person can still tell apart. */
export function intervalFor(period: Period): Interval {
  const days = daysIn(period)
  if (days <= 2) return 'hour'
  if (days <= 92) return 'day'
  return days <= 731 ? 'week' : 'month'
}

const isRange = (name: string): name is RangeName => Object.hasOwn(RANGES, name)

function anyRange(from: string | undefined, to: string | undefined, today: string) {
  const bad = [from, to].find((day) => day && !(isDay(day) && day >= EARLIEST && day <= LATEST))
  if (bad) return { ok: false as const, detail: `There is no day ${bad.slice(0, 20)}.` }
  return rangeOf({ from: from || undefined, to: to || undefined }, today)
}

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
  /** The days in the address cannot be shown; the default is. */
  refused: Refused | undefined
}

/** Days that cannot be shown, as they were typed; which of them is to be mended, and why. */
export interface Refused {
  from: string
  to: string
  field: 'from' | 'to'
  why: 'no day' | 'out of reach' | 'ends first' | 'too long'
}

/** Reads `?range`, or `?from&to`, and `?compare` and `?rows`. What is not understood is the default. */
export function choiceOf(query: URLSearchParams, timezone: string, now: number): Choice {
  const today = localDay(now, timezone)
  const typed = { from: query.get('from') ?? '', to: query.get('to') ?? '' }
  const asked = typed.from || typed.to ? anyRange(typed, today) : undefined
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
    refused: asked && !asked.ok ? { ...typed, field: asked.field, why: asked.why } : undefined,
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

function anyRange(days: { from: string; to: string }, today: string) {
  for (const field of ['from', 'to'] as const) {
    const why = days[field] && mistakeIn(days[field])
    if (why) return { ok: false as const, field, why }
  }
  return rangeOf({ from: days.from || undefined, to: days.to || undefined }, today)
}

function mistakeIn(day: string): Refused['why'] | undefined {
  if (!isDay(day)) return 'no day'
  return day < EARLIEST || day > LATEST ? 'out of reach' : undefined
}

import { dayAfter } from '../practices/day.ts'
import { daysIn, daysUntil, type Period } from './periods.ts'

export const TRENDS = ['declining', 'lapsed', 'new', 'reactivated', 'steady', 'too few to say'] as const
export type Trend = (typeof TRENDS)[number]

const RECENT_DAYS = 90
const BASELINE_DAYS = 365
/** A baseline shorter than this says too little of a referrer's own rhythm. */
const SHORTEST_BASELINE_DAYS = 60
const LEAST_EXPECTED = 4
const LEAST_BEFORE_LAPSING = 3
const P = 0.05

/** The spans that a trend compares: the last 90 days, the year before them, and the same seen 90 days earlier. */
export interface Spans {
  recent: Period
  baseline: Period
  earlier: Period
  earlierBaseline: Period
}

export function spansUntil(day: string): Spans {
  const recent = daysUntil(day, RECENT_DAYS)
  const baseline = daysUntil(dayAfter(recent.from, -1), BASELINE_DAYS)
  const earlier = daysUntil(dayAfter(recent.from, -1), RECENT_DAYS)
  return { recent, baseline, earlier, earlierBaseline: daysUntil(dayAfter(earlier.from, -1), BASELINE_DAYS) }
}

/** Referred patients of one referrer. */
export interface History {
  recent: number
  baseline: number
  /** In the 90 days before the last 90. */
  earlier: number
  /** In the year before those. */
  earlierBaseline: number
  /** Ever, before the last 90 days. */
  before: number
  /** Days of the baseline on which the referrer was known already: 365, or fewer since their first scan, call or patient. */
  baselineDays: number
}

/** How many referred patients the last 90 days would bring at the referrer's own earlier rhythm. */
export const expectedOf = ({ baseline, baselineDays }: History): number =>
  baselineDays > 0 ? (baseline * RECENT_DAYS) / baselineDays : 0

/**
 * A referrer measured against nobody but themselves: the last 90 days against their own 12 months before, declining by
 * a one-sided Poisson test at p < 0.05 where at least 4 were to be expected. Lapsed: at least 3 in the year before, none
 * in 90 days. New: the first ever falls in the last 90 days. Reactivated: had lapsed, and is back.
 */
export function trendOf(history: History): Trend {
  const { recent, baseline, earlier, earlierBaseline, before, baselineDays } = history
  if (before === 0) return recent > 0 ? 'new' : 'too few to say'
  if (recent === 0 && baseline >= LEAST_BEFORE_LAPSING) return 'lapsed'
  if (recent > 0 && earlier === 0 && earlierBaseline >= LEAST_BEFORE_LAPSING) return 'reactivated'
  const expected = expectedOf(history)
  if (baselineDays < SHORTEST_BASELINE_DAYS || expected < LEAST_EXPECTED) return 'too few to say'
  return atMost(recent, expected) < P ? 'declining' : 'steady'
}

/** The days of a baseline since a referrer was first known. */
export const daysKnown = (baseline: Period, since: string): number =>
  since > baseline.to ? 0 : daysIn({ from: since > baseline.from ? since : baseline.from, to: baseline.to })

/** The probability of at most n events where `expected` are expected (Poisson), summed in logarithms. */
export function atMost(n: number, expected: number): number {
  let term = -expected
  let sum = Math.exp(term)
  for (let k = 1; k <= n; k++) {
    term += Math.log(expected / k)
    sum += Math.exp(term)
  }
  return Math.min(1, sum)
}

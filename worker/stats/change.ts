import { ENOUGH, Z } from './wilson.ts'

/** How a count stands against another over as many days, and whether that says anything. */
export interface Change {
  says: 'too few to say' | 'may be chance' | 'more' | 'fewer'
  /** Percent of the count before, rounded; undefined where it was 0. */
  percent: number | undefined
}

/**
 * Two Poisson counts over as many days differ by more than chance when their difference passes 1.96 of its standard
 * deviation, the root of their sum. Under ten in both, nothing is said.
 */
export function changeOf(now: number, before: number): Change {
  const percent = before > 0 ? Math.round(((now - before) / before) * 100) : undefined
  if (Math.max(now, before) < ENOUGH) return { says: 'too few to say', percent }
  if (Math.abs(now - before) < Z * Math.sqrt(now + before)) return { says: 'may be chance', percent }
  return { says: now > before ? 'more' : 'fewer', percent }
}

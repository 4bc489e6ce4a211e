import { ENOUGH, Z } from './wilson.ts'

/** How a count stands against another over as many days, and whether that says anything. */
export interface Change {
  says: 'too few to say' | 'may be chance' | 'more' | 'fewer' | 'not all recorded'
  /** Percent of the count before, rounded; undefined where it was 0. */
  percent: number | undefined
}

/** What each count may still grow by, since nobody recorded it. */
export interface Unrecorded {
  now: number
  before: number
}

/**
 * Two Poisson counts over as many days differ by more than chance when their difference passes 1.96 of its standard
 * deviation, the root of their sum. Under ten in both, nothing is said; nor where what was not recorded may be the
 * whole difference: unknown is not zero.
 */
export function changeOf(now: number, before: number, open: Unrecorded = { now: 0, before: 0 }): Change {
  const percent = before > 0 ? Math.round(((now - before) / before) * 100) : undefined
  const says = verdict(now, before)
  const surely = { more: verdict(now, before + open.before), fewer: verdict(now + open.now, before) }
  const isSure = says === 'more' || says === 'fewer' ? surely[says] === says : true
  return { says: isSure ? says : 'not all recorded', percent }
}

function verdict(now: number, before: number): Exclude<Change['says'], 'not all recorded'> {
  if (Math.max(now, before) < ENOUGH) return 'too few to say'
  if (Math.abs(now - before) < Z * Math.sqrt(now + before)) return 'may be chance'
  return now > before ? 'more' : 'fewer'
}

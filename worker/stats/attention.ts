import type { ReferrerRow } from './referrers.ts'
import { sumOf } from './sums.ts'
import { type Share, wilson } from './wilson.ts'

/** Somebody should look at this. */
export type Concern =
  | { kind: 'declining' | 'lapsed' | 'new' | 'reactivated'; row: ReferrerRow }
  | { kind: 'few bookings'; row: ReferrerRow; usual: Share }
  | { kind: 'unrecorded'; n: number }

const ORDER = ['declining', 'lapsed', 'few bookings', 'unrecorded', 'new', 'reactivated'] as const
/** Fewer visits than this, and few bookings say nothing of what the patients found. */
const LEAST_VISITS = 20

/**
 * What needs a person, most urgent first: referrers whose rhythm changed (once each, however many offices they have),
 * cards with many visits and surely fewer bookings than the practice's usual share, and attendance nobody recorded.
 */
export function concernsOf(rows: ReferrerRow[], unrecorded: number): Concern[] {
  const usual = wilson(sumOf(rows.map((row) => row.conversion.n)), sumOf(rows.map((row) => row.conversion.of)))
  const concerns: Concern[] = []
  const seen = new Set<string>()
  for (const row of rows) {
    const subject = row.referrerId ?? `shared ${row.officeId}`
    const kind = row.trend
    if (kind !== 'steady' && kind !== 'too few to say' && !seen.has(subject)) {
      seen.add(subject)
      concerns.push({ kind, row })
    }
    if (row.conversion.of >= LEAST_VISITS && usual.of > 0 && row.conversion.high < usual.n / usual.of)
      concerns.push({ kind: 'few bookings', row, usual })
  }
  if (unrecorded > 0) concerns.push({ kind: 'unrecorded', n: unrecorded })
  return concerns.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
}

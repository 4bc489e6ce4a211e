import { z } from '@hono/zod-openapi'
import type { Database } from '../../db/database.ts'
import { EVIDENCE, HIT_CLASSES } from '../../db/schema.ts'
import { unrecordedAttendance } from './attendance.ts'
import { convertedVisits } from './conversion.ts'
import type { Period } from './periods.ts'
import { countedSince } from './since.ts'
import { countsIn, type Practice, sumOf, sumsByMeasure } from './sums.ts'
import { wilson } from './wilson.ts'

const n = z.int().min(0)
const day = z.iso.date()

export const ShareSchema = z
  .object({ n, of: n, low: z.number(), high: z.number() })
  .describe(
    'Visits of the range that led to a referred patient within the window, of all its visits; 95 % Wilson interval. It is ' +
      "the visit behind the referral's first booking that counts. Further bookings for the same problem join the " +
      'referral, and of their visits it is not known that they led to one: they count among all visits alone',
  )
  .openapi('Share')

const NOT_SCANS = HIT_CLASSES.filter((hitClass) => hitClass !== 'person')

export const SummarySchema = z
  .object({
    from: day,
    to: day,
    timezone: z.string().describe('The zone of these days'),
    countedSince: day
      .nullable()
      .describe('The day of the first count ever, or null. What lies before is unknown, though it reads as 0'),
    totals: z
      .object({ hits: n, scans: n, visits: n, calls: n, referrals: n, bookings: n, seen: n, callStarts: n })
      .describe(
        'Hits are of every class, scans are the hits of persons; calls were logged by the desk, callStarts are taps on ' +
          'the telephone number of a landing page, one a visit, of which nobody knows whether they were answered. Never ' +
          'added to one another',
      ),
    excluded: z
      .object({ bot: n, prefetch: n, head: n, preview: n, staff: n })
      .describe('Hits that are no scans, by class'),
    late: n.describe(
      'Of all hits, those whose redirect did not wait until they were on disk, since that took longer than 150 ms. They ' +
        'are counted like the others; only if the machine had stopped in just that moment would one have been lost',
    ),
    evidence: z
      .object({ office: n, code: n, visit: n, browser: n, patient: n, letter: n, system: n, none: n })
      .describe(
        'All referred patients by the evidence of their credit, strongest first; patient: they named somebody, who may ' +
          'not be matched to an office or a referrer',
      ),
    coverage: z
      .object({ known: n, all: n })
      .describe('Referred patients who are credited to an office or a referrer, of all. The rest is unattributed'),
    unmatched: n.describe('Of the rest, those who named somebody: in evidence.patient, and credited to nobody'),
    conversion: ShareSchema,
    cancelled: n,
    unrecorded: n.describe('Bookings of these days that are over and of which nobody recorded the attendance'),
    underWay: n.describe('Bookings of these days that have begun and are not over, without a record of the attendance'),
  })
  .openapi('StatsSummary')
export type Summary = z.infer<typeof SummarySchema>

/** How a practice did over a period, in one object. `now` decides which bookings are over. */
export async function summarize(db: Database, practice: Practice, period: Period, now: number): Promise<Summary> {
  const [sums, converted, unrecorded, since] = await Promise.all([
    sumsByMeasure(db, practice, period),
    convertedVisits(db, practice, period),
    unrecordedAttendance(db, practice, period, now),
    countedSince(db, practice.id),
  ])
  const of = (measure: string) => sums.get(measure)?.n ?? 0
  const creditedOf = (measure: string) => sums.get(measure)?.credited ?? 0
  const counts = countsIn(sums)
  const excluded = { bot: 0, prefetch: 0, head: 0, preview: 0, staff: 0 }
  for (const hitClass of NOT_SCANS) excluded[hitClass] = of(`hit:${hitClass}`)
  const evidence = { office: 0, code: 0, visit: 0, browser: 0, patient: 0, letter: 0, system: 0, none: 0 }
  for (const name of EVIDENCE) evidence[name] = of(`evidence:${name}`)
  return {
    from: period.from,
    to: period.to,
    timezone: practice.timezone,
    countedSince: since,
    totals: { hits: counts.scans + sumOf(Object.values(excluded)), ...counts },
    excluded,
    late: of('late'),
    evidence,
    coverage: {
      known: sumOf(EVIDENCE.map((name) => creditedOf(`evidence:${name}`))),
      all: sumOf(Object.values(evidence)),
    },
    unmatched: evidence.patient - creditedOf('evidence:patient'),
    conversion: wilson(sumOf(converted.map((row) => row.n)), counts.visits),
    cancelled: of('cancelled'),
    unrecorded: sumOf(unrecorded.map((row) => row.n)),
    underWay: sumOf(unrecorded.map((row) => row.underWay)),
  }
}

import { and, eq, inArray, lte, min } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { rollups } from '../../db/schema.ts'
import { firstOfMonth, type Period, piecesOf } from './periods.ts'
import { COUNTED, ofPieces, type Practice, piecesIn, total } from './sums.ts'
import { daysKnown, type History, spansUntil } from './trend.ts'

/** Whose rhythm it is: a referrer over all their offices, or an office's shared cards. '' stands for none. */
export interface Source {
  officeId: string
  referrerId: string
}
export const subjectOf = ({ officeId, referrerId }: Source): string => referrerId || `shared ${officeId}`

/** Before any practice counted anything. */
const EVER = '2000-01-01'

/**
 * Every source's referred patients in the spans that its trend compares, as of a day, by subject. `createdDay` says when
 * a subject was entered; a first month is taken to begin there, so that a short baseline is not thinned out.
 */
export async function historiesUntil(
  db: Database,
  practice: Practice,
  day: string,
  createdDay: (subject: string) => string,
): Promise<Map<string, History>> {
  const spans = spansUntil(day)
  const [recent, baseline, earlier, earlierBaseline, before, firstMonths] = await Promise.all([
    referralsIn(db, practice, spans.recent),
    referralsIn(db, practice, spans.baseline),
    referralsIn(db, practice, spans.earlier),
    referralsIn(db, practice, spans.earlierBaseline),
    referralsIn(db, practice, { from: EVER, to: spans.baseline.to }),
    monthsFirstCounted(db, practice, spans.recent.to),
  ])
  const histories = new Map<string, History>()
  for (const [subject, month] of firstMonths) {
    const created = createdDay(subject)
    const since = created.startsWith(month) ? created : firstOfMonth(month)
    histories.set(subject, {
      recent: recent.get(subject) ?? 0,
      baseline: baseline.get(subject) ?? 0,
      earlier: earlier.get(subject) ?? 0,
      earlierBaseline: earlierBaseline.get(subject) ?? 0,
      before: before.get(subject) ?? 0,
      baselineDays: daysKnown(spans.baseline, since),
    })
  }
  return histories
}

async function referralsIn(db: Database, practice: Practice, period: Period): Promise<Map<string, number>> {
  const rows = await db.read((sql) =>
    sql
      .select({ officeId: rollups.officeId, referrerId: rollups.referrerId, n: total })
      .from(piecesIn(piecesOf(period, practice.timezone)))
      .crossJoin(rollups)
      .where(and(ofPieces(practice), eq(rollups.measure, 'referral')))
      .groupBy(rollups.officeId, rollups.referrerId),
  )
  const sums = new Map<string, number>()
  for (const row of rows) sums.set(subjectOf(row), (sums.get(subjectOf(row)) ?? 0) + row.n)
  return sums
}

/** The month in which each subject first counted anything. */
async function monthsFirstCounted(db: Database, practice: Practice, until: string): Promise<Map<string, string>> {
  const rows = await db.read((sql) =>
    sql
      .select({ officeId: rollups.officeId, referrerId: rollups.referrerId, month: min(rollups.bucket) })
      .from(rollups)
      .where(
        and(
          eq(rollups.practiceId, practice.id),
          eq(rollups.grain, 'month'),
          lte(rollups.bucket, until.slice(0, 7)),
          inArray(rollups.measure, COUNTED),
        ),
      )
      .groupBy(rollups.officeId, rollups.referrerId),
  )
  const months = new Map<string, string>()
  for (const row of rows) {
    const known = months.get(subjectOf(row))
    if (row.month && (!known || row.month < known)) months.set(subjectOf(row), row.month)
  }
  return months
}

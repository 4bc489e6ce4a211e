import { z } from '@hono/zod-openapi'
import { and, eq, gte, inArray, isNull, lte, or } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { offices, referrerOffices, referrers, rollups } from '../../db/schema.ts'
import { localDay } from '../practices/day.ts'
import { unrecordedAttendance } from './attendance.ts'
import { ComparedSchema, comparedOf } from './comparison.ts'
import { convertedVisits } from './conversion.ts'
import { historiesUntil, type Source, subjectOf } from './histories.ts'
import { earlier, type Period, piecesOf } from './periods.ts'
import { countedSince } from './since.ts'
import { ShareSchema } from './summary.ts'
import { add, COUNTED, type Counts, nothing, ofPieces, type Practice, piecesIn, total } from './sums.ts'
import { expectedOf, TRENDS, trendOf } from './trend.ts'
import { wilson } from './wilson.ts'

const n = z.int().min(0)
const counts = { scans: n, visits: n, calls: n, referrals: n, bookings: n, seen: n, callStarts: n }
const CountsSchema = z.object(counts).openapi('StatsCounts')

const ReferrerRowSchema = z
  .object({
    referrerId: z.string().nullable().describe("Null for an office's shared cards"),
    officeId: z.string().nullable().describe('Null where the credit knows the referrer alone'),
    name: z.string(),
    office: z.string(),
    ...counts,
    unrecorded: n.describe('Bookings that are over and of which nobody recorded the attendance'),
    conversion: ShareSchema,
    trend: z.enum(TRENDS).describe('Of the referrer over all offices, at the end of the range'),
    rhythm: z
      .object({ recent: n, expected: z.number() })
      .describe('Referred patients of the last 90 days, and how many their own year before would let expect'),
    previous: CountsSchema.optional().describe('With compare=previous: the counts of `compared`'),
  })
  .openapi('StatsReferrer')
export type ReferrerRow = z.infer<typeof ReferrerRowSchema>

export const ReferrersSchema = z
  .object({
    rows: z.array(ReferrerRowSchema),
    compared: ComparedSchema.optional().describe('With compare=previous: the days just before'),
    unattributed: CountsSchema.describe(
      'What no office or referrer is known for; with the rows it makes up the summary',
    ),
  })
  .openapi('StatsReferrers')
export type Referrers = z.infer<typeof ReferrersSchema>

/**
 * One row for each referrer at each office and for each office's shared cards, those with most referred patients first;
 * referrers who work at an office in the period are listed even when they sent nobody.
 */
export async function byReferrer(
  db: Database,
  practice: Practice,
  period: Period,
  now: number,
  previous?: Period,
): Promise<Referrers> {
  const [sums, before, converted, unrecorded, known, since] = await Promise.all([
    sumsBySource(db, practice, period),
    previous ? sumsBySource(db, practice, previous) : undefined,
    convertedVisits(db, practice, period),
    unrecordedAttendance(db, practice, period, now),
    sourcesOf(db, practice, period),
    previous ? countedSince(db, practice.id) : null,
  ])
  const today = localDay(now, practice.timezone)
  const histories = await historiesUntil(db, practice, earlier(period.to, today), known.createdDay)
  const conversions = bySource(converted)
  const open = bySource(unrecorded)
  const sources = new Map<string, Source>()
  for (const source of [...known.sources, ...[...sums.values(), ...(before?.values() ?? [])].map((sum) => sum.source)])
    if (source.officeId || source.referrerId) sources.set(keyOf(source), source)

  const rows = [...sources].map(([key, source]): ReferrerRow => {
    const counts = sums.get(key)?.counts ?? nothing()
    const history = histories.get(subjectOf(source))
    const office = known.offices.get(source.officeId) ?? ''
    return {
      referrerId: source.referrerId || null,
      officeId: source.officeId || null,
      name: known.referrers.get(source.referrerId) ?? office,
      office,
      ...counts,
      unrecorded: open.get(key) ?? 0,
      conversion: wilson(conversions.get(key) ?? 0, counts.visits),
      trend: history ? trendOf(history) : 'too few to say',
      rhythm: { recent: history?.recent ?? 0, expected: history ? Math.round(expectedOf(history) * 10) / 10 : 0 },
      ...(previous && { previous: before?.get(key)?.counts ?? nothing() }),
    }
  })
  rows.sort((a, b) => b.referrals - a.referrals || b.scans - a.scans || a.name.localeCompare(b.name, 'en'))
  return {
    rows,
    ...(previous && { compared: comparedOf(previous, practice.timezone, since) }),
    unattributed: sums.get(keyOf(NOBODY))?.counts ?? nothing(),
  }
}

const NOBODY: Source = { officeId: '', referrerId: '' }
const keyOf = ({ officeId, referrerId }: Source) => `${officeId} ${referrerId}`

type Sums = Map<string, { source: Source; counts: Counts }>

async function sumsBySource(db: Database, practice: Practice, period: Period): Promise<Sums> {
  const rows = await db.read((sql) =>
    sql
      .select({ officeId: rollups.officeId, referrerId: rollups.referrerId, measure: rollups.measure, n: total })
      .from(piecesIn(piecesOf(period, practice.timezone)))
      .crossJoin(rollups)
      .where(and(ofPieces(practice), inArray(rollups.measure, COUNTED)))
      .groupBy(rollups.officeId, rollups.referrerId, rollups.measure),
  )
  const sums: Sums = new Map()
  for (const { officeId, referrerId, measure, n } of rows) {
    const source = { officeId, referrerId }
    const sum = sums.get(keyOf(source)) ?? { source, counts: nothing() }
    add(sum.counts, measure, n)
    sums.set(keyOf(source), sum)
  }
  return sums
}

function bySource(rows: { officeId: string | null; referrerId: string | null; n: number }[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { officeId, referrerId, n } of rows) {
    const key = keyOf({ officeId: officeId ?? '', referrerId: referrerId ?? '' })
    sums.set(key, (sums.get(key) ?? 0) + n)
  }
  return sums
}

interface Known {
  sources: Source[]
  referrers: Map<string, string>
  offices: Map<string, string>
  createdDay(subject: string): string
}

/** Names, and who worked where in the period. */
async function sourcesOf(db: Database, practice: Practice, period: Period): Promise<Known> {
  const [people, places, sources] = await Promise.all([
    db.read((sql) => sql.select().from(referrers).where(eq(referrers.practiceId, practice.id))),
    db.read((sql) => sql.select().from(offices).where(eq(offices.practiceId, practice.id))),
    db.read((sql) =>
      sql
        .select({ officeId: referrerOffices.officeId, referrerId: referrerOffices.referrerId })
        .from(referrerOffices)
        .where(
          and(
            eq(referrerOffices.practiceId, practice.id),
            lte(referrerOffices.fromDay, period.to),
            or(isNull(referrerOffices.untilDay), gte(referrerOffices.untilDay, period.from)),
          ),
        ),
    ),
  ])
  const created = new Map([
    ...people.map(({ id, createdAt }) => [subjectOf({ officeId: '', referrerId: id }), createdAt] as const),
    ...places.map(({ id, createdAt }) => [subjectOf({ officeId: id, referrerId: '' }), createdAt] as const),
  ])
  return {
    sources,
    referrers: new Map(people.map(({ id, name }) => [id, name])),
    offices: new Map(places.map(({ id, name }) => [id, name])),
    createdDay: (subject) => localDay(created.get(subject) ?? 0, practice.timezone),
  }
}

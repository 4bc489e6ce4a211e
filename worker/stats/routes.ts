import { createRoute, z } from '@hono/zod-openapi'
import { and, eq } from 'drizzle-orm'
import type { Context } from 'hono'
import type { Database } from '../../db/database.ts'
import { links, referrers } from '../../db/schema.ts'
import { allow } from '../access/allow.ts'
import { type Api, api, type FieldError, problem, responses } from '../http.ts'
import { localDay } from '../practices/day.ts'
import { practiceOf } from '../practices/find.ts'
import { earlierOf } from './comparison.ts'
import { daysIn, type Period } from './periods.ts'
import { MOST_DAYS_BY_HOUR, range, rangeOf } from './range.ts'
import { byReferrer, type Referrers, ReferrersSchema } from './referrers.ts'
import { type Summary, SummarySchema, summarize } from './summary.ts'
import type { Practice } from './sums.ts'
import { pointsTable, referrersTable, summaryTable } from './tables.ts'
import { INTERVALS, type Point, TimeseriesSchema, timeseries } from './timeseries.ts'

const ofId = z.string().min(1).max(100).optional()
const SummaryQuery = z.object(range)
const ReferrersQuery = z.object({
  ...range,
  compare: z
    .enum(['previous'])
    .optional()
    .describe(
      'Adds the counts of as many days just before. Where the range is not over, of as much of them as has passed of ' +
        'it: up to the same time on the wall clock, at a full quarter of an hour',
    ),
})
const TimeseriesQuery = z.object({
  ...range,
  interval: z.enum(INTERVALS).default('day').describe(`Hours for ${MOST_DAYS_BY_HOUR} days at most`),
  referrerId: ofId.describe('Only what is credited to this referrer'),
  linkId: ofId.describe('Only what belongs to this link'),
})

const common = { method: 'get' as const, tags: ['Stats'], middleware: [allow('stats:read')] }
const PROBLEMS = ['key-missing', 'key-unknown', 'scope-missing', 'invalid', 'database-unavailable'] as const
const table = {
  ...responses(200, '', z.string(), ...PROBLEMS),
  200: { description: 'A table, comma-separated', content: { 'text/csv': { schema: z.string() } } },
}

/** Each report as JSON, and as CSV at the same address with `.csv`. */
export const statsRoutes = api()
  .openapi(
    createRoute({
      ...common,
      path: '/stats/summary',
      summary: 'How the practice did',
      request: { query: SummaryQuery },
      responses: responses(200, 'Totals, evidence and coverage', SummarySchema, ...PROBLEMS),
    }),
    async (c) => {
      const answer = await summaryOf(c.var, c.req.valid('query'))
      return answer.ok ? c.json(answer.report, 200) : problem(c, 'invalid', { errors: answer.errors })
    },
  )
  .openapi(
    createRoute({
      ...common,
      path: '/stats/summary.csv',
      summary: 'How the practice did, as a table',
      request: { query: SummaryQuery },
      responses: table,
    }),
    async (c) => {
      const answer = await summaryOf(c.var, c.req.valid('query'))
      return answer.ok
        ? file(c, 'summary', answer, summaryTable(answer.report))
        : problem(c, 'invalid', { errors: answer.errors })
    },
  )
  .openapi(
    createRoute({
      ...common,
      path: '/stats/referrers',
      summary: 'Who sent patients',
      request: { query: ReferrersQuery },
      responses: responses(200, 'A row for each referrer at each office', ReferrersSchema, ...PROBLEMS),
    }),
    async (c) => {
      const answer = await referrersOf(c.var, c.req.valid('query'))
      return answer.ok ? c.json(answer.report, 200) : problem(c, 'invalid', { errors: answer.errors })
    },
  )
  .openapi(
    createRoute({
      ...common,
      path: '/stats/referrers.csv',
      summary: 'Who sent patients, as a table',
      request: { query: ReferrersQuery },
      responses: table,
    }),
    async (c) => {
      const answer = await referrersOf(c.var, c.req.valid('query'))
      return answer.ok
        ? file(c, 'referrers', answer, referrersTable(answer.report))
        : problem(c, 'invalid', { errors: answer.errors })
    },
  )
  .openapi(
    createRoute({
      ...common,
      path: '/stats/timeseries',
      summary: 'The counts over time, without gaps',
      request: { query: TimeseriesQuery },
      responses: responses(200, 'Points, earliest first', TimeseriesSchema, ...PROBLEMS),
    }),
    async (c) => {
      const answer = await pointsOf(c.var, c.req.valid('query'))
      return answer.ok ? c.json({ points: answer.report }, 200) : problem(c, 'invalid', { errors: answer.errors })
    },
  )
  .openapi(
    createRoute({
      ...common,
      path: '/stats/timeseries.csv',
      summary: 'The counts over time, as a table',
      request: { query: TimeseriesQuery },
      responses: table,
    }),
    async (c) => {
      const answer = await pointsOf(c.var, c.req.valid('query'))
      return answer.ok
        ? file(c, 'timeseries', answer, pointsTable(answer.report))
        : problem(c, 'invalid', { errors: answer.errors })
    },
  )

type Asking = Api['Variables']
type Answer<T> = { ok: true; report: T; period: Period } | { ok: false; errors: FieldError[] }

async function summaryOf(asking: Asking, query: z.infer<typeof SummaryQuery>): Promise<Answer<Summary>> {
  const asked = await periodOf(asking, query)
  if (!asked.ok) return asked
  const { practice, period } = asked
  return { ok: true, period, report: await summarize(asking.db, practice, period, asking.now) }
}

async function referrersOf(asking: Asking, query: z.infer<typeof ReferrersQuery>): Promise<Answer<Referrers>> {
  const asked = await periodOf(asking, query)
  if (!asked.ok) return asked
  const { practice, period } = asked
  const previous = query.compare && earlierOf(query.compare, period, practice.timezone, asking.now)
  return { ok: true, period, report: await byReferrer(asking.db, practice, period, asking.now, previous) }
}

async function pointsOf(asking: Asking, query: z.infer<typeof TimeseriesQuery>): Promise<Answer<Point[]>> {
  const asked = await periodOf(asking, query)
  if (!asked.ok) return asked
  const { practice, period } = asked
  const { interval } = query
  const errors: FieldError[] = []
  if (interval === 'hour' && daysIn(period) > MOST_DAYS_BY_HOUR)
    errors.push({ field: 'interval', detail: `Send day, week or month, or ${MOST_DAYS_BY_HOUR} days at most.` })
  if (query.referrerId && !(await exists(asking.db, referrers, practice, query.referrerId)))
    errors.push({ field: 'referrerId', detail: 'There is no such referrer.' })
  if (query.linkId && !(await exists(asking.db, links, practice, query.linkId)))
    errors.push({ field: 'linkId', detail: 'There is no such link.' })
  if (errors.length > 0) return { ok: false, errors }
  return { ok: true, period, report: await timeseries(asking.db, practice, period, interval, query) }
}

type Asked = { ok: true; practice: Practice; period: Period } | { ok: false; errors: FieldError[] }

async function periodOf({ db, caller, now }: Asking, query: z.infer<typeof SummaryQuery>): Promise<Asked> {
  const practice = await practiceOf(db, caller)
  const range = rangeOf(query, localDay(now, practice.timezone))
  if (!range.ok) return { ok: false, errors: [{ field: range.field, detail: range.detail }] }
  return { ok: true, practice, period: range.period }
}

async function exists(db: Database, table: typeof referrers | typeof links, practice: Practice, id: string) {
  const rows = await db.read((sql) =>
    sql
      .select({ id: table.id })
      .from(table)
      .where(and(eq(table.practiceId, practice.id), eq(table.id, id))),
  )
  return rows.length > 0
}

const file = (c: Context<Api>, name: string, { period }: { period: Period }, body: string) =>
  c.text(body, 200, {
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${name}-${period.from}-${period.to}.csv"`,
    'Cache-Control': 'no-store',
  })

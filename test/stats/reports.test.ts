import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../db/database.ts'
import { stored } from '../../db/database.ts'
import { practices } from '../../db/schema.ts'
import { count, type Fact, type Measure } from '../../worker/counts/count.ts'
import { dayAfter, localDay } from '../../worker/practices/day.ts'
import { earlierOf, isKnown } from '../../worker/stats/comparison.ts'
import { beginningOf, daysIn, type Period } from '../../worker/stats/periods.ts'
import { byReferrer } from '../../worker/stats/referrers.ts'
import { countedSince } from '../../worker/stats/since.ts'
import { summarize } from '../../worker/stats/summary.ts'
import { COUNTS, type Counts, countsIn, nothing, sumsByMeasure } from '../../worker/stats/sums.ts'
import { summaryTable } from '../../worker/stats/tables.ts'
import { INTERVALS, timeseries } from '../../worker/stats/timeseries.ts'
import { startDatabase } from '../database.ts'

let db: Database
let stop: () => Promise<void>
beforeAll(async () => {
  ;({ db, stop } = await startDatabase())
})
afterAll(() => stop())

const HOUR_MS = 3_600_000
const measures: Measure[] = [
  'hit:person',
  'hit:bot',
  'hit:head',
  'visit',
  'call',
  'referral',
  'booking',
  'seen',
  'callStart',
]
const MEASURE_OF: Record<keyof Counts, Measure> = {
  scans: 'hit:person',
  visits: 'visit',
  calls: 'call',
  referrals: 'referral',
  bookings: 'booking',
  seen: 'seen',
  callStarts: 'callStart',
}

/** The same sequence on every machine: a test that fails once fails again. */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe.each([
  'America/Chicago',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Pacific/Kiritimati',
  'UTC',
])('in %s', (timezone) => {
  const practice = { id: timezone, timezone }
  const from = '2025-09-17'
  const to = '2026-11-05'
  const facts: Fact[] = []

  beforeAll(async () => {
    const chance = chances(7)
    const begin = beginningOf(from, timezone)
    const length = beginningOf(dayAfter(to, 1), timezone) - begin
    for (let i = 0; i < 1_500; i++) {
      const office = Math.floor(chance() * 4)
      const referrer = Math.floor(chance() * 3)
      facts.push({
        measure: measures[Math.floor(chance() * measures.length)] ?? 'visit',
        at: begin + Math.floor(chance() * length),
        officeId: office ? `office ${office}` : '',
        referrerId: office && referrer ? `referrer ${office}.${referrer}` : '',
        linkId: office ? `link ${office}.${referrer}` : '',
      })
    }
    // The edges of days, and the hours that the clock skips or repeats.
    for (const day of [from, '2025-11-02', '2026-03-08', '2026-04-05', '2026-04-24', '2026-10-30', '2026-11-01', to]) {
      const midnight = beginningOf(day, timezone)
      for (const at of [
        midnight,
        midnight - 1,
        midnight + HOUR_MS,
        midnight + 1.75 * HOUR_MS,
        midnight + 2.5 * HOUR_MS,
      ])
        facts.push({ measure: 'referral', at, officeId: 'office 1', referrerId: '', linkId: '' })
    }
    const row = { id: practice.id, slug: timezone.toLowerCase(), name: timezone, timezone, createdAt: 0 }
    stored(await db.write((sql) => [sql.insert(practices).values(row), ...count(sql, practice, facts)]))
  })

  const periods = [
    [from, to],
    ['2026-10-01', '2026-10-31'],
    ['2026-10-20', '2026-11-03'],
    ['2026-03-08', '2026-03-08'],
    ['2025-12-15', '2026-02-10'],
    ['2027-01-01', '2027-01-31'],
  ].map(([from = '', to = '']) => ({ from, to }))

  /** What the facts themselves say. */
  const truth = (period: Period, referrerId?: string) => {
    const counts = nothing()
    for (const fact of facts) {
      const day = localDay(fact.at, timezone)
      if (day < period.from || day > period.to || (referrerId && fact.referrerId !== referrerId)) continue
      if (period.until !== undefined && fact.at >= period.until) continue
      for (const name of COUNTS) if (MEASURE_OF[name] === fact.measure) counts[name]++
    }
    return counts
  }
  const sum = (rows: Counts[]) => {
    const counts = nothing()
    for (const row of rows) for (const name of COUNTS) counts[name] += row[name]
    return counts
  }

  test.each(periods)('$from to $to: every report adds up to what happened', async (period) => {
    const expected = truth(period)
    const { totals } = await summarize(db, practice, period, 0)
    expect(totals).toMatchObject(expected)

    const { rows, unattributed } = await byReferrer(db, practice, period, 0)
    expect(sum([...rows, unattributed])).toEqual(expected)

    for (const interval of INTERVALS) {
      const points = await timeseries(db, practice, period, interval)
      expect({ interval, ...sum(points) }).toEqual({ interval, ...expected })
      const starts = points.map(({ start }) => Date.parse(start))
      expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b))
    }
  })

  test.each(['2026-03-08', '2026-04-05', '2026-04-24', '2026-11-01', '2026-11-05'])(
    'days until %s, cut at any quarter of an hour, hold what happened until then',
    async (to) => {
      const midnight = beginningOf(to, timezone)
      for (const from of [to, dayAfter(to, -1), dayAfter(to, -40)])
        for (const hours of [0, 0.25, 1.75, 2.5, 14.75]) {
          const period = { from, to, until: midnight + hours * HOUR_MS }
          const expected = truth(period)
          expect(countsIn(await sumsByMeasure(db, practice, period))).toEqual(expected)
        }
    },
  )

  test('what the days before brought is compared up to the same time on the wall clock', async () => {
    const now = beginningOf('2026-11-05', timezone) + 14.9 * HOUR_MS
    const period = { from: '2026-11-01', to: '2026-11-05' }
    const earlier = earlierOf('previous', period, timezone, now)
    const { rows, compared } = await byReferrer(db, practice, period, now, earlier)
    expect(compared).toMatchObject({ from: '2026-10-27', to: '2026-10-31', countedSince: '2025-09-16' })
    expect(compared?.until).toMatch(/^2026-10-31T14:45:00/)
    const known = facts.filter(({ officeId }) => officeId)
    const happened = known.filter(({ at }) => at >= beginningOf('2026-10-27', timezone) && at < (earlier.until ?? 0))
    const scans = happened.filter(({ measure }) => measure === 'hit:person')
    expect(sum(rows.map(({ previous }) => previous ?? nothing())).scans).toBe(scans.length)
  })

  test('one referrer and one link over time', async () => {
    const period = { from, to }
    const ofReferrer = await timeseries(db, practice, period, 'month', { referrerId: 'referrer 1.1' })
    expect(sum(ofReferrer)).toEqual(truth(period, 'referrer 1.1'))
    expect(sum(ofReferrer).scans).toBeGreaterThan(0)
    const ofLink = await timeseries(db, practice, period, 'week', { linkId: 'link 1.1' })
    expect(sum(ofLink)).toEqual(truth(period, 'referrer 1.1'))
  })

  test('no gaps: a point for every day, and for every hour that the days have', async () => {
    const period = { from: '2026-10-20', to: '2026-11-03' }
    expect(await timeseries(db, practice, period, 'day')).toHaveLength(daysIn(period))
    const hours = (beginningOf('2026-11-04', timezone) - beginningOf('2026-10-20', timezone)) / HOUR_MS
    expect(await timeseries(db, practice, period, 'hour')).toHaveLength(hours)
  })
})

test('the day of the first count is known, and a range that begins before it is no measure', async () => {
  expect(await countedSince(db, 'nobody')).toBeNull()
  expect(await countedSince(db, 'Pacific/Kiritimati')).toBe('2025-09-16')
  const practice = { id: 'UTC', timezone: 'UTC' }
  const { countedSince: since } = await summarize(db, practice, { from: '2026-10-01', to: '2026-10-12' }, 0)
  expect(since).toBe('2025-09-16')
  expect(isKnown({ from: '2025-09-16', to: '2025-09-30' }, since)).toBe(true)
  expect(isKnown({ from: '2025-09-15', to: '2025-09-30' }, since)).toBe(false)
  expect(isKnown({ from: '2025-09-15', to: '2025-09-30' }, null)).toBe(false)
})

test('known is what is credited to an office or a referrer, not what a patient said of somebody', async () => {
  const practice = { id: 'words', timezone: 'UTC' }
  const at = Date.parse('2026-11-10T12:00Z')
  const referral = (
    evidence: 'code' | 'patient' | 'letter' | 'none',
    officeId: string,
    referrerId: string,
    n: number,
  ) =>
    ([`evidence:${evidence}`, 'referral'] as const).map((measure): Fact => {
      return { measure, at, officeId, referrerId, linkId: '', n }
    })
  const facts = [
    ...referral('code', 'riverside', 'ortiz', 5),
    ...referral('letter', '', 'lund', 1),
    ...referral('patient', 'riverside', 'ortiz', 2),
    ...referral('patient', '', '', 4),
    ...referral('none', '', '', 3),
  ]
  const row = { id: 'words', slug: 'words', name: 'Words', timezone: 'UTC', createdAt: 0 }
  stored(await db.write((sql) => [sql.insert(practices).values(row), ...count(sql, practice, facts)]))

  const november = { from: '2026-11-01', to: '2026-11-30' }
  const summary = await summarize(db, practice, november, 0)
  expect(summary).toMatchObject({ coverage: { known: 8, all: 15 }, unmatched: 4, evidence: { patient: 6, none: 3 } })
  expect(Object.values(summary.evidence).reduce((a, b) => a + b, 0)).toBe(summary.totals.referrals)
  const { unattributed } = await byReferrer(db, practice, november, 0)
  expect(unattributed.referrals).toBe(summary.coverage.all - summary.coverage.known)
  expect(summaryTable(summary)).toContain(',coverage,unmatched,4\r\n')
})

test('a week that the range cuts holds only the days of the range', async () => {
  const practice = { id: 'UTC', timezone: 'UTC' }
  const points = await timeseries(db, practice, { from: '2026-10-01', to: '2026-10-12' }, 'week')
  expect(points.map(({ start }) => start)).toEqual(['2026-09-28', '2026-10-05', '2026-10-12'])
})

test('hits are of every class, scans of persons alone', async () => {
  const practice = { id: 'UTC', timezone: 'UTC' }
  const { totals, excluded } = await summarize(db, practice, { from: '2025-09-17', to: '2026-11-05' }, 0)
  expect(excluded).toEqual({ bot: expect.any(Number), prefetch: 0, head: expect.any(Number), preview: 0, staff: 0 })
  expect(excluded.bot).toBeGreaterThan(0)
  expect(totals.hits).toBe(totals.scans + excluded.bot + excluded.head)
})

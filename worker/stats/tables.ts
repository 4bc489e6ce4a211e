import { csv } from './csv.ts'
import type { Referrers } from './referrers.ts'
import type { Summary } from './summary.ts'
import { COUNTS } from './sums.ts'
import type { Point } from './timeseries.ts'

/** The summary as one row a number: what it is, and how many. */
export function summaryTable(summary: Summary): string {
  const groups = Object.entries({
    totals: summary.totals,
    excluded: summary.excluded,
    log: { late: summary.late },
    evidence: summary.evidence,
    coverage: { ...summary.coverage, unmatched: summary.unmatched },
    conversion: summary.conversion,
    attendance: { cancelled: summary.cancelled, unrecorded: summary.unrecorded, underWay: summary.underWay },
  })
  return csv(
    ['from', 'to', 'timezone', 'group', 'name', 'n'],
    groups.flatMap(([group, numbers]) =>
      Object.entries(numbers).map(([name, n]) => [summary.from, summary.to, summary.timezone, group, name, n]),
    ),
  )
}

/** One row a referrer and office, in the order of the report. What nobody is known for is the last row, without names. */
export function referrersTable({ rows, unattributed }: Referrers): string {
  const rest = ['unrecorded', 'converted', 'convertedOf', 'conversionLow', 'conversionHigh', 'trend']
  return csv(
    ['referrerId', 'officeId', 'name', 'office', ...COUNTS, ...rest],
    [
      ...rows.map((row) => [
        row.referrerId,
        row.officeId,
        row.name,
        row.office,
        ...COUNTS.map((name) => row[name]),
        row.unrecorded,
        row.conversion.n,
        row.conversion.of,
        row.conversion.low,
        row.conversion.high,
        row.trend,
      ]),
      [null, null, '', '', ...COUNTS.map((name) => unattributed[name]), ...rest.map(() => null)],
    ],
  )
}

export const pointsTable = (points: Point[]): string =>
  csv(
    ['start', ...COUNTS],
    points.map((point) => [point.start, ...COUNTS.map((name) => point[name])]),
  )

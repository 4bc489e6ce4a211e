import type { SeededDemo } from '../../db/seed/history.ts'
import type { Stack } from '../stack.ts'
import type { Measured } from './load.ts'
import { loaded } from './machine.ts'

const SECONDS = 6
const CONNECTIONS = 8

export interface ReportFigures {
  report: string
  /** One reader, who waits for each answer. */
  alone: Measured
  /** CONNECTIONS readers at once. */
  crowd: Measured
}

const REPORTS = [
  'summary',
  'summary?from=DAY&to=DAY',
  'referrers?from=DAY&to=DAY&compare=previous',
  'timeseries?from=DAY&to=DAY&interval=day',
]

/** The reports over the demo's last 90 days (and with the default range), read with a key. */
export async function measureStats(stack: Stack, demo: SeededDemo, now: number): Promise<ReportFigures[]> {
  const day = (daysAgo: number) => new Date(now - daysAgo * 86_400_000).toISOString().slice(0, 10)
  const figures: ReportFigures[] = []
  for (const report of REPORTS) {
    const path = `/api/v1/stats/${report.replace('DAY', day(90)).replace('DAY', day(0))}`
    const load = { origin: stack.url, paths: [path], headers: { Authorization: `Bearer ${demo.apiKey}` } }
    await loaded({ ...load, connections: 1, seconds: 1 })
    figures.push({
      report: report.replace(/from=DAY&to=DAY&?/, '90 days ').replace(/[?]/, ', '),
      alone: await loaded({ ...load, connections: 1, seconds: SECONDS }),
      crowd: await loaded({ ...load, connections: CONNECTIONS, seconds: SECONDS }),
    })
  }
  return figures
}

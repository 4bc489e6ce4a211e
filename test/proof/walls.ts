import { wallAgainstTemporal, ZONES } from '../bookings/zones.ts'
import { exactly, type Finding, shown } from './finding.ts'

/** Our wall clock against Temporal's: every quarter of an hour around each change of the clock, and of other days. */
export function wallClocks({ years, everyDays }: { years: number; everyDays: number }): Finding {
  const found = wallAgainstTemporal({ from: 2020, until: 2019 + years, everyDays })
  return {
    title: 'Wall clocks: the same instants as Temporal',
    figures: [
      shown('zones', ZONES.length),
      shown('years', years),
      shown('days on which a clock changes', found.changes),
      shown('wall times compared', found.compared),
      exactly('differences', found.differences.length, 0),
    ],
    notes: found.differences.slice(0, 10),
  }
}

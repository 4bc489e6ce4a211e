import type { callStarts } from '../schema.ts'
import type { Calendar } from './calendar.ts'
import { randomFrom } from './random.ts'
import type { DemoVisit } from './scans.ts'

/** Of the visits, so many tap on the telephone number. */
const TAP_RATE = 0.12

/** The calls that were begun on landing pages, up to now. */
export function demoTaps(visits: readonly DemoVisit[], { now }: Calendar): (typeof callStarts.$inferInsert)[] {
  const random = randomFrom('taps')
  return visits
    .filter(() => random.chance(TAP_RATE))
    .map(({ row: { how: _, ...visit } }) => ({ ...visit, at: visit.at + random.between(8_000, 120_000) }))
    .filter(({ at }) => at < now)
}

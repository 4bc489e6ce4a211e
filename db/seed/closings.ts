import type { hourExceptions } from '../schema.ts'
import { type Calendar, isHoliday } from './calendar.ts'

/** As far ahead as the demo's services are booked. */
const DAYS = 60

/** The days, of the next sixty, on which the demo practice is closed. */
export const demoClosings = (practiceId: string, calendar: Calendar): (typeof hourExceptions.$inferInsert)[] =>
  Array.from({ length: DAYS + 1 }, (_, n) => calendar.today.add({ days: n }))
    .filter(isHoliday)
    .map((date) => {
      const day = date.toString()
      return {
        ...{ practiceId, id: `holiday-${day}`, kind: 'closed' as const, fromDay: day, untilDay: day },
        ...{ note: NAMES[date.month] ?? '', createdAt: calendar.now, by: 'system' },
      }
    })

/** No month has two holidays but Christmas and Thanksgiving, which have two days each. */
const NAMES: Record<number, string> = {
  1: "New Year's Day",
  5: 'Memorial Day',
  7: 'Independence Day',
  9: 'Labor Day',
  11: 'Thanksgiving',
  12: 'Christmas',
}

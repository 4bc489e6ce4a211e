import { dayAfter, weekdayOf } from './day.ts'
import type { Published } from './published.ts'

const DAYS_AHEAD = 30

/** Local days, both included, on which a place is closed that is open on such weekdays. */
export interface ClosedDays {
  fromDay: string
  untilDay: string
  /** As the practice wrote it, in its own language; empty where it wrote nothing. */
  note: string
}

/**
 * On which of the next 30 days (from `today` on the wall of the location) a service is closed at a location all day
 * long, although the week has hours for it: for what a landing page says beside the hours.
 */
export function closedDays(
  { hours, exceptions }: Pick<Published, 'hours' | 'exceptions'>,
  service: { id: string },
  place: { id: string },
  today: string,
): ClosedDays[] {
  const concerns = exceptions.filter(
    ({ serviceId, locationId }) =>
      (serviceId === null || serviceId === service.id) && (locationId === null || locationId === place.id),
  )
  const week = hours.filter(({ serviceId, locationId }) => serviceId === service.id && locationId === place.id)
  const found: ClosedDays[] = []
  for (let n = 0; n < DAYS_AHEAD; n++) {
    const day = dayAfter(today, n)
    const now = concerns.filter(({ fromDay, untilDay }) => fromDay <= day && day <= untilDay)
    const weekly = week.filter(({ weekday }) => weekday === weekdayOf(day))
    const open = [...weekly, ...now.filter(({ kind }) => kind === 'extra')]
    const closings = now.filter(({ kind }) => kind === 'closed')
    const isClosed = open.every((one) =>
      covers(
        closings.filter(({ providerId }) => providerId === null || providerId === one.providerId),
        one,
      ),
    )
    if (weekly.length === 0 || !isClosed) continue
    const note = closings.find((one) => one.providerId === null && one.note !== '')?.note ?? ''
    const last = found.at(-1)
    if (last && last.note === note && dayAfter(last.untilDay, 1) === day) last.untilDay = day
    else found.push({ fromDay: day, untilDay: day, note })
  }
  return found
}

type Span = { opens: number | null; closes: number | null }

/** Is nothing of these hours left? */
function covers(closings: readonly Span[], { opens, closes }: Span): boolean {
  let until = opens ?? 0
  for (const one of closings.toSorted((a, b) => (a.opens ?? 0) - (b.opens ?? 0)))
    if ((one.opens ?? 0) <= until) until = Math.max(until, one.closes ?? MINUTES_A_DAY)
  return until >= (closes ?? MINUTES_A_DAY)
}

const MINUTES_A_DAY = 1440

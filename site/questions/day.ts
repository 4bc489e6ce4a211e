import { dayName, dayOf, fullDay } from '../text/dates.ts'
import { type Question, wrong } from './question.ts'
import { asksForCall } from './ways.ts'

/** So many days are offered on a page: with five, many more people go looking for later dates. */
const DAYS_OFFERED = 10

export const day: Question = {
  step: 'day',
  needsTimes: true,
  fields: ['day'],
  isAsked: (flow) => !asksForCall(flow),
  isAnswered: ({ draft }) => draft.day !== undefined,
  title: ({ text }) => text.booking.day.title,
  filled: (draft) => ({ day: draft.day ?? '' }),
  answer(fields, { times, draft, text }) {
    const chosen = fields.day
    if (!chosen) return wrong('day-0', text.booking.day.missing)
    if (!times.some((slot) => dayOf(slot.start, slot.timezone) === chosen)) return wrong('day-0', text.booking.day.gone)
    return { ok: true, adds: chosen === draft.day ? {} : { day: chosen, slot: undefined, gone: undefined } }
  },
  row: ({ draft, text }) => ({
    label: text.booking.day.short,
    value: draft.day ? fullDay(draft.day, text.locale) : '',
  }),
}

export interface OfferedDay {
  day: string
  name: string
  /** Where one can be seen on that day. */
  locationIds: string[]
}

/** Ten days that have free times, from the given local day on, and where the pages before and after begin. */
export function offeredDays(
  times: Parameters<Question['answer']>[1]['times'],
  from: string | null,
  locale: string,
): { days: OfferedDay[]; earlier: string | null; later: string | null } {
  const places = new Map<string, Set<string>>()
  for (const slot of times) {
    const local = dayOf(slot.start, slot.timezone)
    places.set(local, (places.get(local) ?? new Set()).add(slot.locationId))
  }
  const all = [...places.keys()].sort()
  const found = from ? all.findIndex((local) => local >= from) : 0
  const first = found === -1 ? Math.max(0, all.length - DAYS_OFFERED) : found
  const days = all.slice(first, first + DAYS_OFFERED).map((local) => ({
    day: local,
    name: dayName(local, locale),
    locationIds: [...(places.get(local) ?? [])],
  }))
  return {
    days,
    earlier: first > 0 ? (all[Math.max(0, first - DAYS_OFFERED)] ?? null) : null,
    later: all[first + DAYS_OFFERED] ?? null,
  }
}

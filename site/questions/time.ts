import type { Slot } from '../calendar.ts'
import { cityOf, clock, dayName, dayOf, hourOf } from '../text/dates.ts'
import { type Asked, type Question, wrong } from './question.ts'
import { asksForCall } from './ways.ts'

export const time: Question = {
  step: 'time',
  needsTimes: true,
  fields: ['time'],
  isAsked: (flow) => !asksForCall(flow),
  isAnswered: ({ draft }) => draft.slot !== undefined,
  title: ({ draft, text }) => text.booking.time.title(draft.day ? dayName(draft.day, text.locale) : ''),
  filled: (draft) => ({ time: draft.slot ? slotValue(draft.slot) : '' }),
  answer(fields, { times, draft, text }) {
    if (!fields.time) return wrong('time-0', text.booking.time.missing)
    const chosen = [draft.slot, ...times].find((slot) => slot && slotValue(slot) === fields.time)
    if (!chosen) return wrong('time-0', text.booking.gone)
    return { ok: true, adds: { slot: chosen, day: dayOf(chosen.start, chosen.timezone), gone: undefined } }
  },
  row: ({ draft, text }) => ({
    label: text.booking.time.short,
    value: draft.slot
      ? `${clock(draft.slot.start, draft.slot.timezone, text.locale)} (${text.zone(cityOf(draft.slot.timezone))})`
      : '',
  }),
}

export const slotValue = (slot: Slot): string => `${slot.start}.${slot.locationId}.${slot.providerId}`

/** Until when it is morning, and afternoon, by the hour of the wall clock. */
const NOON = 12
const EVENING = 17
const NEAREST = 6

export interface TimesAt {
  locationId: string
  timezone: string
  parts: { part: 'morning' | 'afternoon' | 'evening'; slots: Slot[] }[]
}

/** The chosen day's times, place by place, part of the day by part. Of equal times at one place the first is shown. */
export function timesOfDay({ times, draft, service }: Pick<Asked, 'times' | 'draft' | 'service'>): TimesAt[] {
  const own = draft.slot ? [draft.slot] : []
  const ofDay = distinct([...own, ...times]).filter((slot) => dayOf(slot.start, slot.timezone) === draft.day)
  const places = service.places.map(({ id }) => id).filter((id) => ofDay.some((slot) => slot.locationId === id))
  return places.map((locationId) => {
    const here = ofDay.filter((slot) => slot.locationId === locationId)
    const parts = (['morning', 'afternoon', 'evening'] as const)
      .map((part) => ({ part, slots: here.filter((slot) => partOf(slot) === part) }))
      .filter(({ slots }) => slots.length > 0)
    return { locationId, timezone: here[0]?.timezone ?? 'UTC', parts }
  })
}

/** The free times nearest to one that was taken, in their order. */
export const nearestTimes = (times: readonly Slot[], gone: number): Slot[] =>
  distinct(times)
    .toSorted((a, b) => Math.abs(a.start - gone) - Math.abs(b.start - gone))
    .slice(0, NEAREST)
    .toSorted((a, b) => a.start - b.start)

function partOf(slot: Slot): 'morning' | 'afternoon' | 'evening' {
  const hour = hourOf(slot.start, slot.timezone)
  return hour < NOON ? 'morning' : hour < EVENING ? 'afternoon' : 'evening'
}

/** One of each time at each place: which of the providers is free makes no difference to the list. */
function distinct(times: readonly Slot[]): Slot[] {
  const byPlace = new Map<string, Slot>()
  for (const slot of times) {
    const name = `${slot.start} ${slot.locationId}`
    if (!byPlace.has(name)) byPlace.set(name, slot)
  }
  return [...byPlace.values()].toSorted((a, b) => a.start - b.start)
}

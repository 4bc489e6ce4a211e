import type { Wall } from './wall.ts'

/**
 * When a provider sees patients for the service, in minutes after midnight on the wall clock of the location: on a
 * weekday (1 is Monday, 7 is Sunday), or on the local days from..until, both included.
 */
export type Opening = {
  providerId: string
  locationId: string
  timezone: string
  opens: number
  closes: number
} & ({ weekday: number } | { fromDay: string; untilDay: string })

/** Local days, both included, on which there are no hours; null stands for every one, and for the whole day. */
export interface Closed {
  providerId: string | null
  locationId: string | null
  fromDay: string
  untilDay: string
  opens: number | null
  closes: number | null
}

export const isOpenOn = (opening: Opening, day: string, weekday: number): boolean =>
  'weekday' in opening ? opening.weekday === weekday : opening.fromDay <= day && day <= opening.untilDay

/** Of closings that hold on the wall's day: does a visit within this opening meet one? Extra hours are closed alike. */
export function closedOn(
  wall: Wall,
  { providerId, locationId }: { providerId: string; locationId: string },
  closings: readonly Closed[],
): (visit: { startsAt: number; endsAt: number }) => boolean {
  const its = closings
    .filter((one) => concerns(one, { providerId, locationId }))
    .map(({ opens, closes }) => ({ from: wall.next(opens ?? 0), until: wall.next(closes ?? MINUTES_A_DAY) }))
  return ({ startsAt, endsAt }) => its.some(({ from, until }) => startsAt < until && endsAt > from)
}

const MINUTES_A_DAY = 1440

/** Is a closing one of this provider at this location? */
export const concerns = (
  closed: Pick<Closed, 'providerId' | 'locationId'>,
  { providerId, locationId }: { providerId: string; locationId: string },
): boolean =>
  (closed.providerId === null || closed.providerId === providerId) &&
  (closed.locationId === null || closed.locationId === locationId)

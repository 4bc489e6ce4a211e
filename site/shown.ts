import { type BookingKey, readBooking, type ShownBooking } from '../worker/bookings/lookup.ts'
import { movesOf } from '../worker/bookings/moves.ts'
import {
  type Place,
  type Published,
  type PublishedService,
  publishedPractice,
  serviceIn,
} from '../worker/practices/published.ts'

/** A patient's own booking, where it is now, with what the practice says of its service and place. */
export interface Shown {
  booking: ShownBooking
  /** When it was before it was moved here; null where it never was. */
  movedFromStart: number | null
  published: Published
  practice: Published['practice']
  service: PublishedService
  place: Place | undefined
}

/**
 * What was found: a link or reference from before a move leads to where the booking is now.
 * @throws DatabaseUnavailable
 */
export async function shownBooking({ db, now, lang }: App.Locals, key: BookingKey): Promise<Shown | null> {
  const moves = await movesOf(db, key)
  const booking = moves && (await readBooking(db, { ...key, bookingId: moves.currentId }))
  const published = booking && (await publishedPractice(db, booking.practiceSlug, now))
  const row = published?.services.find(({ id }) => id === booking?.serviceId)
  if (!booking || !published || !row) return null
  const service = serviceIn(published, row, lang)
  return {
    booking,
    movedFromStart: moves.movedFromStart,
    published,
    practice: published.practice,
    service,
    place: published.locations
      .map((location) => ({ ...location, openings: [] }))
      .find(({ id }) => id === booking.locationId),
  }
}

/** A patient may change or cancel what is booked and has not begun. */
export const mayChange = (booking: ShownBooking, now: number): boolean =>
  booking.status === 'booked' && booking.startsAt > now

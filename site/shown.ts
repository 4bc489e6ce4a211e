import type { ShownBooking } from '../worker/bookings/lookup.ts'
import { type BookingKey, readBooking } from '../worker/bookings/lookup.ts'
import { type Place, type PublishedService, publishedPractice, serviceIn } from '../worker/practices/published.ts'

/** A patient's own booking with what the practice says of its service and place. */
export interface Shown {
  booking: ShownBooking
  practice: { name: string; slug: string; phone: string; accent: string; timezone: string; locale: string }
  service: PublishedService
  place: Place | undefined
}

/** @throws DatabaseUnavailable */
export async function shownBooking({ db, now, lang }: App.Locals, key: BookingKey): Promise<Shown | null> {
  const booking = await readBooking(db, key)
  const published = booking && (await publishedPractice(db, booking.practiceSlug, now))
  const row = published?.services.find(({ id }) => id === booking?.serviceId)
  if (!booking || !published || !row) return null
  const service = serviceIn(published, row, lang)
  return {
    booking,
    practice: published.practice,
    service,
    place: service.places.find((p) => p.id === booking.locationId),
  }
}

/** A patient may cancel what is booked and has not begun. */
export const mayCancel = (booking: ShownBooking, now: number): boolean =>
  booking.status === 'booked' && booking.startsAt > now

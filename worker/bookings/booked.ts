import { z } from '@hono/zod-openapi'

/** The booking as it is answered; a repeated request gets the same. */
export interface Booked {
  id: string
  /** Eight symbols; show them with a hyphen (displayCode). */
  reference: string
  start: string
  end: string
  timezone: string
  serviceId: string
  providerId: string
  locationId: string
  referralId: string
  manageUrl: string
}

/** What anybody is told of their booking. Whether it joined an earlier referral is not for strangers to learn. */
export const PublicBooking = z
  .object({
    id: z.string(),
    reference: z.string().describe('Eight symbols to be read out; show them with a hyphen after the fourth'),
    start: z.iso.datetime(),
    end: z.iso.datetime(),
    timezone: z.string(),
    providerId: z.string(),
    locationId: z.string(),
    manageUrl: z.url(),
  })
  .openapi('BookingMade')
export const DeskBooking = PublicBooking.extend({ referralId: z.string() }).openapi('BookingMadeAtDesk')

export const told = (booked: Booked): z.infer<typeof PublicBooking> => {
  const { serviceId: _, referralId: __, ...shown } = booked
  return shown
}

export const toldAtDesk = (booked: Booked): z.infer<typeof DeskBooking> => {
  const { serviceId: _, ...shown } = booked
  return shown
}

import { eventId } from '../../worker/bookings/change.ts'
import { CODE_LENGTH, codeFrom, SYMBOLS } from '../../worker/links/codes.ts'
import type { BOOKING_STATUSES, bookingEvents, bookings, calls, consents, credits, referralEvents } from '../schema.ts'
import type { Calendar } from './calendar.ts'
import type { Contact } from './demand.ts'
import { FRONT_DESK } from './people.ts'
import { type Random, randomFrom } from './random.ts'
import { DAYS } from './scans.ts'
import { type DemoSlot, demoSlots, takeSlot } from './slots.ts'

type Booking = typeof bookings.$inferInsert
type Status = (typeof BOOKING_STATUSES)[number]
type ReferralStatus = (typeof referralEvents.$inferInsert)['status']

/** One patient, one problem; reasons are not sealed yet. */
export interface DemoReferral {
  id: string
  contact: Contact
  events: (typeof referralEvents.$inferInsert)[]
  bookings: Booking[]
  bookingEvents: (typeof bookingEvents.$inferInsert)[]
  credits: (typeof credits.$inferInsert)[]
  consent: typeof consents.$inferInsert
}

export interface Appointments {
  referrals: DemoReferral[]
  calls: (typeof calls.$inferInsert)[]
}

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const DESK = `staff:${FRONT_DESK.id}`
const MOVED = 0.06
const CANCELLED = 0.08
/** Of those who neither moved nor cancelled. */
const ATTENDANCE = { fulfilled: 84, no_show: 7, unrecorded: 9 }
/** Of the seen, how many had a report sent. */
const REPORTED = 0.55

/** What became of everybody who got in touch, as it stands now. */
export function demoAppointments(practiceId: string, contacts: readonly Contact[], calendar: Calendar): Appointments {
  const slots = demoSlots(calendar, -DAYS, 60)
  const result: Appointments = { referrals: [], calls: [] }
  for (const [i, contact] of contacts.entries()) {
    const random = randomFrom(`referral ${i}`)
    const referral = contact.wantsVisit ? referralOf(practiceId, contact, random, slots, calendar.now) : null
    if (referral) result.referrals.push(referral)
    if (!contact.called || !contact.credit.officeId) continue
    const { officeId, referrerId, linkId } = contact.credit
    result.calls.push({
      ...{ practiceId, id: random.id(), officeId, referrerId, linkId, serviceId: contact.serviceId, by: DESK },
      ...{ referralId: referral?.id ?? null, note: null, at: contact.at },
    })
  }
  return result
}

function referralOf(
  practiceId: string,
  contact: Contact,
  random: Random,
  slots: ReturnType<typeof demoSlots>,
  now: number,
): DemoReferral {
  const id = random.id()
  const by = contact.via === 'online' ? 'patient' : DESK
  const answer = contact.via === 'online' ? { yes: 78, no: 22, 'not asked': 0 } : { yes: 55, no: 12, 'not asked': 33 }
  const referral: DemoReferral = {
    ...{ id, contact, events: [], bookings: [], bookingEvents: [] },
    credits: creditRows(practiceId, id, contact, random, now),
    consent: { practiceId, id: random.id(), referralId: id, answer: random.weighted(answer), at: contact.at, by },
  }
  const becomes = (status: ReferralStatus, at: number, who = DESK) => {
    if (at < now) referral.events.push({ practiceId, id: random.id(), referralId: id, status, at, by: who })
  }

  const list = slots.get(contact.serviceId) ?? []
  const slot = takeSlot(list, contact.at + (0.7 + 18 * random.next() ** 1.6) * DAY_MS, random)
  if (!slot) {
    becomes('requested', contact.at, by)
    becomes('no_response', contact.at + 14 * DAY_MS)
    return referral
  }
  becomes('scheduled', contact.at, by)
  const first = book(practiceId, referral, slot, contact.at, null, random)
  const movedAt = between(random, contact.at, slot.start)
  // Taken also where it is yet to happen: a demo made in the evening must show the morning as one made at noon does.
  const next = random.chance(MOVED) ? takeSlot(list, slot.start + DAY_MS, random) : undefined
  let [booking, held] = [first, slot]
  if (next && movedAt < now) {
    change(first, referral, 'rescheduled', movedAt, random.chance(0.7) ? 'patient' : DESK, random, now)
    booking = book(practiceId, referral, next, movedAt, first.id, random)
    held = next
  }

  const cancelledAt = between(random, booking.createdAt, held.start)
  if (random.chance(CANCELLED)) {
    change(booking, referral, 'cancelled', cancelledAt, random.chance(0.75) ? 'patient' : DESK, random, now)
    becomes('requested', cancelledAt)
    becomes('declined_by_patient', cancelledAt + random.between(1, 6) * DAY_MS)
    return referral
  }
  const kept = random.weighted(ATTENDANCE)
  if (kept === 'unrecorded') return referral
  if (kept === 'no_show') {
    const missedAt = held.start + random.between(20, 300) * MINUTE_MS
    change(booking, referral, 'no_show', missedAt, DESK, random, now)
    becomes('requested', missedAt)
    becomes('no_response', missedAt + 14 * DAY_MS)
    return referral
  }
  const over = held.end + random.between(1, 20) * MINUTE_MS
  change(booking, referral, 'arrived', held.start - random.between(1, 14) * MINUTE_MS, DESK, random, now)
  change(booking, referral, 'fulfilled', over, DESK, random, now)
  becomes('seen', over)
  if (random.chance(REPORTED)) becomes('reported', over + random.between(1, 9) * DAY_MS)
  return referral
}

function book(
  practiceId: string,
  referral: DemoReferral,
  slot: DemoSlot,
  createdAt: number,
  movedFrom: string | null,
  random: Random,
): Booking {
  const { via, locale } = referral.contact
  const booking: Booking = {
    ...{ practiceId, id: random.id(), referralId: referral.id, patientId: '', serviceId: slot.serviceId },
    ...{ providerId: slot.providerId, locationId: slot.locationId, startsAt: slot.start, endsAt: slot.end },
    ...{ capacity: slot.capacity, status: 'booked', reference: reference(random), via, locale, createdAt, movedFrom },
  }
  referral.bookings.push(booking)
  const by = via === 'online' ? 'patient' : DESK
  const event = { practiceId, id: eventId(booking.id, 1), bookingId: booking.id, at: createdAt, by, reason: null }
  referral.bookingEvents.push({ ...event, status: 'booked' })
  return booking
}

function change(
  booking: Booking,
  referral: DemoReferral,
  status: Status,
  at: number,
  by: string,
  random: Random,
  now: number,
): void {
  const reason = status === 'cancelled' ? random.pick(['Feels better', 'Cannot come then', 'Went elsewhere']) : null
  if (at >= now) return
  booking.status = status
  if (status === 'cancelled') booking.cancelledAt = at
  if (status === 'fulfilled') booking.seenAt = Math.min(at, booking.startsAt)
  const { practiceId, id: bookingId } = booking
  const n = referral.bookingEvents.filter((event) => event.bookingId === bookingId).length + 1
  referral.bookingEvents.push({ practiceId, id: eventId(bookingId, n), bookingId, status, at, by, reason })
}

/** A correction is a row of its own. */
function creditRows(practiceId: string, referralId: string, contact: Contact, random: Random, now: number) {
  const row = { practiceId, referralId }
  const by = contact.via === 'online' ? 'patient' : DESK
  const rows: DemoReferral['credits'] = [{ ...row, version: 1, ...contact.credit, at: contact.at, by, note: null }]
  const later = contact.at + random.between(5, 2_000) * MINUTE_MS
  if (contact.corrected && later < now) {
    const { credit, note } = contact.corrected
    rows.push({ ...row, version: 2, ...credit, at: later, by: DESK, note })
  }
  return rows
}

const between = (random: Random, from: number, until: number) => Math.round(from + (until - from) * random.next())

/** Eight symbols that the patient may read out, as those of the codes. */
const reference = (random: Random) =>
  codeFrom(Array.from({ length: CODE_LENGTH - 1 }, () => random.pick([...SYMBOLS])).join(''))

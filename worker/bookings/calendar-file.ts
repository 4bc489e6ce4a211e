import ICAL from 'ical.js'
import type { CalendarMethod } from '../mail/letter.ts'

// 75 bytes a line with the space that begins a folded one, which ical.js does not count.
ICAL.foldLength = 74

/** An appointment as a calendar keeps it. It may be open to others: nothing says what it is about or who is seen. */
export interface Appointment {
  /** Stays with the appointment wherever it is moved. */
  uid: string
  /** One higher with every change. */
  sequence: number
  /** When this was written; instants in milliseconds. */
  at: number
  startsAt: number
  endsAt: number
  isCancelled: boolean
  summary: string
  location: string
  description: string
  organizer: { name: string; address: string }
  /** Whom an invitation is for; nobody where the file is only kept. */
  attendee: string | null
}

/**
 * The appointment as iCalendar (RFC 5545, and 5546 for the method). Times are instants in UTC: that is what a booking
 * is, every program shows them in the reader's zone, and a file without rules of zones cannot have wrong ones.
 */
export function calendarFile(appointment: Appointment, method: CalendarMethod): string {
  const { uid, sequence, at, startsAt, endsAt, isCancelled, summary, location, description } = appointment
  const event = new ICAL.Component('vevent')
  event.addPropertyWithValue('uid', uid)
  event.addPropertyWithValue('sequence', sequence)
  event.addPropertyWithValue('dtstamp', utc(at))
  event.addPropertyWithValue('dtstart', utc(startsAt))
  event.addPropertyWithValue('dtend', utc(endsAt))
  event.addPropertyWithValue('summary', summary)
  event.addPropertyWithValue('status', isCancelled ? 'CANCELLED' : 'CONFIRMED')
  if (location) event.addPropertyWithValue('location', location)
  if (description) event.addPropertyWithValue('description', description)
  const organizer = event.addPropertyWithValue('organizer', `mailto:${appointment.organizer.address}`)
  organizer.setParameter('cn', appointment.organizer.name)
  if (appointment.attendee) {
    const attendee = event.addPropertyWithValue('attendee', `mailto:${appointment.attendee}`)
    // It is booked already: no answer is asked for.
    attendee.setParameter('partstat', 'ACCEPTED')
    attendee.setParameter('rsvp', 'FALSE')
  }
  const calendar = new ICAL.Component('vcalendar')
  calendar.addPropertyWithValue('prodid', '-//Referloop//Appointments//EN')
  calendar.addPropertyWithValue('version', '2.0')
  calendar.addPropertyWithValue('method', method)
  calendar.addSubcomponent(event)
  return `${calendar.toString()}\r\n`
}

const utc = (instant: number) => ICAL.Time.fromJSDate(new Date(instant), true)

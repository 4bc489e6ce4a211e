import ICAL from 'ical.js'
import { expect, test } from 'vitest'
import { type Appointment, calendarFile } from '../../worker/bookings/calendar-file.ts'

const APPOINTMENT: Appointment = {
  uid: 'booking@example.org',
  sequence: 0,
  at: Date.parse('2026-11-24T18:00:00Z'),
  startsAt: Date.parse('2027-03-14T13:30:00Z'),
  endsAt: Date.parse('2027-03-14T14:10:00Z'),
  isCancelled: false,
  summary: 'Appointment, Practice',
  location: 'Chicago, 1400 Larkfield Avenue, Chicago, IL 60600',
  description: 'Telephone: (312) 555-0100\nChange or cancel:\nhttps://example.org/visit?t=a.b.c',
  organizer: { name: 'Practice', address: 'appointments@example.org' },
  attendee: null,
}
const NAMES = [
  'Practice, Hand & Spine; “West” \\ East',
  'عيادة الدكتورة أمينة للعمود الفقري، الفرع الجديد في وسط المدينة بجانب الحديقة الكبيرة',
  '🐝🧑🏽‍⚕️👨‍👩‍👧‍👦 Family '.repeat(8),
  'Zsófia O’Brien-Nguyễn',
]
const read = (text: string) => {
  const calendar = new ICAL.Component(ICAL.parse(text))
  return { calendar, event: calendar.getFirstSubcomponent('vevent') }
}

test.each(NAMES)('%j is folded, escaped and read again as it was', (name) => {
  const summary = `Appointment, ${name}`
  const text = calendarFile({ ...APPOINTMENT, summary, organizer: { ...APPOINTMENT.organizer, name } }, 'PUBLISH')
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true)
  for (const line of text.split('\r\n')) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
    expect(line).not.toMatch(/[\r\n]/)
    expect(line.isWellFormed()).toBe(true)
  }
  const { event } = read(text)
  expect(event?.getFirstPropertyValue('summary')).toBe(summary)
  expect(event?.getFirstPropertyValue('location')).toBe(APPOINTMENT.location)
  expect(event?.getFirstPropertyValue('description')).toBe(APPOINTMENT.description)
  expect(event?.getFirstProperty('organizer')?.getParameter('cn')).toBe(name)
})

test('to keep it: published, with instants in UTC that need no rules of zones, on a day on which clocks change too', () => {
  const { calendar, event } = read(calendarFile(APPOINTMENT, 'PUBLISH'))
  expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH')
  expect(calendar.getFirstPropertyValue('version')).toBe('2.0')
  expect(calendar.getFirstSubcomponent('vtimezone')).toBeNull()
  expect(event?.getFirstPropertyValue('dtstart')?.toString()).toBe('2027-03-14T13:30:00Z')
  expect(event?.getFirstPropertyValue('dtend')?.toString()).toBe('2027-03-14T14:10:00Z')
  expect(event?.getFirstPropertyValue('status')).toBe('CONFIRMED')
  expect(event?.getFirstProperty('attendee')).toBeNull()
})

test('an invitation asks for no answer, and a cancellation has the same UID and a higher SEQUENCE', () => {
  const invited = { ...APPOINTMENT, attendee: 'patient@example.com' }
  const first = read(calendarFile(invited, 'REQUEST')).event
  const off = read(calendarFile({ ...invited, sequence: 1, isCancelled: true }, 'CANCEL'))
  expect(first?.getFirstProperty('attendee')?.getParameter('rsvp')).toBe('FALSE')
  expect(off.calendar.getFirstPropertyValue('method')).toBe('CANCEL')
  expect(off.event?.getFirstPropertyValue('status')).toBe('CANCELLED')
  expect(off.event?.getFirstPropertyValue('uid')).toBe(first?.getFirstPropertyValue('uid'))
  expect(Number(off.event?.getFirstPropertyValue('sequence'))).toBeGreaterThan(
    Number(first?.getFirstPropertyValue('sequence')),
  )
})

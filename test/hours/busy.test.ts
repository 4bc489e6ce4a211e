import { describe, expect, test } from 'vitest'
import { busyTimesOf } from '../../worker/hours/busy.ts'

const CHICAGO = 'America/Chicago'
const FROM = Date.parse('2027-03-01T00:00:00Z')
const UNTIL = Date.parse('2027-04-01T00:00:00Z')

const calendar = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//somebody//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n')
let made = 0
const event = (...lines: string[]) => {
  const uid = lines.some((line) => line.startsWith('UID:')) ? [] : [`UID:${made++}`]
  return ['BEGIN:VEVENT', ...uid, 'SUMMARY:Somebody, private', ...lines, 'END:VEVENT']
}
const busy = (text: string, timezone = CHICAGO) => {
  const found = busyTimesOf(text, timezone, FROM, UNTIL)
  if (!found.ok) return found.trouble
  return found.busy.map(({ startsAt, endsAt }) => `${short(startsAt)} ${short(endsAt)}`)
}
const short = (at: number) => new Date(at).toISOString().slice(5, 16)
const OUTLOOK = [
  ...['BEGIN:VTIMEZONE', 'TZID:Central Time (somewhere)'],
  ...['BEGIN:STANDARD', 'DTSTART:16010101T020000', 'TZOFFSETFROM:-0500', 'TZOFFSETTO:-0600'],
  ...['RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11', 'END:STANDARD'],
  ...['BEGIN:DAYLIGHT', 'DTSTART:16010101T020000', 'TZOFFSETFROM:-0600', 'TZOFFSETTO:-0500'],
  ...['RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3', 'END:DAYLIGHT', 'END:VTIMEZONE'],
]

describe('an event takes time', () => {
  test('at its instant in UTC, on the wall of its zone, or on the wall of the practice where it has none', () => {
    expect(busy(calendar(...event('DTSTART:20270302T150000Z', 'DTEND:20270302T153000Z')))).toEqual([
      '03-02T15:00 03-02T15:30',
    ])
    const berlin = event('DTSTART;TZID=Europe/Berlin:20270302T150000', 'DURATION:PT1H')
    expect(busy(calendar(...berlin))).toEqual(['03-02T14:00 03-02T15:00'])
    const floating = event('DTSTART:20270302T150000', 'DTEND:20270302T160000')
    expect(busy(calendar(...floating))).toEqual(['03-02T21:00 03-02T22:00'])
    expect(busy(calendar(...floating), 'Asia/Kathmandu')).toEqual(['03-02T09:15 03-02T10:15'])
  })

  test('in a zone as the calendar describes it, on both sides of the change of the clock', () => {
    const rule = [
      'DTSTART;TZID="Central Time (somewhere)":20270312T090000',
      'DURATION:PT30M',
      'RRULE:FREQ=DAILY;COUNT=4',
    ]
    expect(busy(calendar(...OUTLOOK, ...event(...rule)))).toEqual([
      ...['03-12T15:00 03-12T15:30', '03-13T15:00 03-13T15:30', '03-14T14:00 03-14T14:30', '03-15T14:00 03-15T14:30'],
    ])
  })

  test('for whole days of the practice, of which one has 23 hours, in pieces of a day at most', () => {
    const days = event('DTSTART;VALUE=DATE:20270313', 'DTEND;VALUE=DATE:20270315')
    expect(busy(calendar(...days))).toEqual(['03-13T06:00 03-14T06:00', '03-14T06:00 03-15T05:00'])
    expect(busy(calendar(...event('DTSTART;VALUE=DATE:20270314')))).toEqual(['03-14T06:00 03-15T05:00'])
  })

  test('but not where it is cancelled, takes no time, has no length, or lies elsewhere', () => {
    const at = ['DTSTART:20270302T150000Z', 'DTEND:20270302T153000Z']
    expect(busy(calendar(...event(...at, 'TRANSP:TRANSPARENT'), ...event(...at, 'STATUS:CANCELLED')))).toEqual([])
    expect(busy(calendar(...event('DTSTART:20270302T150000Z')))).toEqual([])
    expect(busy(calendar(...event('DTSTART:20280302T150000Z', 'DURATION:PT1H')))).toEqual([])
    expect(busy(calendar())).toEqual([])
  })

  test('once, where several overlap or touch', () => {
    const one = event('DTSTART:20270302T150000Z', 'DTEND:20270302T153000Z')
    const two = event('DTSTART:20270302T153000Z', 'DTEND:20270302T160000Z')
    expect(busy(calendar(...two, ...one, ...one))).toEqual(['03-02T15:00 03-02T16:00'])
  })
})

describe('an event that repeats', () => {
  test('since long ago, is expanded within the time that is asked for', () => {
    const weekly = event('DTSTART;TZID=America/Chicago:20100104T090000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;BYDAY=MO')
    expect(busy(calendar(...weekly))).toEqual([
      ...['03-01T15:00 03-01T16:00', '03-08T15:00 03-08T16:00', '03-15T14:00 03-15T15:00'],
      ...['03-22T14:00 03-22T15:00', '03-29T14:00 03-29T15:00'],
    ])
  })

  test('leaves out what is excepted, adds what is added, and ends when it says', () => {
    const series = event(
      ...['UID:series', 'DTSTART;TZID=America/Chicago:20270301T090000', 'DURATION:PT30M'],
      ...['RRULE:FREQ=DAILY;UNTIL=20270304T150000Z', 'EXDATE;TZID=America/Chicago:20270302T090000'],
      ...['RDATE:20270320T150000Z', 'RDATE;VALUE=PERIOD:20270321T150000Z/PT2H'],
    )
    const moved = event(
      ...['UID:series', 'RECURRENCE-ID;TZID=America/Chicago:20270303T090000'],
      ...['DTSTART:20270303T200000Z', 'DURATION:PT10M'],
    )
    const cancelled = event(
      ...['UID:series', 'RECURRENCE-ID:20270304T150000Z', 'STATUS:CANCELLED'],
      ...['DTSTART:20270304T150000Z', 'DURATION:PT10M'],
    )
    expect(busy(calendar(...series, ...moved, ...cancelled))).toEqual([
      ...['03-01T15:00 03-01T15:30', '03-03T20:00 03-03T20:10', '03-20T15:00 03-20T15:30', '03-21T15:00 03-21T17:00'],
    ])
  })

  test.each([
    ['DAILY;INTERVAL=10', ['03-02', '03-12', '03-22']],
    ['MONTHLY;BYDAY=-1WE', ['03-02', '03-31']],
    ['MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1', ['03-01', '03-02']],
    ['YEARLY;BYMONTH=3;BYMONTHDAY=17', ['03-02', '03-17']],
    ['WEEKLY;INTERVAL=2;BYDAY=TU,FR', ['03-02', '03-05', '03-16', '03-19', '03-30']],
  ])('by %s', (rule, days) => {
    const begins = rule.includes('BYSETPOS') ? '20270202' : '20270302'
    const found = busy(calendar(...event(`DTSTART:${begins}T150000Z`, 'DURATION:PT1H', `RRULE:FREQ=${rule}`)))
    const expected = rule.includes('BYSETPOS') ? ['03-01'] : days
    expect(Array.isArray(found) ? found.map((one) => one.slice(0, 5)) : found).toEqual(expected)
  })
})

describe('a calendar that is no good', () => {
  const rule = (text: string, begins = 'DTSTART:19700101T000000Z') =>
    busy(calendar(...event(begins, 'DURATION:PT1S', `RRULE:${text}`)))

  const yearDays = Array.from({ length: 5_000 }, (_, n) => (n % 366) + 1)
  test.each([
    ['every second', 'FREQ=SECONDLY'],
    ['every second of a minute', 'FREQ=MINUTELY;BYSECOND=0,1,2,3,4,5,6,7,8,9'],
    ['the 30th of February', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'],
    ['a Monday every seven days from a Thursday', 'FREQ=DAILY;INTERVAL=7;BYDAY=MO'],
    ['in a million years', 'FREQ=WEEKLY;INTERVAL=99999999999'],
    ['a long list', `FREQ=YEARLY;BYYEARDAY=${yearDays}`],
    ['hours of the 31st of February', 'FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=31'],
  ])('a rule that goes on for ever, or never comes to a day, is given up: %s', (_, text) => {
    expect(rule(text)).toMatch(/^Its appointments repeat/)
  })

  test('one that comes to an end is read: the library knows these', () => {
    for (const text of ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=MONTHLY;INTERVAL=48;BYDAY=5MO'])
      expect(['string', 'object']).toContain(typeof rule(text))
  })

  test('a zone that changes every second is given up', () => {
    const zone = OUTLOOK.map((line) => line.replace(/FREQ=YEARLY.*/, 'FREQ=SECONDLY'))
    const at = event('DTSTART;TZID="Central Time (somewhere)":20270312T090000', 'DURATION:PT30M')
    expect(busy(calendar(...zone, ...at))).toMatch(/^Its appointments repeat/)
  })

  test.each([
    ['nothing', ''],
    ['a page', '<!doctype html><title>Sign in</title>'],
    ['half of one', calendar(...event('DTSTART:20270302T150000Z')).slice(0, 90)],
    ['an address book', 'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Somebody\r\nEND:VCARD\r\n'],
    ['a date that is none', calendar(...event('DTSTART:2027-13-77', 'DURATION:PT1H'))],
    ['an event without a beginning', calendar(...event('DURATION:PT1H'))],
    ['a zone that nobody knows', calendar(...event('DTSTART;TZID=Mars/Olympus:20270302T150000', 'DURATION:PT1H'))],
    ['names of members', calendar('__proto__:x', 'CONSTRUCTOR:x', ...event('DTSTART:x'))],
  ])('%s is refused in plain words, and nothing of it is repeated', (_, text) => {
    const found = busyTimesOf(text, CHICAGO, FROM, UNTIL)
    expect(found).toEqual({ ok: false, trouble: expect.stringMatching(/^It(s)? [\w ,]+\.$/) })
    expect(JSON.stringify(found)).not.toMatch(/Somebody|private|Olympus|2027/)
  })

  test('a million nested components, or lines without an end, are refused or read, and do not break anything', () => {
    for (const text of [
      `BEGIN:VCALENDAR\r\n${'BEGIN:X\r\n'.repeat(100_000)}`,
      calendar(`X-LONG:${'x'.repeat(1_500_000)}`, ...event('DTSTART:20270302T150000Z', 'DURATION:PT1H')),
      calendar(...Array.from({ length: 12_000 }, () => event('DTSTART:20270302T150000Z', 'DURATION:PT1H')).flat()),
      calendar(...event('DTSTART:20270302T150000Z', 'DURATION:PT1H', ...Array(60_000).fill('EXDATE:20270302T150001Z'))),
    ])
      expect(['string', 'object']).toContain(typeof busy(text))
  })
})

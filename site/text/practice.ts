import type { Change } from '../../worker/stats/change.ts'
import type { Comparison, RangeName, Refused } from '../../worker/stats/choices.ts'
import { EARLIEST, LATEST } from '../../worker/stats/range.ts'
import type { Trend } from '../../worker/stats/trend.ts'
import { number, percent, rough } from './numbers.ts'

const people = (n: number) => (n === 1 ? '1 referred patient' : `${number(n)} referred patients`)

/** Every word of the staff pages. */
export const practice = {
  stats: 'Stats',
  signOut: 'Sign out',
  skip: 'Skip to the page',

  later: {
    title: 'Our records cannot be reached just now',
    body: 'Nothing was changed. Cards still lead patients to your pages, and scans are counted later. Please try again in a minute.',
  },

  signIn: {
    title: 'Sign in',
    needed: 'These pages are for the staff of a practice. You sign in with a link that works once.',
    used: 'This link has been used already, or it is older than 24 hours.',
    signedOut: 'You are signed out.',
    how: 'How to get a link',
    steps: 'Ask the person who runs Referloop for your practice. On the machine where it runs, this prints a new one:',
    command: 'npm run admin -- sign-in create --practice SLUG',
    slug: 'SLUG is the practice’s name in the addresses of its pages: what follows /p/.',
  },

  ranges: { today: 'Today', '7': '7 days', '28': '28 days', '90': '90 days', '365': '12 months' } satisfies Record<
    RangeName,
    string
  >,
  comparisons: {
    previous: 'the days before',
    year: 'a year earlier',
    none: 'nothing',
  } satisfies Record<Comparison, string>,
  dayBefore: 'the day before',
  range: 'Days shown',
  otherDays: 'Other days',
  from: 'From',
  to: 'To',
  show: 'Show these days',
  wrongDays: 'Error: Stats',
  refused: ({ why, field, ...typed }: Refused) =>
    ({
      'no day': `“${typed[field].slice(0, 20)}” is not a day of the calendar.`,
      'out of reach': `Choose days from ${EARLIEST.slice(0, 4)} to ${LATEST.slice(0, 4)}.`,
      'ends first': 'Choose a last day that is not before the first.',
      'too long': 'Choose ten years or less.',
    })[why],
  comparedWith: 'Compared with',
  until: (time: string, day: string | undefined) => (day ? `until ${time} on ${day}` : `until ${time} of that day`),
  began: (day: string) => `Counting began on ${day}.`,
  tooEarly: 'Too early to compare.',

  tiles: {
    referrals: 'Referred patients',
    scans: 'Scans',
    bookings: 'Bookings',
    seen: 'Seen',
  },
  meaning: {
    referrals:
      'One patient with one problem, counted on the day it began. A booking that is moved or repeated for the same problem is not counted again.',
    scans:
      'A person opened a card’s address: by the QR code, a click or by typing it. Bots, link previews and prefetches are left out. Two scans may be one person.',
    bookings:
      'Appointments made, online or at the desk, counted on the day they were made. Cancelled ones stay counted.',
    seen: 'Patients who attended, counted when the visit began. Only what somebody recorded: nothing recorded is not zero, and where it may be the whole difference, no change is told.',
  },
  unrecorded: (n: number) => `${number(n)} not recorded`,
  before: (n: number) => `${number(n)} before`,
  change: (change: Change) => {
    const { percent } = change
    const size = percent === undefined ? '' : `${percent < 0 ? '−' : '+'}${Math.abs(percent)}%`
    return {
      'too few to say': 'too few to say',
      'may be chance': size ? `${size}, may be chance` : 'may be chance',
      more: size || 'more',
      fewer: size,
      'not all recorded': 'not all recorded',
    }[change.says]
  },

  overTime: 'Scans and bookings',
  chartSays: (from: string, to: string, scans: number, bookings: number, best: string, most: number) =>
    `${number(scans)} scans and ${number(bookings)} bookings from ${from} to ${to}. Most scans: ${number(most)}, ${best}.`,
  pointSays: (scans: number, bookings: number) =>
    `${number(scans)} ${scans === 1 ? 'scan' : 'scans'}, ${number(bookings)} ${bookings === 1 ? 'booking' : 'bookings'}`,
  soFar: (when: string) => `${when}, so far`,
  keys: 'Arrow keys read the chart point by point.',
  asTable: 'The same as a table',
  asCsv: 'Download CSV',
  nothingHere: 'Nothing was counted on these days.',
  columns: {
    when: { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' },
    scans: 'Scans',
    visits: 'Visits',
    calls: 'Calls',
    referrals: 'Referred',
    bookings: 'Bookings',
    seen: 'Seen',
    callStarts: 'Calls started',
  },

  referrers: 'Referrers',
  referrer: 'Referrer',
  conversion: 'Visits that led to a patient',
  conversionShort: 'Led to a patient',
  conversionMeaning:
    'Of the landing pages that were really shown, those that led to a referred patient within 90 days: the page behind the patient’s first booking. When they book again for the same problem, the pages they open for that count as shown, and not as having led to a patient. The thin line is the range in which the true share lies with 95% confidence; the dot is what was counted.',
  scale: (most: string) => `(0 to ${most})`,
  shared: 'Shared cards',
  conversionSays: (n: number, of: number, low: number, high: number) =>
    `${number(n)} of ${number(of)} visits: between ${percent(low)} and ${percent(high)}`,
  tooFew: 'too few to say',
  tooFewOf: (n: number, of: number) => `${number(n)} of ${number(of)}`,
  unattributed: 'Source not known',
  unattributedSays: 'Neither an office nor a referrer is known',
  allReferrers: (n: number) => `All ${number(n)} referrers`,
  mostReferrers: 'Only those with most patients',
  noReferrers: 'No referrer yet.',
  trend: {
    declining: 'Declining',
    lapsed: 'Lapsed',
    new: 'New',
    reactivated: 'Back again',
    steady: '',
    'too few to say': '',
  } satisfies Record<Trend, string>,

  attention: 'Needs attention',
  attentionMeaning:
    'Each referrer is measured against their own year before, never against others. Declining: so few in the last 90 days would come by chance less than 1 time in 20. Lapsed: at least 3 in the year before, none in 90 days. With too few patients nothing is said.',
  noConcern: 'Nothing stands out.',
  moreConcerns: (n: number) => `and ${number(n)} more`,
  concern: {
    declining: {
      name: 'Declining',
      says: (recent: number, expected: number) =>
        `${people(recent)} in 90 days; about ${rough(expected)} would be their usual`,
    },
    lapsed: {
      name: 'Lapsed',
      says: (_: number, expected: number) => `None in 90 days; about ${rough(expected)} would be their usual`,
    },
    new: { name: 'New', says: (recent: number) => `First patient in the last 90 days; ${number(recent)} so far` },
    reactivated: { name: 'Back again', says: (recent: number) => `${people(recent)} in 90 days, after none for 90` },
  },
  fewBookings: {
    name: 'Many visits, few patients',
    says: (n: number, of: number, usual: string) =>
      `${number(n)} of ${number(of)} visits led to a referred patient; usual is ${usual}`,
  },
  unrecordedConcern: {
    name: 'Attendance not recorded',
    says: (n: number) =>
      `${number(n)} ${n === 1 ? 'booking is' : 'bookings are'} over; nobody noted whether the patient came`,
  },

  sure: 'How we know',
  coverage: (known: number, all: number) => `Source known for ${number(known)} of ${people(all)}`,
  sureMeaning:
    'Each referred patient is credited once, by the strongest evidence there is, in this order. The rest is counted as not known, and never shared out.',
  evidence: {
    office: ['Booked by the office', 'The referring office made or handed over the booking'],
    code: ['Code given', 'Typed by the patient, or said and entered by staff'],
    visit: ['Scanned and booked', 'Booked in the visit of a scan'],
    browser: ['Same browser later', 'A scan in the same browser, within 90 days'],
    patient: ['Patient named somebody', 'When asked, and it is matched to an office or a referrer'],
    letter: ['Letter on file', 'Entered by staff from a letter or an order'],
    system: ['Practice’s system', 'Matched in the practice’s own system'],
  } satisfies Record<string, [string, string]>,
  notKnown: (named: number, silent: number) => {
    if (named === 0) return 'Nothing tells who sent them'
    const names = `${number(named)} named somebody who is not matched to an office or a referrer`
    return silent === 0 ? names : `${names}; nothing tells who sent the other ${number(silent)}`
  },
  noPatients: 'No referred patient on these days.',

  way: 'From card to visit',
  wayMeaning:
    'Each line is counted by itself, on its own day; they are never added up. A hit is any request for a card’s address, a scan is one by a person, a visit is a landing page that was really shown. A tap on its telephone number, one a visit, says that somebody began to call, not that they were answered.',
  steps: {
    hits: 'Hits',
    scans: 'Scans',
    visits: 'Visits',
    callStarts: 'Taps on the telephone number',
    calls: 'Calls with a code',
    referrals: 'Referred patients',
    bookings: 'Bookings',
    cancelled: 'Cancelled',
    seen: 'Seen',
  },
  notScans: 'Hits that are no scans',
  classes: {
    bot: 'Bots and scanners',
    preview: 'Link previews',
    prefetch: 'Prefetches',
    head: 'HEAD requests',
    staff: 'Your own staff',
  },

  empty: {
    title: 'Here you will see who sends you patients',
    says: 'Each card you hand to a referring office has a code. When patients scan it, call with it or book, you see it here within seconds, with how sure it is.',
    step: 'The next step: make the first card’s link',
    how: 'With the API key that was printed when the practice was created, first the referrer, then with the id of that answer the link:',
    answer: 'The answer holds the code, and the address of its QR code for print.',
    docs: 'How the API works',
  },
}

import { type Credit, creditOf, NO_CREDIT, type ScanClue } from '../../worker/attribution/credit.ts'
import type { Calendar } from './calendar.ts'
import type { Cards, DemoLink } from './cards.ts'
import { DEMO_SERVICES, type DemoService } from './practice.ts'
import { type Random, randomFrom } from './random.ts'
import { DAYS, type DemoVisit } from './scans.ts'

/** Somebody gets in touch: books online, or calls the desk or stands at it. */
export interface Contact {
  at: number
  via: 'online' | 'desk'
  serviceId: DemoService['id']
  locale: string
  /** By the rules of the app, when the patient got in touch. */
  credit: Credit
  /** What staff found out later. */
  corrected?: { credit: Credit; note: string }
  /** The name that the patient gave when asked who told them about the practice. */
  stated?: string
  /** Whether it was by telephone. */
  called: boolean
  /** False where a call was about something else than an appointment. */
  wantsVisit: boolean
}

/** Of those who book online, how many do it later from the same browser, or by typing the code. */
const LATER = { visit: 80, browser: 13, code: 7 }
/** How often somebody who was sent by a card names another doctor. */
const NAMES_ANOTHER = 0.05
/** Patients a weekday who come without a card, and how the desk learns who sent them. */
const WITHOUT_CARD = { online: 0.7, desk: 1.7 }
const DESK_EVIDENCE = { letter: 33, office: 26, system: 9, patient: 15, none: 17 }
/** Of those who name somebody, how many are matched to a referrer by staff. */
const MATCHED = 0.8
const CALLS_THAT_BOOK = 0.62
const LOCALES = { en: 84, es: 13, ar: 3 }

/** Everybody who got in touch up to now, in the order of time. */
export function demoContacts(cards: Cards, visits: readonly DemoVisit[], calendar: Calendar): Contact[] {
  const contacts = [
    ...visits.flatMap((visit) => onlineAfter(visit, cards)),
    ...callsWithCode(cards.links, calendar),
    ...withoutCard(cards, calendar),
  ]
  return contacts.filter(({ at }) => at < calendar.now).sort((a, b) => a.at - b.at)
}

function onlineAfter({ row, link }: DemoVisit, cards: Cards): Contact[] {
  // A stream of its own for each visit: what happens today must not change what happened before.
  const random = randomFrom(`online ${row.id}`)
  const service = DEMO_SERVICES.find(({ id }) => id === link.row.serviceId)
  if (service?.mode !== 'book' || !random.chance(link.converts)) return []
  const evidence = random.weighted(LATER)
  const at = row.at + (evidence === 'browser' ? random.between(1_500, 28_000) : random.between(3, 12)) * 60_000
  const { id: linkId, officeId, referrerId = null } = link.row
  const scan: ScanClue = { linkId, officeId, referrerId, scanId: row.id, at: row.at }
  const stated = statedBy(random, link, cards, at)
  const clues = {
    receipt: evidence === 'browser' ? null : scan,
    browser: evidence === 'browser' ? scan : null,
    code: evidence === 'code' ? scan : null,
    stated: stated !== undefined,
  }
  const contact: Contact = { ...plain(random, at, 'online', creditOf(clues, at)), serviceId: service.id }
  if (!stated) return [contact]
  // The card of a shared pad proves the office alone; the patient's word tells the doctor, once staff have matched it.
  const works = cards.referrerOffices.some((row) => row.referrerId === stated.id && row.officeId === officeId)
  if (referrerId || !works) return [{ ...contact, stated: stated.name }]
  const credit: Credit = { ...contact.credit, referrerId: stated.id, referrerEvidence: 'patient' }
  return [{ ...contact, stated: stated.name, corrected: { credit, note: NOTES.patient } }]
}

/** Whom the patient names when asked who told them about the practice: mostly nobody, mostly the right one. */
function statedBy(random: Random, { row }: DemoLink, cards: Cards, at: number) {
  if (random.chance(NAMES_ANOTHER)) return someReferrer(cards, random, at)
  if (row.referrerId) return random.chance(0.12) ? cards.referrers.find(({ id }) => id === row.referrerId) : undefined
  const there = cards.referrerOffices.filter(({ officeId, untilDay }) => officeId === row.officeId && !untilDay)
  const one = there.length > 0 && random.chance(0.45) ? random.pick(there) : undefined
  return cards.referrers.find(({ id }) => id === one?.referrerId)
}

function callsWithCode(links: readonly DemoLink[], calendar: Calendar): Contact[] {
  const contacts: Contact[] = []
  for (const link of links) {
    const random = randomFrom(`calls ${link.row.id}`)
    for (let day = -DAYS; day <= 0; day++) {
      if (calendar.weekday(day) > 5) continue
      const mean = link.weight * link.calls * link.story(day) * calendar.bustle(day)
      for (let n = random.times(mean); n > 0; n--) {
        const at = deskTime(random, calendar, day)
        const { id: linkId, officeId, referrerId = null, serviceId } = link.row
        const contact = plain(random, at, 'desk', creditOf({ code: { linkId, officeId, referrerId } }, at))
        const wantsVisit = random.chance(CALLS_THAT_BOOK)
        contacts.push({ ...contact, serviceId: demoService(serviceId), wantsVisit, called: random.chance(0.85) })
      }
    }
  }
  return contacts
}

function withoutCard(cards: Cards, calendar: Calendar): Contact[] {
  const random = randomFrom('without a card')
  const contacts: Contact[] = []
  for (let day = -DAYS; day <= 0; day++) {
    for (let n = random.times(WITHOUT_CARD.online * calendar.bustle(day)); n > 0; n--) {
      const at = calendar.instant(day, 7 * 60) + random.between(0, 14 * 3_600_000)
      contacts.push(
        named(random, plain(random, at, 'online', NO_CREDIT), random.chance(0.5) ? 'patient' : 'none', cards),
      )
    }
    if (calendar.weekday(day) > 5) continue
    for (let n = random.times(WITHOUT_CARD.desk * calendar.bustle(day)); n > 0; n--) {
      const contact = plain(random, deskTime(random, calendar, day), 'desk', NO_CREDIT)
      contacts.push(named(random, contact, random.weighted(DESK_EVIDENCE), cards))
    }
  }
  return contacts
}

/** Somebody without a card, and how staff learned later who sent them. Words credit nobody until they are matched. */
function named(random: Random, contact: Contact, evidence: keyof typeof DESK_EVIDENCE, cards: Cards): Contact {
  const person = someReferrer(cards, random, contact.at)
  const works = cards.referrerOffices.find((row) => row.referrerId === person.id && !row.untilDay)
  const matched = random.chance(MATCHED)
  if (evidence === 'none' || !works) return contact
  const both = { officeId: works.officeId, referrerId: person.id }
  const credit: Credit = { ...NO_CREDIT, ...both, officeEvidence: evidence, referrerEvidence: evidence }
  const corrected = { credit, note: NOTES[evidence] }
  if (evidence !== 'patient') return { ...contact, called: false, corrected }
  const words: Contact = { ...contact, stated: person.name, credit: creditOf({ stated: true }, contact.at) }
  return matched ? { ...words, corrected } : words
}

const NOTES = {
  patient: 'The patient named the doctor',
  letter: 'Named on the referral letter',
  office: 'The office called while the patient was there',
  system: 'Referring provider in the practice system',
}

const someReferrer = (cards: Cards, random: Random, at: number) =>
  random.pick(cards.referrers.filter(({ createdAt }) => createdAt <= at))

/** The ids of the demo's services are those of DEMO_SERVICES. */
function demoService(id: string): DemoService['id'] {
  const service = DEMO_SERVICES.find((one) => one.id === id)
  if (!service) throw new Error(`the demo has no service ${id}`)
  return service.id
}

function plain(random: Random, at: number, via: Contact['via'], credit: Credit): Contact {
  const services = { consultation: 45, 'hip-and-knee': 22, 'sports-injury': 20, spine: via === 'desk' ? 13 : 0 }
  const locale = random.weighted(LOCALES)
  return { at, via, serviceId: random.weighted(services), locale, credit, called: via === 'desk', wantsVisit: true }
}

const deskTime = (random: Random, calendar: Calendar, day: number) =>
  calendar.instant(day, 8 * 60) + random.between(0, 9 * 3_600_000)

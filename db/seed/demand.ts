import type { credits } from '../schema.ts'
import type { Calendar } from './calendar.ts'
import type { Cards, DemoLink } from './cards.ts'
import { DEMO_SERVICES, type DemoService } from './practice.ts'
import { type Random, randomFrom } from './random.ts'
import { DAYS, type DemoVisit } from './scans.ts'

type Evidence = (typeof credits.$inferInsert)['officeEvidence']

export interface Credit {
  officeId: string | null
  officeEvidence: Evidence
  referrerId: string | null
  referrerEvidence: Evidence
  linkId: string | null
  scanId: string | null
}

/** Somebody gets in touch: books online, or calls the desk or stands at it. */
export interface Contact {
  at: number
  via: 'online' | 'desk'
  serviceId: DemoService['id']
  locale: string
  credit: Credit
  /** What staff found out later, if that is something else. */
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
  const minutes = evidence === 'browser' ? random.between(300, 28_000) : random.between(3, 12)
  const contact = byCard(random, link, evidence, row.id, row.at + minutes * 60_000, 'online')
  const padded = link.row.referrerId ? undefined : colleagueAt(cards, link.row.officeId, random)
  if (padded && random.chance(0.45))
    return [
      {
        ...contact,
        stated: padded.name,
        credit: { ...contact.credit, referrerId: padded.id, referrerEvidence: 'patient' },
      },
    ]
  if (random.chance(NAMES_ANOTHER)) return [{ ...contact, stated: someReferrer(cards, random, row.at).name }]
  const own = cards.referrers.find(({ id }) => id === link.row.referrerId)
  return own && random.chance(0.12) ? [{ ...contact, stated: own.name }] : [contact]
}

function callsWithCode(links: readonly DemoLink[], calendar: Calendar): Contact[] {
  const contacts: Contact[] = []
  for (const link of links) {
    const random = randomFrom(`calls ${link.row.id}`)
    for (let day = -DAYS; day <= 0; day++) {
      if (calendar.weekday(day) > 5) continue
      const mean = link.weight * link.calls * link.story(day) * calendar.bustle(day)
      for (let n = random.times(mean); n > 0; n--) {
        const contact = byCard(random, link, 'code', null, deskTime(random, calendar, day), 'desk')
        contacts.push({ ...contact, wantsVisit: random.chance(CALLS_THAT_BOOK), called: random.chance(0.85) })
      }
    }
  }
  return contacts
}

function withoutCard(cards: Cards, calendar: Calendar): Contact[] {
  const random = randomFrom('without a card')
  const contacts: Contact[] = []
  for (let day = -DAYS; day <= 0; day++) {
    const base = { scanId: null, linkId: null }
    const nobody: Credit = {
      ...base,
      officeId: null,
      officeEvidence: 'none',
      referrerId: null,
      referrerEvidence: 'none',
    }
    for (let n = random.times(WITHOUT_CARD.online * calendar.bustle(day)); n > 0; n--) {
      const at = calendar.instant(day, 7 * 60) + random.between(0, 14 * 3_600_000)
      const contact = plain(random, at, 'online', nobody)
      if (!random.chance(0.5)) contacts.push(contact)
      else {
        const person = someReferrer(cards, random, at)
        const credit = { ...nobody, ...known(cards, person.id, 'patient') }
        contacts.push({ ...contact, stated: person.name, credit })
      }
    }
    if (calendar.weekday(day) > 5) continue
    for (let n = random.times(WITHOUT_CARD.desk * calendar.bustle(day)); n > 0; n--) {
      const contact = plain(random, deskTime(random, calendar, day), 'desk', nobody)
      const evidence = random.weighted(DESK_EVIDENCE)
      const person = someReferrer(cards, random, contact.at)
      const credit = { ...nobody, ...known(cards, person.id, evidence) }
      if (evidence === 'none') contacts.push(contact)
      else if (evidence === 'patient') contacts.push({ ...contact, stated: person.name, credit })
      else contacts.push({ ...contact, called: false, corrected: { credit, note: NOTES[evidence] } })
    }
  }
  return contacts
}

const NOTES = {
  letter: 'Named on the referral letter',
  office: 'The office called while the patient was there',
  system: 'Referring provider in the practice system',
}

const someReferrer = (cards: Cards, random: Random, at: number) =>
  random.pick(cards.referrers.filter(({ createdAt }) => createdAt <= at))

/** At which office somebody works now, and that the evidence names both. */
function known(cards: Cards, referrerId: string, evidence: Evidence) {
  const works = cards.referrerOffices.find((row) => row.referrerId === referrerId && !row.untilDay)
  return { officeId: works?.officeId ?? null, officeEvidence: evidence, referrerId, referrerEvidence: evidence }
}

function colleagueAt(cards: Cards, officeId: string, random: Random) {
  const there = cards.referrerOffices.filter((row) => row.officeId === officeId && !row.untilDay)
  const one = there.length > 0 ? random.pick(there) : undefined
  return cards.referrers.find(({ id }) => id === one?.referrerId)
}

function byCard(
  random: Random,
  link: DemoLink,
  evidence: 'visit' | 'browser' | 'code',
  scanId: string | null,
  at: number,
  via: Contact['via'],
): Contact {
  const { id, officeId, referrerId = null, serviceId } = link.row
  const referrerEvidence = referrerId ? evidence : 'none'
  const credit: Credit = { officeId, officeEvidence: evidence, referrerId, referrerEvidence, linkId: id, scanId }
  // Ids of services in the demo are those of DEMO_SERVICES.
  return { ...plain(random, at, via, credit), serviceId: serviceId as DemoService['id'] }
}

function plain(random: Random, at: number, via: Contact['via'], credit: Credit): Contact {
  const services = { consultation: 45, 'hip-and-knee': 22, 'sports-injury': 20, spine: via === 'desk' ? 13 : 0 }
  const locale = random.weighted(LOCALES)
  return { at, via, serviceId: random.weighted(services), locale, credit, called: via === 'desk', wantsVisit: true }
}

const deskTime = (random: Random, calendar: Calendar, day: number) =>
  calendar.instant(day, 8 * 60) + random.between(0, 9 * 3_600_000)

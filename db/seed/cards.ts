import { CODE_LENGTH, codeFrom, SYMBOLS } from '../../worker/links/codes.ts'
import type { batches, linkChanges, linkRetirements, links, offices, referrerOffices, referrers } from '../schema.ts'
import type { Calendar } from './calendar.ts'
import { FRONT_DESK, OFFICES, type OfficeId, REFERRERS } from './people.ts'
import type { DemoService } from './practice.ts'
import { type Random, randomFrom } from './random.ts'
import { DAYS } from './scans.ts'

type Channel = (typeof links.$inferInsert)['channel']
type Card = readonly [DemoService['id'], Channel]

/** One link of the demo with what decides how much happens to it. */
export interface DemoLink {
  row: typeof links.$inferInsert
  /** Scans on an ordinary weekday. */
  weight: number
  /** How many of its visits end in an online booking, and how many calls it brings for each scan. */
  converts: number
  calls: number
  /** How the weight changes over time; `day` counts from today, which is 0, backwards. */
  story(day: number): number
}

export interface Cards {
  offices: (typeof offices.$inferInsert)[]
  referrers: (typeof referrers.$inferInsert)[]
  referrerOffices: (typeof referrerOffices.$inferInsert)[]
  linkRetirements: (typeof linkRetirements.$inferInsert)[]
  linkChanges: (typeof linkChanges.$inferInsert)[]
  links: DemoLink[]
  batches: (typeof batches.$inferInsert)[]
}

/** What each kind of clinician has on the desk. */
const CARDS: Record<string, readonly Card[]> = {
  'Family medicine': [
    ['consultation', 'card'],
    ['hip-and-knee', 'card'],
    ['spine', 'letter'],
    ['imaging', 'ehr'],
  ],
  'Internal medicine': [
    ['consultation', 'card'],
    ['hip-and-knee', 'card'],
    ['joint-class', 'letter'],
    ['spine', 'ehr'],
  ],
  'Sports medicine': [
    ['sports-injury', 'card'],
    ['consultation', 'card'],
    ['sports-injury', 'poster'],
    ['imaging', 'ehr'],
  ],
  Rheumatology: [
    ['hip-and-knee', 'card'],
    ['consultation', 'letter'],
    ['joint-class', 'email'],
  ],
  'Physical therapy': [
    ['sports-injury', 'card'],
    ['hip-and-knee', 'card'],
    ['spine', 'email'],
  ],
  Podiatry: [
    ['sports-injury', 'card'],
    ['consultation', 'card'],
    ['imaging', 'letter'],
  ],
  'Obstetrics and gynecology': [
    ['consultation', 'card'],
    ['spine', 'card'],
  ],
  'Geriatric medicine': [
    ['hip-and-knee', 'card'],
    ['joint-class', 'letter'],
    ['consultation', 'other'],
  ],
}
const PAD: Card = ['consultation', 'card']
const SHARED_PAD: readonly Card[] = [
  PAD,
  ['hip-and-knee', 'card'],
  ['sports-injury', 'card'],
  ['spine', 'card'],
  ['consultation', 'poster'],
  ['imaging', 'ehr'],
]
/** One office has its pad at two desks, a print run each, in place of the cards for these services. */
const PRINTED_FOR: OfficeId = 'northgate'
const DESKS: Partial<Record<DemoService['id'], string>> = { 'sports-injury': 'Window 2', spine: 'Second floor' }
const WAITING_ROOMS: readonly OfficeId[] = ['cedar-grove', 'st-brendan', 'halsted']

const LABELS: Record<Channel, string> = {
  card: 'Cards at the desk',
  poster: 'Waiting room poster',
  letter: 'Referral letter',
  email: 'Newsletter',
  ehr: 'After-visit summary',
  other: 'Fridge magnet',
}
const WEIGHT: Record<Channel, number> = { card: 1, poster: 0.8, letter: 0.35, email: 0.3, ehr: 0.4, other: 0.2 }
/** Scans on an ordinary weekday, all links together. */
const SCANS_A_WEEKDAY = 54

const MOVED = 'Dr Catherine Boudreaux-Lavoie'
const DECLINING = 'Dr Tomasz Wiśniewski'
const NEW = 'Dr Soo-jin Baek'
const NEW_SINCE = -17
/** A poster in a gym: many scan it, few have a problem. */
const CURIOUS = 'Dr Darnell Whitfield'
const ALIASES: Record<string, string> = {
  'Dr Amara Okonkwo consultation card': 'okonkwo',
  'Dr Darnell Whitfield sports-injury poster': 'whitfield-gym',
  'cedar-grove consultation poster': 'cedar-grove',
}

/** Offices, referrers, and 120 links, the first of which is the demo's card. */
export function demoCards(practiceId: string, calendar: Calendar): Cards {
  const random = randomFrom('cards')
  const start = calendar.instant(-200, 10 * 60)
  const people = REFERRERS.map(([name, specialty, officeId]) => {
    const createdAt = name === NEW ? calendar.instant(NEW_SINCE, 9 * 60 + 40) : start
    const row = { practiceId, id: random.id(), name, npi: demoNpi(random), specialty, createdAt }
    return { row, officeId, specialty, share: 1 / (3 + random.between(0, 25)) }
  })
  const demoLinks: DemoLink[] = []
  const add = (person: (typeof people)[number] | null, officeId: OfficeId, card: Card, share: number) => {
    const [serviceId, channel] = card
    const createdAt = person?.row.createdAt ?? start
    const row = {
      ...{ practiceId, id: random.id(), code: demoCode(random), officeId, referrerId: person?.row.id ?? null },
      ...{ serviceId, channel, label: LABELS[channel], createdAt, by: `staff:${FRONT_DESK.id}` },
      alias: ALIASES[`${person?.row.name ?? officeId} ${serviceId} ${channel}`] ?? null,
    }
    demoLinks.push({ row, ...habits(person?.row.name, channel, share * WEIGHT[channel]) })
    return row
  }

  for (const person of people) {
    if (OFFICES.some(({ id, shared }) => id === person.officeId && shared)) continue
    for (const card of CARDS[person.specialty] ?? [])
      add(person, person.officeId, card, shareOf(person.row.name, person))
  }
  const printed: Cards['batches'] = []
  for (const { id } of OFFICES.filter(({ shared }) => shared)) {
    let ofLinkId = ''
    for (const card of SHARED_PAD) {
      const desk = id === PRINTED_FOR ? DESKS[card[0]] : undefined
      const link = add(null, id, desk ? PAD : card, 0.16)
      if (card === PAD) ofLinkId = link.id
      const run = { ofLinkId, quantity: 200, handOutDay: calendar.date(-199), at: start, by: link.by }
      if (desk) printed.push({ practiceId, linkId: link.id, ...run, desk, note: null })
    }
  }
  for (const id of WAITING_ROOMS) add(null, id, ['consultation', 'poster'], 0.16)

  const scale = SCANS_A_WEEKDAY / demoLinks.reduce((sum, { weight }) => sum + weight, 0)
  const letters = demoLinks.filter(({ row }) => row.channel === 'letter')
  const old = letters.slice(0, 4)
  return {
    offices: OFFICES.map(({ id, name, city }, i) => {
      const number = (n: number) => `+1708555${String(100 + i * 2 + n).padStart(4, '0')}`
      const address = `${110 + i * 37} Main Street\n${city}`
      return {
        practiceId,
        id,
        name,
        phone: number(0),
        fax: number(1),
        email: `desk@${id}.example`,
        address,
        createdAt: start,
      }
    }),
    referrers: people.map(({ row }) => row),
    referrerOffices: people.flatMap(({ row, officeId }) => {
      const works = { practiceId, referrerId: row.id, officeId, fromDay: calendar.date(-200), untilDay: null }
      if (row.name === NEW) return [{ ...works, fromDay: calendar.date(NEW_SINCE) }]
      if (row.name !== MOVED) return [works]
      const before = { ...works, officeId: 'halsted', untilDay: calendar.date(-121) }
      return [before, { ...works, fromDay: calendar.date(-120) }]
    }),
    links: demoLinks.map((link) => ({ ...link, weight: link.weight * scale })),
    batches: printed,
    linkRetirements: old.map(({ row }, i) => {
      return { practiceId, linkId: row.id, at: calendar.instant(-40 + i * 9, 16 * 60), by: row.by }
    }),
    linkChanges: changesOf(letters.slice(4), calendar),
  }
}

/** Of letters, which few scan: one is paused since today, one expired yesterday, and one leads elsewhere for weeks. */
function changesOf(letters: DemoLink[], calendar: Calendar): Cards['linkChanges'] {
  const changes = [
    { pausedFromDay: calendar.date(0), pausedUntilDay: calendar.date(14), at: calendar.instant(-1, 15 * 60) },
    { expiresDay: calendar.date(-1), at: calendar.instant(-30, 11 * 60) },
    { serviceId: 'consultation', at: calendar.instant(-45, 9 * 60 + 30) },
  ]
  return letters.slice(0, changes.length).map(({ row }, i) => {
    const { practiceId, id: linkId, serviceId, label, by } = row
    return { practiceId, linkId, version: 1, serviceId, label, by, at: row.createdAt, ...changes[i] }
  })
}

const shareOf = (name: string, { share }: { share: number }) =>
  name === DECLINING ? 0.3 : name === CURIOUS ? 0.55 : name === NEW ? 0.22 : name === REFERRERS[0]?.[0] ? 0.34 : share

function habits(name: string | undefined, channel: Channel, weight: number): Omit<DemoLink, 'row'> {
  const converts = name === CURIOUS ? 0.012 : channel === 'poster' ? 0.1 : channel === 'email' ? 0.12 : 0.25
  const calls = name === CURIOUS ? 0.02 : channel === 'card' ? 0.3 : 0.16
  const story = (day: number) => {
    if (name === DECLINING) return day < -85 ? 1.2 : day < -60 ? 0.5 : 0.12
    if (name === NEW) return day > NEW_SINCE ? 1.3 : 0
    // The practice grows, so that chance alone makes few of the others look as if they declined.
    return 0.8 + (0.4 * (day + DAYS)) / DAYS
  }
  return { weight, converts, calls, story }
}

const symbol = (random: Random) => random.pick([...SYMBOLS])
const demoCode = (random: Random) => codeFrom(Array.from({ length: CODE_LENGTH - 1 }, () => symbol(random)).join(''))

/** A valid NPI that nobody has: none issued begins with 2. The check digit is Luhn's over 80840 and the first nine. */
function demoNpi(random: Random): string {
  const nine = `2${String(random.between(0, 99_999_999)).padStart(8, '0')}`
  let sum = 0
  for (const [i, digit] of [...`80840${nine}`].reverse().entries()) {
    const doubled = Number(digit) * (i % 2 === 0 ? 2 : 1)
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return nine + String((10 - (sum % 10)) % 10)
}

import { eq } from 'drizzle-orm'
import type { Built, Sql } from '../database.ts'
import {
  locations,
  phoneHours,
  practices,
  practiceTexts,
  providers,
  services,
  serviceTexts,
  weeklyHours,
} from '../schema.ts'
import { DEMO_PHONE_HOURS } from './questions.ts'
import { arabic, larkfieldInArabic } from './text/ar.ts'
import { english, larkfield } from './text/en.ts'
import { larkfieldInSpanish, spanish } from './text/es.ts'

/** The demo practice as `npm start` creates it: fictional, in two time zones, telephones from the range for fiction. */
export const DEMO_PRACTICE = {
  id: 'demo',
  slug: 'larkfield',
  name: 'Larkfield Orthopaedics',
  timezone: 'America/Chicago',
  phone: '+13125550100',
  backLine: '+13125550190',
  recordsTo: 'Fax (312) 555-0191\nrecords@larkfield.example',
  insurers: 'Prairie Mutual\nGreat Lakes Health Plan\nMedicare\nMedicaid (Illinois, Indiana)',
} as const

export const DEMO_LOCATIONS = [
  {
    id: 'chicago',
    name: 'Chicago',
    timezone: 'America/Chicago',
    phone: '+13125550101',
    address: '1400 Larkfield Avenue\nChicago, IL 60600',
    directions: 'Third floor. From the train: Larkfield Avenue station, north exit, two minutes on foot.',
    parking: 'Garage under the building, free for three hours with your appointment.',
    stepFree: 'Step-free from the street and the garage; the lift is left of the main door.',
  },
  {
    id: 'south-bend',
    name: 'South Bend',
    timezone: 'America/Indiana/Indianapolis',
    phone: '+15745550102',
    address: '220 Millrace Street\nSouth Bend, IN 46600',
    directions: 'Ground floor, opposite the public library. Bus 9 stops at the door.',
    parking: 'Free parking behind the building.',
    stepFree: 'Step-free throughout, with automatic doors.',
  },
] as const

const DEMO_PROVIDERS = [
  { id: 'adeyemi', name: 'Dr Folake Adeyemi', specialty: 'Orthopaedic surgery, hip and knee' },
  { id: 'castellanos', name: 'Dr Inés Castellanos', specialty: 'Orthopaedic surgery, sports injuries' },
  { id: 'lindqvist', name: 'Dr Håkan Lindqvist', specialty: 'Spine' },
  { id: 'nguyen', name: 'Dr Minh-Anh Nguyễn', specialty: 'General orthopaedics' },
  { id: 'whitcombe', name: 'Dr Ruth Whitcombe', specialty: 'General orthopaedics, hip and knee' },
] as const

/** In the order of the lists. The first one is the one that newcomers try: one patient a slot, booked online. */
export const DEMO_SERVICES = [
  { id: 'consultation', mode: 'book', minutes: 30, stepMinutes: 30, capacity: 1 },
  { id: 'hip-and-knee', mode: 'book', minutes: 45, stepMinutes: 45, capacity: 1 },
  { id: 'sports-injury', mode: 'book', minutes: 20, stepMinutes: 20, capacity: 1 },
  { id: 'joint-class', mode: 'book', minutes: 90, stepMinutes: 90, capacity: 8 },
  { id: 'spine', mode: 'request', minutes: 40, stepMinutes: 40, capacity: 1 },
  { id: 'imaging', mode: 'elsewhere', minutes: 30, stepMinutes: 30, capacity: 1 },
] as const
export type DemoService = (typeof DEMO_SERVICES)[number]

const at = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

/** Provider, location, service, weekdays (1 is Monday), from and until on the location's wall clock. */
const WEEK: [string, string, DemoService['id'], number[], string, string][] = [
  ['nguyen', 'chicago', 'consultation', [1, 2, 3, 4, 5], '08:30', '12:00'],
  ['nguyen', 'chicago', 'consultation', [1, 2, 4], '13:00', '16:30'],
  ['nguyen', 'chicago', 'consultation', [6], '09:00', '12:00'],
  ['whitcombe', 'south-bend', 'consultation', [1, 3, 5], '08:00', '12:00'],
  ['whitcombe', 'south-bend', 'hip-and-knee', [1, 3], '13:00', '16:45'],
  ['adeyemi', 'chicago', 'hip-and-knee', [1, 2, 3, 4], '08:00', '12:30'],
  ['adeyemi', 'chicago', 'hip-and-knee', [5], '13:00', '16:45'],
  ['adeyemi', 'chicago', 'consultation', [2, 4], '13:30', '17:00'],
  ['adeyemi', 'chicago', 'joint-class', [5], '09:00', '12:00'],
  ['castellanos', 'chicago', 'sports-injury', [1, 2, 3, 4, 5], '09:00', '12:00'],
  ['castellanos', 'chicago', 'sports-injury', [1, 3, 5], '13:00', '17:00'],
  ['lindqvist', 'chicago', 'spine', [1, 2, 5], '08:40', '12:00'],
  ['lindqvist', 'south-bend', 'spine', [3, 4], '09:00', '13:00'],
]

export const DEMO_HOURS = WEEK.flatMap(([providerId, locationId, serviceId, weekdays, opens, closes]) =>
  weekdays.map((weekday) => ({
    id: `${providerId}-${serviceId}-${weekday}-${opens.replace(':', '')}`,
    providerId,
    locationId,
    serviceId,
    weekday,
    opens: at(opens),
    closes: at(closes),
  })),
)

const TEXTS = { en: english, es: spanish, ar: arabic }

/** What the practice says of itself, in each language. */
const DEMO_WORDS = [
  { locale: 'en', ...larkfield },
  { locale: 'es', ...larkfieldInSpanish },
  { locale: 'ar', ...larkfieldInArabic },
]

/**
 * Gives a practice that exists already the demo's locations, providers, services, texts and hours, and switches it to
 * online booking; for one write batch. It adds no history.
 */
export function demoSetup(sql: Sql, practiceId: string): Built[] {
  const owned = <T>(rows: readonly T[]) => rows.map((row) => ({ practiceId, ...row }))
  const texts = Object.entries(TEXTS).flatMap(([locale, byService]) =>
    DEMO_SERVICES.map(({ id }) => ({ serviceId: id, locale, ...byService[id] })),
  )
  const { phone, backLine, recordsTo, insurers } = DEMO_PRACTICE
  const said = { phone, backLine, recordsTo, insurers }
  return [
    sql
      .update(practices)
      .set({ mode: 'booking', ...said })
      .where(eq(practices.id, practiceId)),
    sql.insert(locations).values(owned(DEMO_LOCATIONS)),
    sql.insert(providers).values(owned(DEMO_PROVIDERS)),
    sql.insert(services).values(
      DEMO_SERVICES.map((service, position) => ({
        practiceId,
        ...service,
        slug: service.id,
        name: english[service.id].name,
        position,
        schedulerUrl: service.mode === 'elsewhere' ? 'https://imaging.example.com/schedule' : null,
      })),
    ),
    sql.insert(serviceTexts).values(owned(texts)),
    sql.insert(practiceTexts).values(owned(DEMO_WORDS)),
    sql.insert(weeklyHours).values(owned(DEMO_HOURS)),
    sql.insert(phoneHours).values(owned(DEMO_PHONE_HOURS)),
  ]
}

import type { CardFacts } from '../../worker/cards/facts.ts'
import type { Particulars } from '../../worker/cards/particulars.ts'

/** What slips and kits say of it: two places with accents, insurers, a shared pad's clinicians. */
export const PARTICULARS: Particulars = {
  clinicians: [
    'Dr Amara Okonjo',
    'Dr Łukasz Đorđević-Nguyễn',
    'Inés Castellanos, PA-C',
    'Dr Ruth Whitcombe',
    'د. ليلى حدّاد',
  ],
  locations: [
    {
      name: 'Chicago',
      address: '1400 Larkfield Avenue\nChicago, IL 60600',
      directions: 'Third floor. From the train: Larkfield Avenue station, north exit, two minutes on foot.',
      parking: 'Garage under the building, free for three hours with your appointment.',
    },
    {
      name: 'South Bend',
      address: '220 Millrace Street\nSouth Bend, IN 46600',
      directions: 'Ground floor, opposite the public library. Bus 9 stops at the door.',
      parking: 'Free parking behind the building.',
    },
  ],
  insurers: ['Prairie Mutual', 'Great Lakes Health Plan', 'Medicare', 'Medicaid (Illinois, Indiana)'],
  backLine: '(312) 555-0190',
  recordsTo: 'Fax (312) 555-0191\nrecords@northbay-ortho.example',
  wait: '',
}

/** Cards of one practice with names of every kind: short, long, with accents, of a shared pad. */
export const CARDS: CardFacts[] = [
  { referrer: 'Dr Amara Okonjo', office: 'Riverside Family Medicine' },
  { referrer: null, office: 'Clínica Familiar Núñez y Asociados' },
  { referrer: 'Dr Łukasz Đorđević-Nguyễn', office: 'Women’s Health & Midwifery of the Greater Lake County Area' },
].map((who, i) => ({
  linkId: `link${i}`,
  known: '',
  practice: 'Northbay Orthopedics & Sports Medicine',
  domain: 'care.northbay-ortho.example',
  phone: '(312) 555-0100',
  display: ['K7M4-HXR2', '0C8R-19YL', '4HHX-2KMF'][i] ?? '',
  qrUrl: `HTTPS://CARE.NORTHBAY-ORTHO.EXAMPLE/Q/${['K7M4HXR2', '0C8R19YL', '4HHX2KMF'][i]}`,
  url: `https://care.northbay-ortho.example/r/${['K7M4HXR2', '0C8R19YL', '4HHX2KMF'][i]}`,
  accent: '#0f5f6b',
  particulars: PARTICULARS,
  ...who,
}))

/** The first of them, or what is wrong with the list. */
export function card(change: Partial<CardFacts> = {}): CardFacts {
  const [first] = CARDS
  if (!first) throw new Error('there are cards')
  return { ...first, ...change }
}

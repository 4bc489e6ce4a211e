import type { CardFacts } from '../../worker/cards/facts.ts'

/** Cards of one practice with names of every kind: short, long, with accents, of a shared pad. */
export const CARDS: CardFacts[] = [
  { referrer: 'Dr Amara Okonjo', office: 'Riverside Family Medicine' },
  { referrer: null, office: 'Clínica Familiar Núñez y Asociados' },
  { referrer: 'Dr Łukasz Đorđević-Nguyễn', office: 'Women’s Health & Midwifery of the Greater Lake County Area' },
].map((who, i) => ({
  linkId: `link${i}`,
  practice: 'Northbay Orthopedics & Sports Medicine',
  domain: 'care.northbay-ortho.example',
  phone: '(312) 555-0100',
  display: ['K7M4-HXR2', '0C8R-19YL', '4HHX-2KMF'][i] ?? '',
  qrUrl: `HTTPS://CARE.NORTHBAY-ORTHO.EXAMPLE/Q/${['K7M4HXR2', '0C8R19YL', '4HHX2KMF'][i]}`,
  accent: '#0f5f6b',
  ...who,
}))

/** The first of them, or what is wrong with the list. */
export function card(change: Partial<CardFacts> = {}): CardFacts {
  const [first] = CARDS
  if (!first) throw new Error('there are cards')
  return { ...first, ...change }
}

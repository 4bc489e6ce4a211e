import { type Place, type Published, type PublishedService, weekOf } from '../../worker/practices/published.ts'

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/**
 * What the page says, for machines: each place as a MedicalClinic and each doctor as a Physician of schema.org, as JSON
 * that may stand inside a script element, whatever the names are.
 */
export function structured(published: Published, service: PublishedService, page: string, home: string): string {
  const { practice } = published
  const telephone = practice.phone || undefined
  const clinics = service.places.map((place) => ({
    '@type': 'MedicalClinic',
    '@id': `${home}#${encodeURIComponent(place.id)}`,
    name: service.places.length > 1 ? `${practice.name}, ${place.name}` : practice.name,
    url: page,
    telephone: place.phone || telephone,
    address: postalAddress(place.address),
    openingHoursSpecification: openings(place),
  }))
  const doctors = service.providers.map(({ name, specialty }) => ({
    '@type': 'Physician',
    name,
    description: specialty || undefined,
    url: page,
    telephone,
    parentOrganization: clinics[0] && { '@id': clinics[0]['@id'] },
  }))
  return inScript({ '@context': 'https://schema.org', '@graph': [...clinics, ...doctors] })
}

/** Addresses are free text; the last line of one in the United States says more than that it is a line. */
function postalAddress(address: string) {
  const lines = address.split('\n').map((line) => line.trim())
  const [, city, state, code] = /^(.+), ([A-Z]{2}) (\d{5}(?:-\d{4})?)$/.exec(lines.at(-1) ?? '') ?? []
  const street = lines.slice(0, city ? -1 : undefined).join(', ')
  const known = city && { addressLocality: city, addressRegion: state, postalCode: code, addressCountry: 'US' }
  return { '@type': 'PostalAddress', streetAddress: street, ...known }
}

const openings = ({ openings }: Place) =>
  weekOf(openings).flatMap(({ days, hours }) =>
    hours.map(([opens, closes]) => ({
      '@type': 'OpeningHoursSpecification',
      dayOfWeek: days.flatMap(([first, last]) => DAYS.slice(first - 1, last)),
      opens: clockOf(opens),
      closes: clockOf(closes),
    })),
  )

const clockOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** No `<` can end the element, and no separator of lines the string. */
const inScript = (value: unknown) =>
  JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')

import { eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { offices, services } from '../../db/schema.ts'
import type { FieldError } from '../http.ts'
import { today } from '../practices/find.ts'
import { type Place, placeAmong, placesOf } from './place.ts'
import type { Wanted } from './sheet.ts'

/** All that rows may name, read once for all of them. */
export interface Directory {
  /** The ids of those who work at some office today. */
  everyone: string[]
  /** Where a row's link belongs, and what it opens; else what to correct. */
  find(wanted: Wanted): (Place & { serviceId: string }) | FieldError
  hasService(slugOrId: string): boolean
  /** The local day, YYYY-MM-DD, for which it was read. */
  today: string
}

export async function directoryOf(db: Database, practiceId: string, now: number): Promise<Directory> {
  const day = await today(db, practiceId, now)
  const [places, allOffices, allServices] = await Promise.all([
    placesOf(db, practiceId, day),
    db.read((sql) =>
      sql.select({ id: offices.id, name: offices.name }).from(offices).where(eq(offices.practiceId, practiceId)),
    ),
    db.read((sql) =>
      sql.select({ id: services.id, name: services.slug }).from(services).where(eq(services.practiceId, practiceId)),
    ),
  ])
  const placesBy = Map.groupBy(places, ({ referrerId }) => referrerId)
  const people = [...placesBy].map(([id, [first]]) => ({
    id,
    name: first?.referrerName ?? '',
    npi: first?.npi ?? null,
  }))
  const [idsOfReferrer, idsOfOffice, idsOfService] = [
    byIdOrName(people),
    byIdOrName(allOffices),
    byIdOrName(allServices),
  ]
  const idByNpi = new Map(people.map(({ id, npi }) => [npi, id]))

  const personOf = ({ referrer, npi }: Wanted): string | null | FieldError => {
    const named = referrer === undefined ? null : idsOfReferrer(referrer)
    if (npi === undefined) return named && only(named, 'referrer')
    const id = idByNpi.get(npi)
    if (id === undefined) return { field: 'npi', detail: 'No referrer has this NPI. Create them with POST /referrers.' }
    if (named === null || named.includes(id)) return id
    return { field: 'npi', detail: 'This NPI is that of another referrer. Correct it, or leave one of the two out.' }
  }
  const placeFor = (wanted: Wanted): Place | FieldError => {
    const referrerId = personOf(wanted)
    const officeId = wanted.office === undefined ? null : only(idsOfOffice(wanted.office), 'office')
    if (isError(referrerId)) return referrerId
    if (isError(officeId)) return officeId
    if (referrerId !== null) {
      const place = placeAmong(placesBy.get(referrerId) ?? [], officeId)
      return 'detail' in place ? { ...place, field: 'office' } : place
    }
    const office = allOffices.find(({ id }) => id === officeId)
    if (!office) return { field: 'referrer', detail: 'Say for whom: give a referrer, an NPI or an office.' }
    return { officeId: office.id, officeName: office.name, referrerId: null, referrerName: null }
  }
  return {
    today: day,
    everyone: [...new Set(places.flatMap(({ referrerId, officeId }) => (officeId ? [referrerId] : [])))],
    hasService: (service) => idsOfService(service).length === 1,
    find(wanted) {
      const place = placeFor(wanted)
      const serviceId = only(idsOfService(wanted.service), 'service')
      if ('detail' in place) return place
      return isError(serviceId) ? serviceId : { ...place, serviceId }
    },
  }
}

/** Names as people type them: in any case, with any spaces. An id is found as it stands, and before a name. */
function byIdOrName(all: readonly { id: string; name: string }[]): (text: string) => string[] {
  const ids = new Set(all.map(({ id }) => id))
  const named = Map.groupBy(all, ({ name }) => folded(name))
  return (text) => (ids.has(text) ? [text] : (named.get(folded(text)) ?? []).map(({ id }) => id))
}

const folded = (name: string) => name.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase()

/** The one id that was found; else what to correct. */
function only(ids: string[], field: string): string | FieldError {
  const [id] = ids
  if (id === undefined) return { field, detail: `There is no such ${field}. Correct it, or create it first.` }
  if (ids.length === 1) return id
  return {
    field,
    detail: `There are ${ids.length} of this name. Give the ${field === 'referrer' ? 'NPI or the id' : 'id'}.`,
  }
}

const isError = (found: string | null | FieldError): found is FieldError => typeof found === 'object' && found !== null

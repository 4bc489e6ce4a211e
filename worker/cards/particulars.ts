import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { locations, referrerOffices, referrers, weeklyHours } from '../../db/schema.ts'
import type { Practice } from '../practices/find.ts'
import { displayPhone } from '../practices/phone.ts'

/** What a referring office needs to know beside the code. What is empty is not printed. */
export interface Particulars {
  /** Who refers from this office, by name; who is known to leave is left out, since pads outlast them. */
  clinicians: string[]
  /** Where the link's service is offered; all locations, where its hours are not known here. */
  locations: Location[]
  insurers: string[]
  /** The line that is answered at once, and where records go: lines, as the practice wrote them. */
  backLine: string
  recordsTo: string
  /** How long a patient waits, as whoever prints it says. */
  wait: string
}

export interface Location {
  name: string
  address: string
  directions: string
  parking: string
}

/** The particulars of many links of one practice, in three queries. */
export async function particularsOf(
  db: Database,
  { id: practiceId, backLine, recordsTo, insurers }: Practice,
  of: { officeId: string; serviceId: string }[],
  wait: string,
): Promise<(link: { officeId: string; serviceId: string }) => Particulars> {
  const officeIds = [...new Set(of.map(({ officeId }) => officeId))]
  const [people, everywhere, offered] = await Promise.all([
    db.read((sql) =>
      sql
        .selectDistinct({ officeId: referrerOffices.officeId, name: referrers.name })
        .from(referrerOffices)
        .innerJoin(
          referrers,
          and(eq(referrers.practiceId, referrerOffices.practiceId), eq(referrers.id, referrerOffices.referrerId)),
        )
        .where(
          and(
            eq(referrerOffices.practiceId, practiceId),
            inArray(referrerOffices.officeId, officeIds),
            isNull(referrerOffices.untilDay),
          ),
        )
        .orderBy(asc(referrers.name)),
    ),
    db.read((sql) => {
      const { id, name, address, directions, parking } = locations
      return sql
        .select({ id, name, address, directions, parking })
        .from(locations)
        .where(eq(locations.practiceId, practiceId))
        .orderBy(asc(name))
    }),
    db.read((sql) =>
      sql
        .selectDistinct({ serviceId: weeklyHours.serviceId, locationId: weeklyHours.locationId })
        .from(weeklyHours)
        .where(eq(weeklyHours.practiceId, practiceId)),
    ),
  ])
  const byOffice = Map.groupBy(people, ({ officeId }) => officeId)
  const byService = Map.groupBy(offered, ({ serviceId }) => serviceId)
  return ({ officeId, serviceId }) => {
    const ids = byService.get(serviceId)?.map(({ locationId }) => locationId)
    return {
      clinicians: (byOffice.get(officeId) ?? []).map(({ name }) => name),
      locations: everywhere.filter(({ id }) => !ids || ids.includes(id)).map(({ id: _, ...location }) => location),
      insurers: insurers.split('\n').filter(Boolean),
      backLine: displayPhone(backLine),
      recordsTo,
      wait,
    }
  }
}

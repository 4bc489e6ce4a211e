import { and, eq, inArray } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { linkChanges, links, practices } from '../../db/schema.ts'
import { lastChange, linkServiceId, referrerLastDay } from '../links/queries.ts'
import { localDay, worksThere } from '../practices/day.ts'
import type { CreditedLink } from './credit.ts'

/** A practice's link as far as credit goes. Retired, paused and expired ones are found too: cards are printed. */
export interface CodedLink extends CreditedLink {
  code: string
  serviceId: string
}

/**
 * The links of the codes, by code, as credit is given at `now`: a referrer who has left the office is named no more. A
 * code of another practice is unknown here.
 */
export async function linksOfCodes(
  db: Database,
  practiceId: string,
  codes: readonly string[],
  now: number,
): Promise<Map<string, CodedLink>> {
  const wanted = [...new Set(codes)]
  if (wanted.length === 0) return new Map()
  const rows = await db.read((sql) =>
    sql
      .select({
        linkId: links.id,
        code: links.code,
        officeId: links.officeId,
        referrerId: links.referrerId,
        serviceId: linkServiceId,
        referrerLastDay,
        timezone: practices.timezone,
      })
      .from(links)
      .innerJoin(practices, eq(practices.id, links.practiceId))
      .leftJoin(linkChanges, lastChange)
      .where(and(eq(links.practiceId, practiceId), inArray(links.code, wanted))),
  )
  return new Map(
    rows.map(({ referrerLastDay: lastDay, timezone, referrerId, ...row }) => {
      const named = worksThere(lastDay, localDay(now, timezone)) ? referrerId : null
      return [row.code, { ...row, referrerId: named }]
    }),
  )
}

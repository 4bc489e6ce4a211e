import { and, eq, inArray } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { links } from '../../db/schema.ts'
import type { CreditedLink } from './credit.ts'

/** A practice's link as far as credit goes. Retired, paused and expired ones are found too: cards are printed. */
export interface CodedLink extends CreditedLink {
  code: string
  serviceId: string
}

/** The links of the codes, by code. A code of another practice is unknown here. */
export async function linksOfCodes(
  db: Database,
  practiceId: string,
  codes: readonly string[],
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
        serviceId: links.serviceId,
      })
      .from(links)
      .where(and(eq(links.practiceId, practiceId), inArray(links.code, wanted))),
  )
  return new Map(rows.map((row) => [row.code, row]))
}

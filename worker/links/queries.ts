import { and, eq, sql as raw, type SQL } from 'drizzle-orm'
import type { Sql } from '../../db/database.ts'
import { linkRetirements, links, locations, offices, practices, referrers, services } from '../../db/schema.ts'

/** Links with all that a redirect and, in an outage, a landing page need of them. */
export function resolvedLinks(sql: Sql, where: SQL | undefined) {
  return sql
    .select({
      linkId: links.id,
      code: links.code,
      alias: links.alias,
      practiceId: links.practiceId,
      practiceSlug: practices.slug,
      practiceName: practices.name,
      practicePhone: practices.phone,
      timezone: practices.timezone,
      officeId: links.officeId,
      officeName: offices.name,
      referrerId: links.referrerId,
      referrerName: referrers.name,
      serviceId: links.serviceId,
      serviceSlug: services.slug,
      serviceName: services.name,
      retiredAt: linkRetirements.at,
      address: firstAddress,
      channel: links.channel,
      label: links.label,
      createdAt: links.createdAt,
    })
    .from(links)
    .innerJoin(practices, eq(practices.id, links.practiceId))
    .innerJoin(offices, and(eq(offices.practiceId, links.practiceId), eq(offices.id, links.officeId)))
    .innerJoin(services, and(eq(services.practiceId, links.practiceId), eq(services.id, links.serviceId)))
    .leftJoin(referrers, and(eq(referrers.practiceId, links.practiceId), eq(referrers.id, links.referrerId)))
    .leftJoin(
      linkRetirements,
      and(eq(linkRetirements.practiceId, links.practiceId), eq(linkRetirements.linkId, links.id)),
    )
    .where(where)
}

export type ResolvedRow = Awaited<ReturnType<typeof resolvedLinks>>[number]

/** Of the location that the practice entered first. */
const firstAddress = raw<string>`coalesce((
  SELECT ${locations.address} FROM ${locations} WHERE ${locations.practiceId} = ${links.practiceId}
  ORDER BY ${locations}.rowid LIMIT 1), '')`

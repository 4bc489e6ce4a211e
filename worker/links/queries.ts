import { and, eq, inArray, or, sql as raw, type SQL } from 'drizzle-orm'
import type { Sql } from '../../db/database.ts'
import {
  batches,
  linkChanges,
  linkRetirements,
  links,
  locations,
  offices,
  practices,
  referrerOffices,
  referrers,
  services,
} from '../../db/schema.ts'

/** Links as they stand after every change, with all that a redirect and, in an outage, a landing page need of them. */
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
      referrerLastDay,
      serviceId: linkServiceId,
      serviceSlug: services.slug,
      serviceName: services.name,
      retiredAt: linkRetirements.at,
      address: firstAddress,
      channel: links.channel,
      label: linkLabel,
      pausedFromDay: linkChanges.pausedFromDay,
      pausedUntilDay: linkChanges.pausedUntilDay,
      expiresDay: linkChanges.expiresDay,
      /** How often it was changed. */
      version: raw<number>`coalesce(${linkChanges.version}, 0)`,
      /** When it was changed or retired last; null: never. */
      editedAt: raw<number | null>`coalesce(${linkRetirements.at}, ${linkChanges.at})`,
      createdAt: links.createdAt,
      batch: {
        ofLinkId: batches.ofLinkId,
        quantity: batches.quantity,
        handOutDay: batches.handOutDay,
        desk: batches.desk,
        note: batches.note,
      },
    })
    .from(links)
    .innerJoin(practices, eq(practices.id, links.practiceId))
    .innerJoin(offices, and(eq(offices.practiceId, links.practiceId), eq(offices.id, links.officeId)))
    .leftJoin(linkChanges, lastChange)
    .innerJoin(services, and(eq(services.practiceId, links.practiceId), eq(services.id, linkServiceId)))
    .leftJoin(referrers, and(eq(referrers.practiceId, links.practiceId), eq(referrers.id, links.referrerId)))
    .leftJoin(
      linkRetirements,
      and(eq(linkRetirements.practiceId, links.practiceId), eq(linkRetirements.linkId, links.id)),
    )
    .leftJoin(batches, and(eq(batches.practiceId, links.practiceId), eq(batches.linkId, links.id)))
    .where(where)
}

export type ResolvedRow = Awaited<ReturnType<typeof resolvedLinks>>[number]

/** A link and those of its print runs: what is done to it is done to them. */
export const withBatches = (practiceId: string, id: string): SQL | undefined =>
  and(
    eq(links.practiceId, practiceId),
    or(
      eq(links.id, id),
      inArray(
        links.id,
        raw`(SELECT ${batches.linkId} FROM ${batches} WHERE ${batches.practiceId} = ${practiceId}
          AND ${batches.ofLinkId} = ${id})`,
      ),
    ),
  )

/** For a left join of link_changes: the change that holds. */
export const lastChange: SQL | undefined = and(
  eq(linkChanges.practiceId, links.practiceId),
  eq(linkChanges.linkId, links.id),
  raw`${linkChanges.version} = (SELECT max(c.version) FROM ${linkChanges} c
    WHERE c.practice_id = ${links.practiceId} AND c.link_id = ${links.id})`,
)

/** Where a link leads, with `lastChange` joined. */
export const linkServiceId = raw<string>`coalesce(${linkChanges.serviceId}, ${links.serviceId})`

/** Whether the link is retired. */
export const isRetired = raw`EXISTS (SELECT 1 FROM ${linkRetirements}
  WHERE ${linkRetirements.practiceId} = ${links.practiceId} AND ${linkRetirements.linkId} = ${links.id})`

/** What it is called, with `lastChange` joined. */
export const linkLabel = raw<
  string | null
>`CASE WHEN ${linkChanges.version} IS NULL THEN ${links.label} ELSE ${linkChanges.label} END`

/** The last day of the link's referrer at its office; null while they work there, and where it has none. */
export const referrerLastDay = raw<string | null>`(
  SELECT CASE WHEN count(*) = count(r.until_day) THEN max(r.until_day) END FROM ${referrerOffices} r
  WHERE r.practice_id = ${links.practiceId} AND r.referrer_id = ${links.referrerId} AND r.office_id = ${links.officeId})`

/** Of the location that the practice entered first. */
const firstAddress = raw<string>`coalesce((
  SELECT ${locations.address} FROM ${locations} WHERE ${locations.practiceId} = ${links.practiceId}
  ORDER BY ${locations}.rowid LIMIT 1), '')`

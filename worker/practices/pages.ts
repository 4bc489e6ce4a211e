import { and, asc, eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { hosts, practices, services } from '../../db/schema.ts'

/** A practice's page, or that of one of its services. */
export interface LandingPage {
  practice: string
  service: string | null
  /** The practice's own host, where it has one. */
  host: string | null
}

/** Every landing page of a practice (by its slug), or of all, in the order of the practices; at most so many services. */
export async function landingPages(db: Database, slug: string | null, most: number): Promise<LandingPage[]> {
  const rows = await db.read((sql) =>
    sql
      .select({ practice: practices.slug, service: services.slug, host: hosts.host })
      .from(practices)
      .leftJoin(services, eq(services.practiceId, practices.id))
      .leftJoin(hosts, and(eq(hosts.practiceId, practices.id), eq(hosts.isPrimary, true)))
      .where(slug === null ? undefined : eq(practices.slug, slug))
      .orderBy(asc(practices.slug), asc(services.position), asc(services.id))
      .limit(most),
  )
  return rows.flatMap((row, i) =>
    row.practice !== rows[i - 1]?.practice && row.service !== null ? [{ ...row, service: null }, row] : [row],
  )
}

import { and, asc, eq, or } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { practices, services } from '../../db/schema.ts'
import { localDay } from './day.ts'

export type Practice = typeof practices.$inferSelect
export type Service = typeof services.$inferSelect

/** In mode A nothing of patients is stored, whoever writes: not even words in which somebody might name one. */
export const storesPatients = ({ mode }: Pick<Practice, 'mode'>): boolean => mode !== 'attribution'
export const STORES_NOTHING = 'This practice stores nothing of patients. Leave it out.'

/** A practice by its slug or its id, as both appear in addresses. */
export async function findPractice(db: Database, slugOrId: string): Promise<Practice | undefined> {
  const rows = await db.read((sql) =>
    sql
      .select()
      .from(practices)
      .where(or(eq(practices.slug, slugOrId), eq(practices.id, slugOrId))),
  )
  return preferred(rows, slugOrId)
}

/** The practice of somebody who was let in, by its id. That it is gone would be a bug, and is thrown. */
export async function practiceOf(db: Database, { practiceId }: { practiceId: string }): Promise<Practice> {
  const [practice] = await db.read((sql) => sql.select().from(practices).where(eq(practices.id, practiceId)))
  if (!practice) throw new Error('a caller belongs to a practice')
  return practice
}

/** A practice by its id, or all of them, in the order of their slugs: for what goes over one after another. */
export const practicesBy = (db: Database, practiceId: string | 'all') =>
  db.read((sql) =>
    sql
      .select({ id: practices.id, slug: practices.slug, timezone: practices.timezone })
      .from(practices)
      .where(practiceId === 'all' ? undefined : eq(practices.id, practiceId))
      .orderBy(asc(practices.slug)),
  )

/** The day on the practice's wall clock, YYYY-MM-DD. */
export const today = async (db: Database, practiceId: string, now: number): Promise<string> =>
  localDay(now, (await practiceOf(db, { practiceId })).timezone)

/** A service of a practice by its slug or its id. */
export async function findService(db: Database, practiceId: string, slugOrId: string): Promise<Service | undefined> {
  const rows = await db.read((sql) =>
    sql
      .select()
      .from(services)
      .where(and(eq(services.practiceId, practiceId), or(eq(services.slug, slugOrId), eq(services.id, slugOrId)))),
  )
  return preferred(rows, slugOrId)
}

/** Somebody's slug may be another's id: the id wins. */
const preferred = <T extends { id: string }>(rows: T[], id: string): T | undefined =>
  rows.find((row) => row.id === id) ?? rows[0]

import { and, asc, eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { rollups } from '../../db/schema.ts'

/**
 * The local day of the practice's first count, of whatever measure; null where nothing was counted yet. What lies before
 * is unknown, not zero. Found by the key of the rollups: one row is read.
 */
export async function countedSince(db: Database, practiceId: string): Promise<string | null> {
  const [first] = await db.read((sql) =>
    sql
      .select({ day: rollups.bucket })
      .from(rollups)
      .where(and(eq(rollups.practiceId, practiceId), eq(rollups.grain, 'day')))
      .orderBy(asc(rollups.bucket))
      .limit(1),
  )
  return first?.day ?? null
}

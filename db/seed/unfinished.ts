import { and, eq } from 'drizzle-orm'
import { type Database, stored } from '../database.ts'
import * as schema from '../schema.ts'
import { FRONT_DESK } from './people.ts'
import { DEMO_PRACTICE } from './practice.ts'

/** Writes the row that is the last of a seed: where it is missing, the seed was interrupted. */
export async function finish(db: Database, createdAt: number): Promise<void> {
  const { staff, memberships } = schema
  const row = { practiceId: DEMO_PRACTICE.id, staffId: FRONT_DESK.id, role: 'front desk' as const, createdAt }
  stored(
    await db.write(
      (sql) => [
        sql
          .insert(staff)
          .values({ ...FRONT_DESK, createdAt })
          .onConflictDoNothing(),
        sql.insert(memberships).values(row).onConflictDoNothing(),
      ],
      { idempotent: true },
    ),
  )
}

/** Removes a demo practice whose seed was interrupted; nobody has worked with it, since it was never served. */
export async function clearUnfinished(db: Database): Promise<void> {
  const { practices, memberships } = schema
  const [begun] = await db.read((sql) => sql.select().from(practices).where(eq(practices.id, DEMO_PRACTICE.id)))
  if (!begun) return
  const [finished] = await db.read((sql) =>
    sql
      .select()
      .from(memberships)
      .where(and(eq(memberships.practiceId, begun.id), eq(memberships.staffId, FRONT_DESK.id))),
  )
  if (finished) return
  stored(
    await db.write(
      (sql) => [
        ...OWNED.map((table) => sql.delete(table).where(eq(table.practiceId, begun.id))),
        sql.delete(practices).where(eq(practices.id, begun.id)),
      ],
      { idempotent: true },
    ),
  )
}

/** What a seed may have written, the referring before the referred to. */
const OWNED = [
  ...[schema.rollups, schema.credits, schema.bookingEvents, schema.bookings, schema.calls, schema.consents],
  ...[schema.referralEvents, schema.referrals, schema.patients, schema.callStarts, schema.visits],
  ...[schema.scans],
  ...[schema.linkRetirements, schema.linkChanges, schema.batches, schema.links],
  ...[schema.referrerOffices, schema.referrers, schema.offices],
  ...[schema.questionTexts, schema.serviceAnswers, schema.serviceQuestions, schema.phoneHours],
  ...[schema.hourExceptions, schema.practiceTexts],
  ...[schema.weeklyHours, schema.serviceTexts, schema.services, schema.providers, schema.locations],
  ...[schema.practiceTexts],
  ...[schema.signInLinks, schema.apiKeys, schema.memberships, schema.practiceKeys],
]

import { and, eq, inArray, sql as raw } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { bookings } from '../../db/schema.ts'

type Key = { practiceId: string; bookingId: string }

/** Where an appointment began and where it is now: a booking that was moved is a row of its own for each time. */
export interface Moves {
  firstId: string
  currentId: string
  /** The start that it had before it was moved here; null where it never was. */
  movedFromStart: number | null
}

/** Follows the moves of a booking both ways; they stay within its referral. Null where there is no such booking. */
export async function movesOf(db: Database, { practiceId, bookingId }: Key): Promise<Moves | null> {
  const rows = await db.read((sql) =>
    sql
      .select({ id: bookings.id, movedFrom: bookings.movedFrom, startsAt: bookings.startsAt })
      .from(bookings)
      .where(
        and(
          eq(bookings.practiceId, practiceId),
          inArray(
            bookings.referralId,
            sql
              .select({ id: raw<string>`b.referral_id`.as('id') })
              .from(raw`bookings b`)
              .where(raw`b.practice_id = ${practiceId} AND b.id = ${bookingId}`),
          ),
        ),
      ),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  const after = new Map(rows.flatMap((row) => (row.movedFrom === null ? [] : [[row.movedFrom, row] as const])))
  const own = byId.get(bookingId)
  if (!own) return null
  let first = own
  for (let one = byId.get(own.movedFrom ?? ''); one; one = byId.get(one.movedFrom ?? '')) first = one
  let current = own
  for (let one = after.get(own.id); one; one = after.get(one.id)) current = one
  return {
    firstId: first.id,
    currentId: current.id,
    movedFromStart: byId.get(current.movedFrom ?? '')?.startsAt ?? null,
  }
}

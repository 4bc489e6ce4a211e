import { and, eq, gt, inArray, lt } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { bookings } from '../../db/schema.ts'
import { ACTIVE_STATUSES } from '../bookings/occupied.ts'
import { type Closed, closedOn } from '../bookings/opening.ts'
import { wallAt, wallOf } from '../bookings/wall.ts'

const DAY_MS = 86_400_000

/** How many active bookings to come lie in a closing. `zones` are those of the practice's locations, by id. */
export async function touchedBookings(
  db: Database,
  practiceId: string,
  closed: Closed & { serviceId: string | null },
  zones: ReadonlyMap<string, string>,
  now: number,
): Promise<number> {
  const from = Date.parse(`${closed.fromDay}T00:00:00Z`) - 2 * DAY_MS
  const until = Date.parse(`${closed.untilDay}T00:00:00Z`) + 3 * DAY_MS
  const near = await db.read((sql) =>
    sql
      .select({
        providerId: bookings.providerId,
        locationId: bookings.locationId,
        startsAt: bookings.startsAt,
        endsAt: bookings.endsAt,
      })
      .from(bookings)
      .where(
        and(
          eq(bookings.practiceId, practiceId),
          gt(bookings.startsAt, Math.max(from, now)),
          lt(bookings.startsAt, until),
          inArray(bookings.status, ACTIVE_STATUSES),
          closed.serviceId === null ? undefined : eq(bookings.serviceId, closed.serviceId),
        ),
      ),
  )
  return near.filter((booking) => {
    const timezone = zones.get(booking.locationId) ?? 'UTC'
    const { day } = wallAt(booking.startsAt, timezone)
    if (day < closed.fromDay || day > closed.untilDay) return false
    return closedOn(wallOf(day, timezone), booking, [closed])(booking)
  }).length
}

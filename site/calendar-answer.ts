import type { APIContext } from 'astro'
import { DatabaseUnavailable } from '../db/database.ts'
import { calendarToKeep } from '../worker/bookings/appointment.ts'
import type { BookingKey } from '../worker/bookings/lookup.ts'
import { movesOf } from '../worker/bookings/moves.ts'

/** The calendar file of a booking, where it is now; who has shown none is led to where it is found. */
export async function calendarAnswer(
  { locals, redirect }: Pick<APIContext, 'locals' | 'redirect'>,
  key: BookingKey | null,
): Promise<Response> {
  const { db, env, lang, now, text } = locals
  try {
    const moves = key && (await movesOf(db, key))
    const current = key && moves && { ...key, bookingId: moves.currentId }
    const calendar = current && (await calendarToKeep(db, env, current, lang, now))
    if (!calendar) return redirect('/visit', 303)
    return new Response(calendar.text, {
      headers: {
        'Content-Type': `text/calendar; charset=utf-8; method=${calendar.method}`,
        'Content-Disposition': 'attachment; filename="appointment.ics"',
        'Cache-Control': 'private, no-store',
      },
    })
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw error
    return new Response(text.outage.body, { status: 503 })
  }
}

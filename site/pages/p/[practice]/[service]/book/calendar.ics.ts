import type { APIRoute } from 'astro'
import { calendarAnswer } from '../../../../../calendar-answer.ts'
import { readDone } from '../../../../../questions/draft.ts'
import { findService } from '../../../../../questions/open.ts'

/** The booking that this browser has just made, for a calendar. */
export const GET: APIRoute = async (page) => {
  const [found, done] = [await findService(page), await readDone(page)]
  const key =
    found.kind === 'found' && done?.id ? { practiceId: found.published.practice.id, bookingId: done.id } : null
  return calendarAnswer(page, key)
}

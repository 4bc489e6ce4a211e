import type { APIRoute } from 'astro'
import { calendarAnswer } from '../../calendar-answer.ts'
import { readFound } from '../../found.ts'

/** The booking that this browser has found, for a calendar. */
export const GET: APIRoute = async (page) => calendarAnswer(page, await readFound(page))

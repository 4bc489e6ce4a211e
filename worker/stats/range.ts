import { z } from '@hono/zod-openapi'
import { dayAfter } from '../practices/day.ts'
import { DEFAULT_DAYS, daysIn, daysUntil, type Period } from './periods.ts'

/** Ten years, and 92 days by the hour. */
const MOST_DAYS = 3_660
export const MOST_DAYS_BY_HOUR = 92
export const EARLIEST = '2000-01-01'
export const LATEST = '2100-12-31'

const day = z.iso.date('Send a date such as 2026-11-23.').refine((text) => text >= EARLIEST && text <= LATEST, {
  error: `Send a date from ${EARLIEST} to ${LATEST}.`,
})

/** from and to of every report. */
export const range = {
  from: day.optional().describe('First local day; 28 days up to `to` when left out').openapi({ example: '2026-11-01' }),
  to: day.optional().describe('Last local day, included; today when left out').openapi({ example: '2026-11-28' }),
}

export type RangeAnswer =
  | { ok: true; period: Period }
  | { ok: false; why: 'ends first' | 'too long'; field: 'from' | 'to'; detail: string }

/** The days asked for; what is left out becomes the last 28 days until `to` or today. */
export function rangeOf(asked: { from?: string | undefined; to?: string | undefined }, today: string): RangeAnswer {
  const to = asked.to ?? (asked.from && asked.from > today ? asked.from : today)
  const from = asked.from ?? daysUntil(to, DEFAULT_DAYS).from
  if (from > to)
    return { ok: false, why: 'ends first', field: 'to', detail: `Send a day that is not before from (${from}).` }
  if (daysIn({ from, to }) > MOST_DAYS)
    return {
      ok: false,
      why: 'too long',
      field: 'from',
      detail: `Send ${dayAfter(to, 1 - MOST_DAYS)} or later: ten years at most.`,
    }
  return { ok: true, period: { from, to } }
}

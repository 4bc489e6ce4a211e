import type { LinkState } from './link.ts'

/** What decides the state of a link. Days are local days, YYYY-MM-DD, of the practice's zone. */
export interface Dated {
  retiredAt: number | null
  /** Null where no pause was ever asked for. */
  pausedFromDay: string | null
  /** The last day of the pause; null: until somebody ends it. */
  pausedUntilDay: string | null
  /** The last day on which it is active. */
  expiresDay: string | null
}

/** A link that nobody edited yet. */
export const UNDATED: Dated = { retiredAt: null, pausedFromDay: null, pausedUntilDay: null, expiresDay: null }

/** The state of a link on a day. What is more final wins: retired, expired, paused. */
export function stateOn({ retiredAt, pausedFromDay, pausedUntilDay, expiresDay }: Dated, today: string): LinkState {
  if (retiredAt !== null) return 'retired'
  if (expiresDay !== null && today > expiresDay) return 'expired'
  if (pausedFromDay === null || today < pausedFromDay) return 'active'
  return pausedUntilDay === null || today <= pausedUntilDay ? 'paused' : 'active'
}

import type { LINK_CHANNELS } from '../../db/schema.ts'
import { localDay, worksThere } from '../practices/day.ts'
import type { LinkState } from './link.ts'
import type { ResolvedRow } from './queries.ts'
import { type Dated, stateOn } from './state.ts'

/** What is kept of a link, in memory and in the outage copy: true on any day. */
export interface KeptLink extends Dated {
  linkId: string
  code: string
  practiceId: string
  practiceSlug: string
  practiceName: string
  practicePhone: string
  timezone: string
  officeId: string
  officeName: string
  /** Null where the pad is shared. */
  referrerId: string | null
  referrerName: string | null
  /** The referrer's last day at the office. */
  referrerLastDay: string | null
  serviceId: string
  serviceSlug: string
  serviceName: string
  /** Of a print run, the local day from which on its hits are no tests; null where it is none. */
  handOutDay: string | null
  /** Of the practice's first location: lines separated by newlines. */
  address: string
  channel: (typeof LINK_CHANNELS)[number]
  /** When it was changed or retired last. */
  editedAt: number | null
}

/**
 * All that the redirect, and in an outage the landing page, needs of a link, as it is on one day: without its referrer
 * once they have left the office.
 */
export interface ResolvedLink extends KeptLink {
  state: LinkState
  /** Of a print run that is not handed out yet. */
  isTest: boolean
  source: 'database' | 'outage copy'
}

export const toKept = ({
  batch,
  alias: _,
  label: __,
  createdAt: ___,
  version: ____,
  ...row
}: ResolvedRow): KeptLink => ({ ...row, handOutDay: batch?.handOutDay ?? null })

/** The link as it is at `now`. */
export function linkAt(kept: KeptLink, source: ResolvedLink['source'], now: number): ResolvedLink {
  const today = localDay(now, kept.timezone)
  const who = worksThere(kept.referrerLastDay, today) ? {} : { referrerId: null, referrerName: null }
  // Copies for an outage that were made before there were print runs say nothing of a day.
  const isTest = kept.handOutDay ? today < kept.handOutDay : false
  return { ...kept, ...who, state: stateOn(kept, today), isTest, source }
}

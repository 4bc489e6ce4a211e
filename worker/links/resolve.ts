import type { Database } from '../../db/database.ts'
import type { LINK_CHANNELS } from '../../db/schema.ts'
import type { Env } from '../env.ts'

export type LinkState = 'active' | 'paused' | 'expired' | 'retired'

/** All that the redirect, and in an outage the landing page, needs of a link. */
export interface ResolvedLink {
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
  serviceId: string
  serviceSlug: string
  serviceName: string
  state: LinkState
  /** Of the practice's first location: lines separated by newlines. */
  address: string
  channel: (typeof LINK_CHANNELS)[number]
  source: 'database' | 'outage copy'
}

/** 'unknown': there is no such link. 'unavailable': the database is away and the outage copy has nothing either. */
export async function resolveLink(
  _env: Pick<Env, 'OUTAGE'>,
  _db: Database,
  _codeOrAlias: string,
  _now: number,
): Promise<ResolvedLink | 'unknown' | 'unavailable'> {
  return 'unknown'
}

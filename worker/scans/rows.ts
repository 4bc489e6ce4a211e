import type { HitClass } from './classify.ts'

/** A hit as the redirect hands it to the practice's scan log, with all that its row and its counts need. */
export interface Hit {
  practiceId: string
  timezone: string
  id: string
  linkId: string
  officeId: string
  referrerId: string | null
  at: number
  class: HitClass
  via: 'qr' | 'click' | 'typed'
  rules: string
  rulesVersion: number
  /** What the rules looked at, as it is kept (features.ts); empty where the scan was brought back by its visit. */
  features?: string
  device: string
  browser: string
  country: string | null
  region: string | null
  /** The same hit once more, after its redirect had left before the log had it on disk. */
  isLate?: true
}

/**
 * A landing page that was really shown. It carries the scan it belongs to: where that never arrived, the receipt
 * proves it, and it is written with the visit.
 */
export interface Visit {
  scan: Hit
  at: number
  /** How it became known: the page said so itself, by a script or an image, or it was used to book. */
  how: 'script' | 'image' | 'booking'
}

/** The telephone number of a landing page was tapped; of a visit once. Whether anybody answered is not known. */
export interface CallStart {
  /** The link as it is now, and the id of the scan behind the receipt. */
  scan: Pick<Hit, 'practiceId' | 'timezone' | 'id' | 'linkId' | 'officeId' | 'referrerId'>
  at: number
}

/** What the scan log holds. */
export type Event = { hit: Hit } | { visit: Visit } | { callStart: CallStart }

/** Whose it is. */
export const practiceIn = (event: Event): string =>
  'hit' in event
    ? event.hit.practiceId
    : 'visit' in event
      ? event.visit.scan.practiceId
      : event.callStart.scan.practiceId

/** As the scan log takes and keeps it. */
export const encode = (event: Event): string => JSON.stringify(event)

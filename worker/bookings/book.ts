import type { Database } from '../../db/database.ts'
import type { Env } from '../env.ts'
import type { FieldError } from '../http.ts'
import type { Practice } from '../practices/find.ts'
import type { Slot } from './slots.ts'

/** What is asked for, as people typed it: everything is checked here, whoever calls. */
export interface BookingRequest {
  /** Slug or id. */
  service: string
  /** ISO instant of the start, as the slots give it. */
  start: string
  /** The first available when left out. */
  providerId?: string | undefined
  patient: {
    name: string
    email?: string | undefined
    phone?: string | undefined
    /** YYYY-MM-DD */
    dateOfBirth?: string | undefined
  }
  reason?: string | undefined
  /** The receipt of this visit, and the one that the browser's cookie held. */
  receipt?: string | undefined
  browserReceipt?: string | undefined
  /** Typed by the patient, or said and entered by staff. */
  code?: string | undefined
  /** Whom the patient named when asked who told them about the practice. */
  statedReferrer?: string | undefined
  /** May the referring office hear of it? Undefined: nobody asked. */
  shareWithReferrer?: boolean | undefined
  locale?: string | undefined
  /** The hold of this slot; the booking takes its place. */
  holdId?: string | undefined
}

/** Who asks. The same key again gives the same answer, with another request it is refused. */
export interface Asking {
  /** `patient`, `key:ID` or `staff:ID`. */
  by: string
  via: 'online' | 'desk'
  idempotencyKey?: string | undefined
}

/** The booking as it is answered; a repeated request gets the same. */
export interface Booked {
  id: string
  /** Eight symbols; show them with a hyphen (displayCode). */
  reference: string
  start: string
  end: string
  timezone: string
  serviceId: string
  providerId: string
  locationId: string
  referralId: string
  manageUrl: string
}

export type BookingOutcome =
  | { ok: true; booking: Booked; repeated: boolean }
  | { ok: false; problem: 'slot-taken'; nearest: Slot[] }
  | { ok: false; problem: 'invalid'; errors: FieldError[] }
  | {
      ok: false
      problem:
        | 'slot-past'
        | 'slot-unknown'
        | 'service-unknown'
        | 'not-bookable'
        | 'code-mistyped'
        | 'code-unknown'
        | 'key-reused'
    }

/**
 * Books a slot: one write batch, in which the database refuses whatever overlaps.
 * @throws DatabaseUnavailable when nothing was written, or when it is not known: then the same key tells
 */
export async function book(
  _db: Database,
  _env: Pick<Env, 'MASTER_KEY' | 'SIGNING_KEY' | 'PUBLIC_URL'>,
  _practice: Practice,
  _request: BookingRequest,
  _asking: Asking,
  _now: number,
): Promise<BookingOutcome> {
  return { ok: false, problem: 'not-bookable' }
}

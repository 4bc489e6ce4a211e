import { nanoid } from 'nanoid'
import { type Built, type Database, type Refusal, type Sql, stored } from '../../db/database.ts'
import { findReply, replyStatement } from '../access/replies.ts'
import { type Credit, creditOf } from '../attribution/credit.ts'
import type { Env } from '../env.ts'
import type { FieldError } from '../http.ts'
import { localDay } from '../practices/day.ts'
import { findService, type Practice, type Service } from '../practices/find.ts'
import { openVault, type Vault } from '../practices/vault.ts'
import { openReferralOf } from '../referrals/joined.ts'
import { indexesOf, type PatientDetails } from '../referrals/patient.ts'
import type { Free } from './availability.ts'
import { type CodeProblem, readClues } from './clues.ts'
import { findHold, takenMeanwhile } from './hold.ts'
import { manageUrl, newReference } from './manage.ts'
import { BookingSchema, type CheckedRequest } from './request.ts'
import { bookingRows } from './rows.ts'
import { findStart, type Slot } from './slots.ts'

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

/** Who asks, and the statements that store the answer in the booking's own batch (worker/practices/once.ts). */
export interface Asking {
  /** `patient`, `key:ID` or `staff:ID`. */
  by: string
  /** `desk`: by telephone or at the desk; any service, without lead time, and as far ahead as a year. */
  via: 'online' | 'desk'
  keep?: (status: number, body: Booked) => Promise<(sql: Sql) => Built[]>
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
  | { ok: true; booking: Booked }
  | { ok: false; problem: 'slot-taken'; nearest: Slot[] }
  | { ok: false; problem: 'invalid'; errors: FieldError[] }
  | {
      ok: false
      problem: 'slot-past' | 'slot-unknown' | 'service-unknown' | 'not-bookable' | 'key-reused' | CodeProblem
    }

type Secrets = Pick<Env, 'MASTER_KEY' | 'SIGNING_KEY' | 'PUBLIC_URL'>

const DESK_HORIZON_DAYS = 366
/** How often a booking is written anew when another request was first with what it had read. */
const ATTEMPTS = 5

/**
 * Books a slot: one write batch, in which the database refuses whatever overlaps.
 * @throws DatabaseUnavailable when nothing was written, or when it is not known: then the same Idempotency-Key tells
 */
export async function book(
  db: Database,
  env: Secrets,
  practice: Practice,
  request: BookingRequest,
  asking: Asking,
  now: number,
): Promise<BookingOutcome> {
  const checked = check(request, practice, now)
  if (!checked.ok) return checked
  const service = await findService(db, practice.id, checked.request.service)
  if (!service) return { ok: false, problem: 'service-unknown' }
  if (!isBookable(practice, service, asking)) return { ok: false, problem: 'not-bookable' }

  const { code, receipt, statedReferrer } = checked.request
  const given = { code, receipt, browserReceipt: request.browserReceipt, stated: statedReferrer !== undefined }
  const found = await readClues(db, env, practice.id, given, now)
  if (!found.ok) return found

  const startsAt = Date.parse(checked.request.start)
  if (startsAt <= now) return { ok: false, problem: 'slot-past' }
  const offer = asking.via === 'desk' ? { ...service, leadMinutes: 0, horizonDays: DESK_HORIZON_DAYS } : service
  const held = request.holdId ? await findHold(db, practice.id, request.holdId, now) : null
  const providerId = checked.request.providerId ?? held?.providerId
  const wanted = { startsAt, providerId, exceptHold: held?.id }
  const start = await findStart(db, practice.id, offer, wanted, now)
  if (!start.ok) return start
  const vault = await openVault(db, env, practice.id)
  for (const slot of start.free) {
    const booked = await write(db, env, vault, {
      practice,
      service,
      slot,
      request: checked.request,
      credit: creditOf(found.clues, now),
      holdId: held?.id,
      asking,
      now,
    })
    if (booked !== 'slot taken') return booked
  }
  return takenMeanwhile(db, practice.id, offer, wanted, now)
}

/**
 * `book` for a form, which carries its key in a hidden field: sent twice, it books once and answers the same.
 * The API does the same with the header (worker/practices/once.ts).
 */
export async function bookOnce(
  db: Database,
  env: Secrets,
  practice: Practice,
  request: BookingRequest,
  key: string,
  now: number,
): Promise<BookingOutcome> {
  const vault = await openVault(db, env, practice.id)
  const asked = { practiceId: practice.id, who: 'patient', key: `form ${key}`, request: JSON.stringify(request) }
  const answered = async (): Promise<BookingOutcome | null> => {
    const reply = await findReply(db, vault, asked)
    if (reply === 'other') return { ok: false, problem: 'key-reused' }
    // What was stored under a key of a form is what the line below stored.
    return reply && { ok: true, booking: JSON.parse(reply.body) as Booked }
  }
  const before = await answered()
  if (before) return before
  const keep: Asking['keep'] = async (status, body) => {
    const insert = await replyStatement(vault, asked, { status, body }, now)
    return (sql) => [insert(sql)]
  }
  const outcome = await book(db, env, practice, request, { by: 'patient', via: 'online', keep }, now)
  return outcome.ok ? outcome : ((await answered()) ?? outcome)
}

type Checked = { ok: true; request: CheckedRequest } | { ok: false; problem: 'invalid'; errors: FieldError[] }

function check(request: BookingRequest, practice: Practice, now: number): Checked {
  const read = BookingSchema.safeParse(request)
  if (!read.success) {
    const errors = read.error.issues.map(({ path, message }) => ({ field: path.join('/'), detail: message }))
    return { ok: false, problem: 'invalid', errors }
  }
  const born = read.data.patient.dateOfBirth
  if (born && born > localDay(now, practice.timezone))
    return {
      ok: false,
      problem: 'invalid',
      errors: [{ field: 'patient/dateOfBirth', detail: 'The date of birth must be in the past.' }],
    }
  return { ok: true, request: read.data }
}

/** Online, the practice and the service must both say so; the desk books whatever may be stored at all. */
const isBookable = (practice: Practice, service: Service, { via }: Asking): boolean =>
  via === 'online' ? practice.mode === 'booking' && service.mode === 'book' : practice.mode !== 'attribution'

interface Writing {
  practice: Practice
  service: Service
  slot: Free
  request: CheckedRequest
  credit: Credit
  holdId: string | undefined
  asking: Asking
  now: number
}

/** What another request, being first, makes worth trying once more: with a new reference, or joining its referral. */
const WORTH_ANOTHER: readonly Refusal[] = ['reference taken', 'referral open']

async function write(
  db: Database,
  env: Secrets,
  vault: Vault,
  { practice, service, slot, request, credit, holdId, asking, now }: Writing,
): Promise<BookingOutcome | 'slot taken'> {
  const patient = detailsOf(request)
  const indexes = await indexesOf(vault, patient)
  for (let attempt = 1; ; attempt++) {
    const bookingId = nanoid()
    const reference = newReference()
    const joined = await openReferralOf(db, practice.id, service.id, indexes)
    const { referralId, statements } = await bookingRows(
      vault,
      {
        practice,
        service,
        slot,
        bookingId,
        reference,
        patient,
        reason: request.reason || null,
        statedReferrer: request.statedReferrer ?? null,
        consent: consentOf(request.shareWithReferrer),
        locale: request.locale ?? practice.locale,
        via: asking.via,
        by: asking.by,
        credit,
        joined,
        holdId,
      },
      now,
    )
    const booking: Booked = {
      id: bookingId,
      reference,
      start: new Date(slot.startsAt).toISOString(),
      end: new Date(slot.endsAt).toISOString(),
      timezone: slot.timezone,
      serviceId: service.id,
      providerId: slot.providerId,
      locationId: slot.locationId,
      referralId,
      manageUrl: await manageUrl(env, practice.id, bookingId),
    }
    const kept = (await asking.keep?.(201, booking)) ?? (() => [])
    // The kept answer comes first: a batch that was stored already and is sent again is refused by its key, which is
    // why one from the public, who must give a key, may be sent again when its outcome is unknown.
    const written = await db.write((sql) => [...kept(sql), ...statements(sql)], { idempotent: asking.via === 'online' })
    if (written.ok) return { ok: true, booking }
    if (written.refused === 'slot taken') return 'slot taken'
    if (written.refused === 'key used') return { ok: false, problem: 'key-reused' }
    if (attempt === ATTEMPTS || !WORTH_ANOTHER.includes(written.refused)) stored(written)
  }
}

const detailsOf = ({ patient }: CheckedRequest): PatientDetails => ({
  name: patient.name,
  email: patient.email ?? null,
  phone: patient.phone ?? null,
  dateOfBirth: patient.dateOfBirth ?? null,
})

const consentOf = (share: boolean | undefined) => (share === undefined ? 'not asked' : share ? 'yes' : 'no')

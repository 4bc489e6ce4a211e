import { nanoid } from 'nanoid'
import type { Built, Database, Sql } from '../../db/database.ts'
import { type Credit, creditOf } from '../attribution/credit.ts'
import type { Env } from '../env.ts'
import type { FieldError } from '../http.ts'
import { findService, type Practice, type Service, storesPatients } from '../practices/find.ts'
import { isOnlineNow } from '../practices/online.ts'
import { knownAnswers } from '../practices/questions.ts'
import { openVault, type Vault } from '../practices/vault.ts'
import { openReferralOf } from '../referrals/joined.ts'
import { indexesOf } from '../referrals/patient.ts'
import { untilStored } from './attempts.ts'
import type { Free } from './availability.ts'
import type { Booked } from './booked.ts'
import { type From, spend } from './budget.ts'
import { type CodeProblem, readClues } from './clues.ts'
import { findHold, takenMeanwhile } from './hold.ts'
import { manageUrl, newReference } from './manage.ts'
import { type BookingRequest, type CheckedRequest, checkRequest, consentOf, detailsOf } from './request.ts'
import { bookingRows } from './rows.ts'
import { findStart, type Slot } from './slots.ts'

/** Who asks, and the statements that store the answer in the booking's own batch (worker/practices/once.ts). */
export interface Asking {
  /** `patient`, `key:ID` or `staff:ID`. */
  by: string
  /** `desk`: by telephone or at the desk; any service, without lead time, and as far ahead as a year. */
  via: 'online' | 'desk'
  /** Where a patient asks from; left out at the desk. */
  from?: From | null
  keep?: (status: number, body: Booked) => Promise<(sql: Sql) => Built[]>
}

export type BookingOutcome =
  | { ok: true; booking: Booked }
  | { ok: false; problem: 'slot-taken'; nearest: Slot[] }
  | { ok: false; problem: 'invalid'; errors: FieldError[] }
  | { ok: false; problem: 'too-many-requests'; headers: Record<string, string> }
  | {
      ok: false
      problem:
        | 'slot-past'
        | 'slot-unknown'
        | 'service-unknown'
        | 'not-bookable'
        | 'booked-often'
        | 'key-reused'
        | CodeProblem
    }

export type Secrets = Pick<Env, 'MASTER_KEY' | 'SIGNING_KEY' | 'PUBLIC_URL'>

const DESK_HORIZON_DAYS = 366

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
  const checked = checkRequest(request, practice, now)
  if (!checked.ok) return checked
  const service = await findService(db, practice.id, checked.request.service)
  if (!service) return { ok: false, problem: 'service-unknown' }
  if (!(await isBookable(db, practice, service, asking, now))) return { ok: false, problem: 'not-bookable' }

  const given = { ...checked.request, browserReceipt: request.browserReceipt }
  const found = await readClues(db, env, practice.id, given, now)
  if (!found.ok) return found
  const answers = await knownAnswers(db, practice.id, checked.request.answers)

  const startsAt = Date.parse(checked.request.start)
  if (startsAt <= now) return { ok: false, problem: 'slot-past' }
  const offer = offerTo(service, asking)
  const held = request.holdId ? await findHold(db, practice.id, request.holdId, now) : null
  const providerId = checked.request.providerId ?? held?.providerId
  const wanted = { startsAt, providerId, exceptHold: held?.id }
  const credit = creditOf(found.clues, now)
  const spent = spend(practice.id, asking.from ?? null, { start: startsAt, linkId: credit.linkId }, now)
  if (!spent.ok) return { ok: false, problem: 'too-many-requests', headers: spent.headers }
  const start = await findStart(db, practice.id, offer, wanted, now)
  if (!start.ok) {
    spent.giveBack()
    return start
  }
  const vault = await openVault(db, env, practice.id)
  for (const slot of start.free) {
    const booked = await write(db, env, vault, {
      practice,
      service,
      slot,
      request: checked.request,
      credit,
      statedReferrer: found.stated,
      answers,
      holdId: held?.id,
      asking,
      now,
    })
    if (booked === 'slot taken') continue
    if (!booked.ok) spent.giveBack()
    return booked
  }
  spent.giveBack()
  return takenMeanwhile(db, practice.id, offer, wanted, now)
}

/** Online, by the rule that the pages ask too; the desk books whatever may be stored at all. */
export const isBookable = async (
  db: Database,
  practice: Practice,
  service: Service,
  { via }: Pick<Asking, 'via'>,
  now: number,
): Promise<boolean> => (via === 'online' ? isOnlineNow(db, practice, service, now) : storesPatients(practice))

/** The desk offers sooner and further ahead than patients may book themselves. */
export const offerTo = (service: Service, { via }: Pick<Asking, 'via'>): Service =>
  via === 'desk' ? { ...service, leadMinutes: 0, horizonDays: DESK_HORIZON_DAYS } : service

interface Writing {
  practice: Practice
  service: Service
  slot: Free
  request: CheckedRequest
  credit: Credit
  statedReferrer: string | null
  answers: readonly string[]
  holdId: string | undefined
  asking: Asking
  now: number
}

async function write(
  db: Database,
  env: Secrets,
  vault: Vault,
  { practice, service, slot, request, credit, statedReferrer, answers, holdId, asking, now }: Writing,
): Promise<BookingOutcome | 'slot taken'> {
  const patient = detailsOf(request.patient)
  const indexes = await indexesOf(vault, patient)
  const outcome = await untilStored(async () => {
    const bookingId = nanoid()
    const reference = newReference()
    const joined = await openReferralOf(db, practice.id, service.id, indexes)
    const { referralId, statements } = await bookingRows(
      db,
      vault,
      {
        practice,
        service,
        slot,
        bookingId,
        reference,
        patient,
        reason: request.reason || null,
        answers,
        statedReferrer,
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
      manageUrl: manageUrl(env, practice.id, bookingId),
    }
    const kept = (await asking.keep?.(201, booking)) ?? (() => [])
    // The kept answer comes first: a batch that was stored already and is sent again is refused by its key, which is
    // why one from the public, who must give a key, may be sent again when its outcome is unknown.
    const written = await db.write((sql) => [...kept(sql), ...statements(sql)], { idempotent: asking.via === 'online' })
    return { made: booking, written }
  }, ['slot taken', 'booked often', 'key used'])
  if ('made' in outcome) return { ok: true, booking: outcome.made }
  if (outcome.refused === 'slot taken') return 'slot taken'
  return { ok: false, problem: outcome.refused === 'booked often' ? 'booked-often' : 'key-reused' }
}

import { and, eq, isNull } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import type { Built, Database, Sql } from '../../db/database.ts'
import { hourExceptions, phoneHours, requests } from '../../db/schema.ts'
import { audited } from '../access/audit.ts'
import { creditOf } from '../attribution/credit.ts'
import { count } from '../counts/count.ts'
import type { Env } from '../env.ts'
import type { FieldError } from '../http.ts'
import { findService, type Practice, type Service } from '../practices/find.ts'
import { knownAnswers } from '../practices/questions.ts'
import { openVault, type Vault } from '../practices/vault.ts'
import { openReferralOf } from '../referrals/joined.ts'
import { indexesOf } from '../referrals/patient.ts'
import { untilStored } from './attempts.ts'
import { callBy, type Telephone } from './call-by.ts'
import { type CallAsked, type CallRequest, CallRequestSchema, type CheckedCallRequest } from './call-schema.ts'
import { type CodeProblem, readClues } from './clues.ts'
import { requestMail } from './mails.ts'
import { newReference } from './manage.ts'
import { type Referred, referralRows, sealedAnswers } from './referral-rows.ts'
import { checked, consentOf, detailsOf } from './request.ts'

export type CallOutcome =
  | { ok: true; asked: CallAsked }
  | { ok: false; problem: 'invalid'; errors: FieldError[] }
  | { ok: false; problem: 'service-unknown' | 'no-requests' | 'key-reused' | CodeProblem }

/** Gives the statements that store the answer in the request's own batch (worker/practices/once.ts). */
export type KeepAsked = (status: number, body: CallAsked) => Promise<(sql: Sql) => Built[]>

/** A practice that stores no patient calls nobody back, and neither does a service that another system books. */
export const takesRequests = (practice: Pick<Practice, 'mode'>, service: Pick<Service, 'mode'>): boolean =>
  practice.mode !== 'attribution' && service.mode !== 'elsewhere'

/**
 * Asks the practice to call: one write batch, with a referral of its own or one that it joins.
 * @throws DatabaseUnavailable when nothing was written, or when it is not known: then the same key tells
 */
export async function askForCall(
  db: Database,
  env: Pick<Env, 'MASTER_KEY' | 'SIGNING_KEY'>,
  practice: Practice,
  request: CallRequest,
  keep: KeepAsked,
  now: number,
): Promise<CallOutcome> {
  const read = checked(CallRequestSchema, request, practice, now)
  if (!read.ok) return read
  const service = await findService(db, practice.id, read.request.service)
  if (!service) return { ok: false, problem: 'service-unknown' }
  if (!takesRequests(practice, service)) return { ok: false, problem: 'no-requests' }
  const given = { ...read.request, browserReceipt: request.browserReceipt }
  const found = await readClues(db, env, practice.id, given, now)
  if (!found.ok) return found

  const patient = detailsOf(read.request.patient)
  const vault = await openVault(db, env, practice.id)
  const indexes = await indexesOf(vault, patient)
  const answers = await knownAnswers(db, practice.id, read.request.answers)
  const callAt = callBy(await telephoneOf(db, practice), read.request.times.call, now)
  const outcome = await untilStored(async () => {
    const joined = await openReferralOf(db, practice.id, service.id, indexes)
    const consent = consentOf(read.request.shareWithReferrer)
    const by = { via: 'online', by: 'patient' } as const
    const referred = { practice, service, patient, statedReferrer: found.stated, consent, ...by, joined }
    const made = { id: nanoid(), reference: newReference(), callAt, answers }
    const credit = creditOf(found.clues, now)
    const statements = await requestRows(db, vault, { ...referred, credit }, read.request, made, now)
    const { id, reference } = made
    const asked = { id, reference, callBy: new Date(callAt).toISOString(), timezone: practice.timezone }
    const kept = await keep(201, asked)
    // Sent again it is refused by the kept answer's key, which comes first.
    return { made: asked, written: await db.write((sql) => [...kept(sql), ...statements(sql)], { idempotent: true }) }
  }, ['key used'])
  return 'made' in outcome ? { ok: true, asked: outcome.made } : { ok: false, problem: 'key-reused' }
}

/** When the practice answers its telephone, and what is closed for all. */
async function telephoneOf(db: Database, { id, timezone, callBackMinutes }: Practice): Promise<Telephone> {
  const [hours, closings] = await Promise.all([
    db.read((sql) => sql.select().from(phoneHours).where(eq(phoneHours.practiceId, id))),
    db.read((sql) =>
      sql
        .select()
        .from(hourExceptions)
        .where(
          and(
            eq(hourExceptions.practiceId, id),
            eq(hourExceptions.kind, 'closed'),
            isNull(hourExceptions.providerId),
            isNull(hourExceptions.locationId),
            isNull(hourExceptions.serviceId),
          ),
        ),
    ),
  ])
  return { timezone, hours, closings, minutes: callBackMinutes }
}

interface Made {
  id: string
  reference: string
  callAt: number
  answers: readonly string[]
}

/** Everything that one request writes, in the order in which it must be written. */
async function requestRows(
  db: Database,
  vault: Vault,
  referred: Referred,
  { times, reason, locale }: CheckedCallRequest,
  { id, reference, callAt, answers }: Made,
  now: number,
): Promise<(sql: Sql) => Built[]> {
  const { practice, service, by } = referred
  const practiceId = practice.id
  const referral = await referralRows(db, vault, referred, 'requested', now)
  const row = {
    practiceId,
    id,
    referralId: referral.id,
    patientId: referral.patientId,
    serviceId: service.id,
    reference,
    locale: locale ?? practice.locale,
    times: await vault.seal('requests', id, 'times', JSON.stringify(times)),
    reason: reason ? await vault.seal('requests', id, 'reason', reason) : null,
    answers: await sealedAnswers(vault, 'requests', id, answers),
    callBy: callAt,
    createdAt: now,
  }
  const letter = requestMail({ practiceId, requestId: id }, now)
  const kept = audited({ practiceId, by, at: now, act: 'request made', subject: id })
  return (sql) => [
    ...referral.statements(sql),
    sql.insert(requests).values(row),
    ...count(sql, practice, referral.facts),
    letter(sql),
    kept(sql),
  ]
}

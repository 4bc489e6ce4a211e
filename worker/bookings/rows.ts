import { and, eq, isNull } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import type { Built, Database, Sql } from '../../db/database.ts'
import {
  bookingEvents,
  bookings,
  consents,
  credits,
  holds,
  patients,
  referralEvents,
  referrals,
} from '../../db/schema.ts'
import { audited } from '../access/audit.ts'
import { type Credit, strengthened } from '../attribution/credit.ts'
import { creditStands } from '../attribution/holds.ts'
import { count, type Fact, factOf } from '../counts/count.ts'
import { tell } from '../counts/events.ts'
import type { Practice, Service } from '../practices/find.ts'
import type { Vault } from '../practices/vault.ts'
import { type OpenReferral, openKeyOf } from '../referrals/joined.ts'
import { indexesOf, type PatientDetails, sealedPatient } from '../referrals/patient.ts'
import type { Free } from './availability.ts'
import { bookingMails } from './mails.ts'
import { notTooOften } from './often.ts'
import { recredit } from './recredit.ts'

/** A request that was checked, and what was found out for it. */
export interface Decided {
  practice: Practice
  service: Service
  slot: Free
  bookingId: string
  reference: string
  patient: PatientDetails
  reason: string | null
  statedReferrer: string | null
  consent: 'yes' | 'no' | 'not asked'
  locale: string
  via: 'online' | 'desk'
  by: string
  /** To whom a new referral is credited; one that is joined, only where this is stronger evidence. */
  credit: Credit
  joined: OpenReferral | null
  holdId: string | undefined
}

/** Everything that one booking writes, in the order in which it must be written. */
export async function bookingRows(
  db: Database,
  vault: Vault,
  decided: Decided,
  now: number,
): Promise<{ referralId: string; statements: (sql: Sql) => Built[] }> {
  const { practice, service, slot, bookingId: id, joined, by } = decided
  const practiceId = practice.id
  const patientId = nanoid()
  const indexes = await indexesOf(vault, decided.patient)
  const patient = await sealedPatient(vault, { practiceId, id: patientId, now }, decided.patient, indexes)
  const referral = joined
    ? await joinedReferral(db, vault, decided, joined, now)
    : await newReferral(
        vault,
        decided,
        { patientId, openKey: await openKeyOf(vault, service.id, indexes, patientId) },
        now,
      )
  const { startsAt, endsAt, busyFrom, busyUntil, providerId, locationId } = slot
  const booking = {
    practiceId,
    id,
    referralId: referral.id,
    patientId,
    serviceId: service.id,
    providerId,
    locationId,
    startsAt,
    endsAt,
    busyFrom,
    busyUntil,
    capacity: service.capacity,
    status: 'booked' as const,
    reference: decided.reference,
    via: decided.via,
    locale: decided.locale,
    reason: decided.reason === null ? null : await vault.seal('bookings', id, 'reason', decided.reason),
    createdAt: now,
  }
  const { officeId, referrerId, linkId } = referral.credit
  const { holdId } = decided
  const letters = bookingMails({ practiceId, bookingId: id }, 'confirmation', now)
  const kept = audited({ practiceId, by, at: now, act: 'booking made', subject: id })
  const statements = (sql: Sql): Built[] => [
    ...(holdId ? [sql.delete(holds).where(and(eq(holds.practiceId, practiceId), eq(holds.id, holdId)))] : []),
    sql.insert(patients).values(patient),
    ...referral.statements(sql),
    sql.insert(bookings).values(booking),
    sql.insert(bookingEvents).values({ practiceId, id: nanoid(), bookingId: id, status: 'booked', at: now, by }),
    ...count(sql, practice, [...referral.facts, factOf('booking', referral.credit, now)]),
    tell(sql, { practiceId, kind: 'booking', id, at: now, officeId, referrerId, linkId }),
    ...letters(sql),
    kept(sql),
    ...(decided.via === 'online' ? [notTooOften(sql, { practiceId, patientId, ...indexes }, now)] : []),
  ]
  return { referralId: referral.id, statements }
}

interface ReferralRows {
  id: string
  /** To whom it is credited, with this booking. */
  credit: Credit
  statements: (sql: Sql) => Built[]
  facts: Fact[]
}

async function newReferral(
  vault: Vault,
  { practice, service, credit, consent, statedReferrer, by }: Decided,
  { patientId, openKey }: { patientId: string; openKey: string },
  now: number,
): Promise<ReferralRows> {
  const id = nanoid()
  const at = { practiceId: practice.id, referralId: id, at: now, by }
  const row = {
    practiceId: practice.id,
    id,
    patientId,
    serviceId: service.id,
    openedAt: now,
    statedReferrer: await sealedWords(vault, id, statedReferrer),
    openKey,
  }
  return {
    id,
    credit,
    statements: (sql) => [
      sql.insert(referrals).values(row),
      sql.insert(referralEvents).values({ ...at, id: nanoid(), status: 'scheduled' }),
      sql.insert(credits).values({ ...at, ...credit, version: 1 }),
      sql.insert(consents).values({ ...at, id: nanoid(), answer: consent }),
    ],
    facts: [factOf('referral', credit, now), factOf(`evidence:${credit.officeEvidence}`, credit, now)],
  }
}

async function joinedReferral(
  db: Database,
  vault: Vault,
  { practice, credit: found, consent: said, statedReferrer, via, by }: Decided,
  { id, status, credit: held, hasStatedReferrer }: OpenReferral,
  now: number,
): Promise<ReferralRows> {
  // Whoever knows a patient's name and number can join from outside: that may take a consent back, never give one.
  const consent = via === 'online' && said === 'yes' ? 'not asked' : said
  const at = { practiceId: practice.id, referralId: id, at: now, by }
  const words = hasStatedReferrer ? null : await sealedWords(vault, id, statedReferrer)
  const better = strengthened(held, found)
  const moved = better && (await recredit(db, held, better, { at: now, by }))
  const unsaid = and(eq(referrals.practiceId, practice.id), eq(referrals.id, id), isNull(referrals.statedReferrer))
  return {
    id,
    credit: better ?? held,
    statements: (sql) => [
      creditStands(sql, held),
      ...(moved?.statements(sql) ?? []),
      ...(words === null ? [] : [sql.update(referrals).set({ statedReferrer: words }).where(unsaid)]),
      ...(status === 'scheduled'
        ? []
        : [sql.insert(referralEvents).values({ ...at, id: nanoid(), status: 'scheduled' as const })]),
      ...(consent === 'not asked' ? [] : [sql.insert(consents).values({ ...at, id: nanoid(), answer: consent })]),
    ],
    facts: moved?.facts ?? [],
  }
}

const sealedWords = async (vault: Vault, referralId: string, words: string | null): Promise<string | null> =>
  words === null ? null : vault.seal('referrals', referralId, 'statedReferrer', words)

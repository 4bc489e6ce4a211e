import { and, eq, isNull } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import type { Built, Database, Sql } from '../../db/database.ts'
import { consents, credits, patients, referralEvents, referrals } from '../../db/schema.ts'
import { type Credit, strengthened } from '../attribution/credit.ts'
import { creditStands } from '../attribution/holds.ts'
import { type Fact, factOf } from '../counts/count.ts'
import type { Practice, Service } from '../practices/find.ts'
import type { Vault } from '../practices/vault.ts'
import { type OpenReferral, openKeyOf, type ReferralStatus, stillOpen } from '../referrals/joined.ts'
import { indexesOf, type PatientDetails, type PatientIndexes, sealedPatient } from '../referrals/patient.ts'
import { recredit } from './recredit.ts'

/** Who comes, what for and how: what a booking and a request to be called have in common. */
export interface Referred {
  practice: Practice
  service: Service
  patient: PatientDetails
  statedReferrer: string | null
  consent: 'yes' | 'no' | 'not asked'
  via: 'online' | 'desk'
  by: string
  /** To whom a new referral is credited; one that is joined, only where this is stronger evidence. */
  credit: Credit
  joined: OpenReferral | null
}

/** What comes of it: the referral, new or joined, and the row of contact details. */
export interface ReferralRows {
  id: string
  patientId: string
  indexes: PatientIndexes
  /** To whom it is credited, with this booking or request. */
  credit: Credit
  statements: (sql: Sql) => Built[]
  facts: Fact[]
}

/** Opens a referral, or joins the one that is open, with contact details of its own. */
export async function referralRows(
  db: Database,
  vault: Vault,
  referred: Referred,
  status: 'scheduled' | 'requested',
  now: number,
): Promise<ReferralRows> {
  const { practice, service, patient, joined } = referred
  const patientId = nanoid()
  const indexes = await indexesOf(vault, patient)
  const row = await sealedPatient(vault, { practiceId: practice.id, id: patientId, now }, patient, indexes)
  const rows = joined
    ? await joinedReferral(db, vault, referred, joined, status, now)
    : await newReferral(
        vault,
        referred,
        { patientId, status, openKey: await openKeyOf(vault, service.id, indexes, patientId) },
        now,
      )
  return {
    ...rows,
    patientId,
    indexes,
    statements: (sql) => [sql.insert(patients).values(row), ...rows.statements(sql)],
  }
}

/** The answers as they are stored with a booking or a request; null where nothing was asked. */
export const sealedAnswers = async (
  vault: Vault,
  table: 'bookings' | 'requests',
  id: string,
  answers: readonly string[],
): Promise<string | null> => (answers.length === 0 ? null : vault.seal(table, id, 'answers', JSON.stringify(answers)))

type Rows = Omit<ReferralRows, 'patientId' | 'indexes'>

/** A request to be called takes nothing back that is further along already. */
const FURTHER: readonly ReferralStatus[] = ['requested', 'scheduled', 'seen', 'reported']

async function newReferral(
  vault: Vault,
  { practice, service, credit, consent, statedReferrer, by }: Referred,
  { patientId, status, openKey }: { patientId: string; status: 'scheduled' | 'requested'; openKey: string },
  now: number,
): Promise<Rows> {
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
      sql.insert(referralEvents).values({ ...at, id: nanoid(), status }),
      sql.insert(credits).values({ ...at, ...credit, version: 1 }),
      sql.insert(consents).values({ ...at, id: nanoid(), answer: consent }),
    ],
    facts: [factOf('referral', credit, now), factOf(`evidence:${credit.officeEvidence}`, credit, now)],
  }
}

async function joinedReferral(
  db: Database,
  vault: Vault,
  { practice, credit: found, consent: said, statedReferrer, via, by }: Referred,
  { id, status: before, credit: held, hasStatedReferrer }: OpenReferral,
  status: 'scheduled' | 'requested',
  now: number,
): Promise<Rows> {
  // Whoever knows a patient's name and number can join from outside: that may take a consent back, never give one.
  const consent = via === 'online' && said === 'yes' ? 'not asked' : said
  const at = { practiceId: practice.id, referralId: id, at: now, by }
  const words = hasStatedReferrer ? null : await sealedWords(vault, id, statedReferrer)
  const better = strengthened(held, found)
  const moved = better && (await recredit(db, held, better, { at: now, by }))
  const stays = status === 'requested' ? FURTHER.includes(before) : before === status
  const unsaid = and(eq(referrals.practiceId, practice.id), eq(referrals.id, id), isNull(referrals.statedReferrer))
  return {
    id,
    credit: better ?? held,
    statements: (sql) => [
      creditStands(sql, held),
      stillOpen(sql, practice.id, id),
      ...(moved?.statements(sql) ?? []),
      ...(words === null ? [] : [sql.update(referrals).set({ statedReferrer: words }).where(unsaid)]),
      ...(stays ? [] : [sql.insert(referralEvents).values({ ...at, id: nanoid(), status })]),
      ...(consent === 'not asked' ? [] : [sql.insert(consents).values({ ...at, id: nanoid(), answer: consent })]),
    ],
    facts: moved?.facts ?? [],
  }
}

const sealedWords = async (vault: Vault, referralId: string, words: string | null): Promise<string | null> =>
  words === null ? null : vault.seal('referrals', referralId, 'statedReferrer', words)

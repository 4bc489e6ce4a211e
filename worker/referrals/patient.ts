import type { patients, RELATIONSHIPS } from '../../db/schema.ts'
import type { Vault } from '../practices/vault.ts'

/** Who a patient is and how to reach them, in one form: telephone in E.164, day of birth YYYY-MM-DD. */
export interface PatientDetails {
  name: string
  email: string | null
  phone: string | null
  dateOfBirth: string | null
  /** Who acts for them and gets the messages, and who that is to the patient; `self` where nobody does. */
  actingName?: string | null | undefined
  relationship?: Relationship | null | undefined
  /** Undefined or null where nobody asked. */
  mayLeaveMessage?: boolean | null | undefined
  agreesToMail?: boolean | null | undefined
  wantsReminder?: boolean | null | undefined
}

export type Relationship = (typeof RELATIONSHIPS)[number]

/** Keyed hashes of the details: equal where the details are equal, and telling nothing else. */
export interface PatientIndexes {
  nameIndex: string
  emailIndex: string | null
  phoneIndex: string | null
  birthIndex: string | null
}

export async function indexesOf(vault: Vault, patient: PatientDetails): Promise<PatientIndexes> {
  const index = (kind: string, value: string | null) => (value === null ? null : vault.index(kind, value))
  const [nameIndex, emailIndex, phoneIndex, birthIndex] = await Promise.all([
    vault.index('name', plainName(patient.name)),
    index('email', patient.email?.toLowerCase() ?? null),
    index('phone', patient.phone),
    index('birth', patient.dateOfBirth),
  ])
  return { nameIndex, emailIndex, phoneIndex, birthIndex }
}

/** The row of a patient, every field of theirs sealed. */
export async function sealedPatient(
  vault: Vault,
  { practiceId, id, now }: { practiceId: string; id: string; now: number },
  patient: PatientDetails,
  indexes: PatientIndexes,
): Promise<typeof patients.$inferInsert> {
  const seal = (column: 'name' | 'email' | 'phone' | 'dateOfBirth' | 'actingName') => {
    const value = patient[column] ?? null
    return value === null ? null : vault.seal('patients', id, column, value)
  }
  const [name, email, phone, dateOfBirth, actingName] = await Promise.all([
    seal('name'),
    seal('email'),
    seal('phone'),
    seal('dateOfBirth'),
    seal('actingName'),
  ])
  const { relationship, mayLeaveMessage, agreesToMail, wantsReminder } = patient
  const said = { actingName, relationship, mayLeaveMessage, agreesToMail, wantsReminder }
  return { practiceId, id, name, email, phone, dateOfBirth, ...said, ...indexes, createdAt: now }
}

/** Opens a sealed column; null stays null, as after erasing, and so does '' where a column may not be null. */
export const openSealed = async (
  vault: Vault,
  table: string,
  id: string,
  column: string,
  ciphertext: string | null,
): Promise<string | null> => (!ciphertext ? null : vault.open(table, id, column, ciphertext))

/** Case, accents, hyphens and double spaces differ from one typing to the next; a name stays the same name. */
const plainName = (name: string) =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

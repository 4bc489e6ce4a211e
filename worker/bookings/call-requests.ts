import { z } from '@hono/zod-openapi'
import { and, asc, eq, isNull, type SQL } from 'drizzle-orm'
import { type Database, stored } from '../../db/database.ts'
import { patients, RELATIONSHIPS, requests, services } from '../../db/schema.ts'
import { audited } from '../access/audit.ts'
import type { Env } from '../env.ts'
import { type After, following, page } from '../lists.ts'
import { readQuestions, wordsIn } from '../practices/questions.ts'
import { openVault } from '../practices/vault.ts'
import { openSealed } from '../referrals/patient.ts'
import { CallTimes } from './call-schema.ts'

export const OpenRequest = z
  .object({
    id: z.string(),
    reference: z.string(),
    callBy: z.iso.datetime().describe('The patient was told that they are called by then'),
    createdAt: z.iso.datetime(),
    closedAt: z.iso.datetime().nullable().describe('When somebody reached them, or gave up; null while it is open'),
    service: z.object({ id: z.string(), slug: z.string(), name: z.string() }),
    referralId: z.string(),
    locale: z.string(),
    patient: z.object({ name: z.string().nullable().describe('Null once erased') }),
  })
  .openapi('Request')
export type OpenRequest = z.infer<typeof OpenRequest>

export const RequestDetail = OpenRequest.extend({
  times: CallTimes,
  reason: z.string().nullable().describe("In the patient's own words"),
  answers: z.array(z.string()).describe("What they chose, in the practice's language, in the order of the questions"),
  patient: z.object({
    name: z.string().nullable(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    dateOfBirth: z.string().nullable(),
    actingName: z.string().nullable().describe('Who asks for them, and is called'),
    relationship: z.enum(RELATIONSHIPS).nullable(),
    mayLeaveMessage: z.boolean().nullable(),
  }),
}).openapi('RequestDetail')
export type RequestDetail = z.infer<typeof RequestDetail>

type Secrets = Pick<Env, 'MASTER_KEY'>

/** The open requests, the one that is due first. Of the patient nothing but the name is opened. */
export async function listRequests(
  db: Database,
  env: Secrets,
  practiceId: string,
  { limit, cursor }: { limit: number; cursor?: After | undefined },
): Promise<{ items: OpenRequest[]; next: string | null }> {
  const open = and(isNull(requests.closedAt), following(requests.callBy, requests.id, cursor))
  const rows = await readRequests(db, practiceId, open, limit + 1)
  const { items, next } = page(rows, limit, ({ request }) => ({ key: request.callBy, id: request.id }))
  const vault = await openVault(db, env, practiceId)
  const shown = items.map(async (row) => ({
    ...toRequest(row),
    patient: { name: await openSealed(vault, 'patients', row.patient.id, 'name', row.patient.name) },
  }))
  return { items: await Promise.all(shown), next }
}

/** One request with all that whoever calls must know; who looked is written down. */
export async function openRequest(
  db: Database,
  env: Secrets,
  practice: { id: string; locale: string },
  asked: { id: string; by: string },
  now: number,
): Promise<RequestDetail | null> {
  const [row] = await readRequests(db, practice.id, eq(requests.id, asked.id), 1)
  if (!row) return null
  const { request, patient } = row
  const looked = audited({ practiceId: practice.id, at: now, by: asked.by, act: 'request seen', subject: asked.id })
  stored(await db.write((sql) => [looked(sql)], { idempotent: true }))
  const vault = await openVault(db, env, practice.id)
  const ofPatient = (column: 'name' | 'phone' | 'email' | 'dateOfBirth' | 'actingName') =>
    openSealed(vault, 'patients', patient.id, column, patient[column])
  const ofRequest = (column: 'times' | 'reason' | 'answers') =>
    openSealed(vault, 'requests', request.id, column, request[column])
  const [name, phone, email, dateOfBirth, actingName] = await Promise.all([
    ...[ofPatient('name'), ofPatient('phone'), ofPatient('email'), ofPatient('dateOfBirth'), ofPatient('actingName')],
  ])
  const [times, reason, answers] = await Promise.all([ofRequest('times'), ofRequest('reason'), ofRequest('answers')])
  const { relationship, mayLeaveMessage } = patient
  return {
    ...toRequest(row),
    times: CallTimes.parse(JSON.parse(times ?? '{}')),
    reason,
    answers: await answersInWords(db, practice, z.array(z.string()).parse(JSON.parse(answers ?? '[]'))),
    patient: {
      ...{ name: name ?? null, phone: phone ?? null, email: email ?? null },
      ...{ dateOfBirth: dateOfBirth ?? null, actingName: actingName ?? null, relationship, mayLeaveMessage },
    },
  }
}

type Row = Awaited<ReturnType<typeof readRequests>>[number]

const readRequests = (db: Database, practiceId: string, where: SQL | undefined, limit: number) =>
  db.read((sql) =>
    sql
      .select({
        request: requests,
        patient: patients,
        service: { id: services.id, slug: services.slug, name: services.name },
      })
      .from(requests)
      .innerJoin(patients, and(eq(patients.practiceId, requests.practiceId), eq(patients.id, requests.patientId)))
      .innerJoin(services, and(eq(services.practiceId, requests.practiceId), eq(services.id, requests.serviceId)))
      .where(and(eq(requests.practiceId, practiceId), where))
      .orderBy(asc(requests.callBy), asc(requests.id))
      .limit(limit),
  )

const toRequest = ({ request, service }: Row): Omit<OpenRequest, 'patient'> => ({
  id: request.id,
  reference: request.reference,
  callBy: new Date(request.callBy).toISOString(),
  createdAt: new Date(request.createdAt).toISOString(),
  closedAt: request.closedAt === null ? null : new Date(request.closedAt).toISOString(),
  service,
  referralId: request.referralId,
  locale: request.locale,
})

/** "Where does it hurt? Knee"; an answer that is no longer asked for is left out. */
async function answersInWords(
  db: Database,
  practice: { id: string; locale: string },
  chosen: readonly string[],
): Promise<string[]> {
  if (chosen.length === 0) return []
  const said = ({ words }: { words: Parameters<typeof wordsIn>[0] }) => wordsIn(words, [practice.locale, 'en']).text
  const questions = await readQuestions(db, practice.id)
  return questions.flatMap((question) =>
    question.answers.filter(({ id }) => chosen.includes(id)).map((answer) => `${said(question)} ${said(answer)}`),
  )
}

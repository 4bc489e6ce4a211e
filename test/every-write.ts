import { randomUUID } from 'node:crypto'
import { randomFrom } from '../db/seed/random.ts'
import { type Answer, ask } from './api.ts'
import { CANARIES } from './canary.ts'
import type { TestPractice } from './practice.ts'
import { fitting, type Known, type Schema, type Schemas } from './proof/schema.ts'

interface Operation {
  requestBody?: { content?: Record<string, { schema?: Schema }> }
}
interface Described {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Schemas }
}

/** The members in which the API takes a patient's words. A new one belongs here. */
const PATIENTS: Known = {
  patient: [
    { name: CANARIES.name, email: CANARIES.email, phone: CANARIES.phone, dateOfBirth: CANARIES.dateOfBirth },
    { name: CANARIES.secondName, phone: CANARIES.phone, actingName: CANARIES.actingName, relationship: 'carer' },
  ],
  reason: [CANARIES.reason, CANARIES.cancelled],
  answers: [[CANARIES.answer]],
  actingName: [CANARIES.actingName],
  statedReferrer: [CANARIES.stated],
  note: [CANARIES.note],
  email: [CANARIES.email, CANARIES.secondEmail],
  phone: [CANARIES.phone],
  dateOfBirth: [CANARIES.dateOfBirth],
}
/** What of an office or a practice bears the same name, and is no patient's. */
const NOT_PATIENTS: Known = {
  phone: ['+1 312 555 0144'],
  email: ['desk@example.org'],
  note: ['Closed for the holiday'],
}
const OF_PATIENTS = /booking|referral|call|request|patient/

/**
 * Sends every write that the API describes, so many times each, with a patient's words in every member that takes them.
 * `known` gives values that mean something here, by the name of their member or parameter.
 */
export async function everyWrite(
  origin: string,
  practice: TestPractice,
  { known, times }: { known: Known; times: number },
): Promise<{ request: string; answer: Answer<unknown> }[]> {
  const { paths, components } = (await ask<Described>(origin, 'GET /api/v1/openapi.json')).body
  const random = randomFrom('every write')
  const sent: { request: string; answer: Answer<unknown> }[] = []
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { requestBody }] of Object.entries(methods)) {
      if (!/^(post|put|patch)$/.test(method)) continue
      const schema = requestBody?.content?.['application/json']?.schema
      const isPatients = OF_PATIENTS.test(path)
      const meant: Known = { ...known, ...PATIENTS, ...(isPatients ? {} : NOT_PATIENTS) }
      for (let time = 0; time < times; time++) {
        const body = schema ? Object(fitting(schema, components?.schemas ?? {}, random, meant)) : {}
        // Also where no patient belongs.
        const more = isPatients && time % 2 ? { patient: PATIENTS.patient?.[0] } : {}
        const to = path.replace(/\{(\w+)\}/g, (_, name: string) => String(random.pick(known[name] ?? ['none'])))
        const answer = await ask<unknown>(origin, `${method.toUpperCase()} /api/v1${to}` as 'POST /', {
          key: practice.key,
          headers: { 'Idempotency-Key': randomUUID() },
          body: { ...body, ...more },
        })
        sent.push({ request: `${method.toUpperCase()} ${path}`, answer })
      }
    }
  return sent
}

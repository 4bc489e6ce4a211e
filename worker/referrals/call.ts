import { z } from '@hono/zod-openapi'
import { nanoid } from 'nanoid'
import { type Database, stored } from '../../db/database.ts'
import { calls } from '../../db/schema.ts'
import { linksOfCodes } from '../attribution/links.ts'
import { count } from '../counts/count.ts'
import { tell } from '../counts/events.ts'
import type { Env } from '../env.ts'
import type { FieldError, Keep } from '../http.ts'
import { parseCode } from '../links/codes.ts'
import { findService, type Practice, STORES_NOTHING, storesPatients } from '../practices/find.ts'
import { openVault } from '../practices/vault.ts'
import { officeName } from '../referrers/queries.ts'
import { lines } from '../text.ts'

/** A telephone call, logged with the code that was said, or with the office where nobody had a code. */
export const NewCall = z
  .object({
    code: z.string().max(40).nullish().openapi({ example: 'K7M4-HXR2' }),
    officeId: z.string().max(60).nullish(),
    service: z.string().max(60).nullish().openapi({ description: 'Slug or id; that of the code when left out' }),
    note: lines(2000).nullish().openapi({
      description:
        "Kept encrypted. Leave patients' names out all the same. Refused where the practice stores nothing of patients.",
    }),
  })
  .refine(({ code, officeId }) => !code !== !officeId, {
    path: ['code'],
    message: 'Give either the code or the officeId.',
  })
  .openapi('NewCall')

export const Call = z
  .object({
    id: z.string(),
    officeId: z.string(),
    referrerId: z.string().nullable(),
    linkId: z.string().nullable(),
    serviceId: z.string().nullable(),
    at: z.iso.datetime(),
  })
  .openapi('Call')
export type Call = z.infer<typeof Call>

export type LoggedCall =
  | { ok: true; call: Call }
  | { ok: false; problem: 'code-mistyped' | 'code-unknown' | 'service-unknown' }
  | { ok: false; problem: 'invalid'; errors: FieldError[] }

/** Logs a call and counts it for the office and, where the code knows, the referrer. No patient is stored. */
export async function logCall(
  db: Database,
  env: Pick<Env, 'MASTER_KEY'>,
  practice: Practice,
  said: z.infer<typeof NewCall>,
  by: string,
  keep: Keep,
  now: number,
): Promise<LoggedCall> {
  if (said.note && !storesPatients(practice))
    return { ok: false, problem: 'invalid', errors: [{ field: 'note', detail: STORES_NOTHING }] }
  const found = await whoseCall(db, practice.id, said, now)
  if (!found.ok) return found
  const service = !said.service ? null : await findService(db, practice.id, said.service)
  if (service === undefined) return { ok: false, problem: 'service-unknown' }

  const { officeId, referrerId, linkId } = found
  const id = nanoid()
  const vault = await openVault(db, env, practice.id)
  const row = {
    practiceId: practice.id,
    id,
    officeId,
    referrerId,
    linkId,
    serviceId: service?.id ?? found.serviceId,
    note: said.note ? await vault.seal('calls', id, 'note', said.note) : null,
    at: now,
    by,
  }
  const { serviceId } = row
  const call: Call = { id, officeId, referrerId, linkId, serviceId, at: new Date(now).toISOString() }
  const kept = await keep(201, call)
  stored(
    await db.write((sql) => [
      ...kept(sql),
      sql.insert(calls).values(row),
      tell(sql, { practiceId: practice.id, kind: 'call', id, at: now, officeId, referrerId, linkId }),
      ...count(sql, practice, [{ measure: 'call', at: now, officeId, referrerId, linkId }]),
    ]),
  )
  return { ok: true, call }
}

interface Whose {
  officeId: string
  referrerId: string | null
  linkId: string | null
  serviceId: string | null
}

/** Retired, paused and expired links are found too: cards outlive them. */
async function whoseCall(
  db: Database,
  practiceId: string,
  { code, officeId }: z.infer<typeof NewCall>,
  now: number,
): Promise<({ ok: true } & Whose) | Exclude<LoggedCall, { ok: true }>> {
  if (code) {
    const parsed = parseCode(code)
    if (!parsed.ok) return { ok: false, problem: 'code-mistyped' }
    const link = (await linksOfCodes(db, practiceId, [parsed.code], now)).get(parsed.code)
    return link ? { ok: true, ...link } : { ok: false, problem: 'code-unknown' }
  }
  if (officeId && (await officeName(db, practiceId, officeId)) !== null)
    return { ok: true, officeId, referrerId: null, linkId: null, serviceId: null }
  return {
    ok: false,
    problem: 'invalid',
    errors: [{ field: 'officeId', detail: 'This practice has no such office.' }],
  }
}

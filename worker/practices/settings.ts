import { z } from '@hono/zod-openapi'
import { eq } from 'drizzle-orm'
import { type Database, stored } from '../../db/database.ts'
import { practices } from '../../db/schema.ts'
import type { Keep } from '../http.ts'
import { line, lines } from '../text.ts'
import { type Practice, practiceOf } from './find.ts'
import { phoneNumber } from './phone.ts'

export const Settings = z
  .object({
    id: z.string(),
    name: z.string(),
    phone: z.string().nullable().describe('For patients, printed on every card; E.164'),
    backLine: z.string().nullable().describe('For referring offices, answered at once; E.164'),
    recordsTo: z.string().nullable().describe('Where offices send records, as it is printed for them'),
    insurers: z.array(z.string()).describe('Those whose patients are seen, in the order of the list'),
    retentionDays: z.int().describe('Patients are erased so many days after their last visit'),
  })
  .openapi('PracticeSettings')
export type Settings = z.infer<typeof Settings>

/** What a page for an office has room for. */
const [MOST_INSURERS, MOST_LINES] = [40, 4]
/** From a month, for a practice that keeps its records elsewhere, to ten years. */
const [LEAST_RETENTION, MOST_RETENTION] = [30, 3650]

export const SettingsChange = z
  .strictObject({
    phone: phoneNumber.nullable(),
    backLine: phoneNumber.nullable(),
    recordsTo: lines(200)
      .refine((text) => text.split('\n').length <= MOST_LINES, `Use at most ${MOST_LINES} lines.`)
      .nullable(),
    insurers: z.array(line(80)).max(MOST_INSURERS, `Name at most ${MOST_INSURERS} insurers.`),
    retentionDays: z.int().min(LEAST_RETENTION).max(MOST_RETENTION),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Give at least one member to change.')
  .openapi('PracticeSettingsChange')

/** What a practice says of itself. */
export const settingsOf = async (db: Database, practiceId: string): Promise<Settings> =>
  shown(await practiceOf(db, { practiceId }))

/** Changes what is given; null empties a member. */
export async function changeSettings(
  db: Database,
  practiceId: string,
  change: z.infer<typeof SettingsChange>,
  keep: Keep,
): Promise<Settings> {
  const before = await settingsOf(db, practiceId)
  const { phone = before.phone, backLine = before.backLine, insurers = before.insurers } = change
  const { retentionDays = before.retentionDays } = change
  const recordsTo = change.recordsTo === undefined ? before.recordsTo : change.recordsTo || null
  const settings = { ...before, phone, backLine, recordsTo, insurers, retentionDays }
  const kept = await keep(200, settings)
  // Only what is given: another may change something else at this moment.
  const row = {
    phone: change.phone === undefined ? undefined : (phone ?? ''),
    backLine: change.backLine === undefined ? undefined : (backLine ?? ''),
    recordsTo: change.recordsTo === undefined ? undefined : (recordsTo ?? ''),
    insurers: change.insurers?.join('\n'),
    retentionDays: change.retentionDays,
  }
  stored(await db.write((sql) => [sql.update(practices).set(row).where(eq(practices.id, practiceId)), ...kept(sql)]))
  return settings
}

const shown = ({ id, name, phone, backLine, recordsTo, insurers, retentionDays }: Practice): Settings => ({
  ...{ id, name, phone: phone || null, backLine: backLine || null, recordsTo: recordsTo || null },
  insurers: insurers.split('\n').filter(Boolean),
  retentionDays,
})

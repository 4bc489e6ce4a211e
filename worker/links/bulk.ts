import { z } from '@hono/zod-openapi'
import { and, eq, inArray } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { LINK_CHANNELS, links } from '../../db/schema.ts'
import { line } from '../text.ts'
import type { Directory } from './directory.ts'
import { cardOrigin, Link, shown } from './link.ts'
import { type Likeness, makeMissing } from './missing.ts'
import { resolvedLinks } from './queries.ts'
import { MOST_ROWS, type Row, type Sheet } from './sheet.ts'

export const BulkLinks = z
  .strictObject({
    referrers: z
      .union([z.literal('all'), z.array(z.string().min(1).max(200)).min(1).max(MOST_ROWS)], {
        error: `Give "all", or a list of 1 to ${MOST_ROWS} ids.`,
      })
      .describe('For each of these one link: "all" who work at an office today, or those with these ids or names'),
    service: z.string().min(1).max(100).describe('The slug or the id of the service that the links open'),
    channel: z.enum(LINK_CHANNELS).describe('What carries the links'),
    label: line(100).nullish(),
  })
  .openapi('BulkLinks')

const n = z.int().min(0)
export const BulkResult = z
  .object({
    dryRun: z.boolean().describe('Nothing was written: this is what would come of it'),
    created: n,
    exists: n,
    refused: n,
    rows: z.array(
      z.object({
        row: z
          .int()
          .describe(
            "In a list from 1; in a table as a spreadsheet numbers it: 2 below the columns' names, if these are in row 1",
          ),
        status: z
          .enum(['created', 'exists', 'refused'])
          .describe(
            'exists: a link with this office, referrer, service, channel and label was there that is neither retired nor expired; it may be paused',
          ),
        link: z.union([Link, z.null()]).describe('Null where the row was refused, or is yet to be made'),
        errors: z.array(z.object({ field: z.string(), detail: z.string() })).describe('What to correct'),
      }),
    ),
  })
  .openapi('BulkResult')
type BulkResult = z.infer<typeof BulkResult>

/** The rows of a list: the same for each of its referrers. */
export function listed({ referrers, label, ...same }: z.infer<typeof BulkLinks>, directory: Directory): Sheet {
  const wrong = (problem: 'invalid' | 'service-unknown', field: string, detail: string): Sheet => ({
    ok: false,
    problem,
    errors: [{ field, detail }],
  })
  if (!directory.hasService(same.service)) return wrong('service-unknown', 'service', 'There is no such service.')
  const these = referrers === 'all' ? directory.everyone : referrers
  if (these.length > MOST_ROWS) {
    const detail = `${these.length} work at an office today. Send the ids of at most ${MOST_ROWS} at a time.`
    return wrong('invalid', 'referrers', detail)
  }
  const rows = these.map((referrer, i) => ({ row: i + 1, wanted: { ...same, referrer, label: label ?? undefined } }))
  return { ok: true, rows }
}

/**
 * Makes the links that rows ask for and that are missing, and answers each row. The outage copies of what was made come
 * with the schedule (worker/links/outage.ts): here they would take a call for each link.
 */
export async function createLinks(
  db: Database,
  { publicUrl, practiceId, by }: { publicUrl: string; practiceId: string; by: string },
  directory: Directory,
  rows: readonly Row[],
  isDryRun: boolean,
  now: number,
): Promise<BulkResult> {
  const read = rows.map((row) => likenessOf(row, directory))
  const asked = new Map(read.flatMap((row) => ('key' in row ? [[row.key, row.likeness]] : [])))
  const held = await makeMissing(db, { practiceId, by, today: directory.today, isDryRun }, asked, now)
  const ids = [...held.values()].flatMap(({ id }) => (id === null ? [] : [id]))
  const shownBy = await linksById(db, publicUrl, practiceId, ids, now)

  const answers: Answer[] = []
  const answered = new Set<string>()
  for (const one of read) {
    const { row } = one
    if ('errors' in one) {
      answers.push({ row, status: 'refused', link: null, errors: one.errors })
      continue
    }
    const { id = null, isNew = false } = held.get(one.key) ?? {}
    // Of rows that ask for the same link the first makes it, and the others find it there.
    const status = isNew && !answered.has(one.key) ? 'created' : 'exists'
    answered.add(one.key)
    answers.push({ row, status, link: (id !== null && shownBy.get(id)) || null, errors: [] })
  }
  const count = (status: Answer['status']) => answers.filter((one) => one.status === status).length
  return {
    dryRun: isDryRun,
    created: count('created'),
    exists: count('exists'),
    refused: count('refused'),
    rows: answers,
  }
}

type Answer = BulkResult['rows'][number]

/** A row with the link that it asks for. Rows with the same key ask for the same one. */
function likenessOf(row: Row, directory: Directory) {
  if ('errors' in row) return row
  const found = directory.find(row.wanted)
  if ('detail' in found) return { row: row.row, errors: [found] }
  const { officeId, referrerId, serviceId } = found
  const { channel, label = null } = row.wanted
  const likeness: Likeness = { officeId, referrerId, serviceId, channel, label }
  return { row: row.row, likeness, key: JSON.stringify(Object.values(likeness)) }
}

async function linksById(db: Database, publicUrl: string, practiceId: string, ids: string[], now: number) {
  const [origin, rows] = await Promise.all([
    cardOrigin(db, publicUrl, practiceId),
    db.read((sql) => resolvedLinks(sql, and(eq(links.practiceId, practiceId), inArray(links.id, ids)))),
  ])
  return new Map(rows.map((row) => [row.linkId, shown(row, origin, now)]))
}

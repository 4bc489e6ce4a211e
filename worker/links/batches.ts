import { z } from '@hono/zod-openapi'
import { and, eq, sql as raw } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { batches, linkRetirements, links } from '../../db/schema.ts'
import type { Keep } from '../http.ts'
import { localDay } from '../practices/day.ts'
import { line, lines } from '../text.ts'
import { newCode } from './codes.ts'
import { untilFree } from './free.ts'
import { cardOrigin, type Link, shown } from './link.ts'
import { resolvedLinks } from './queries.ts'

const EARLIEST = '2000-01-01'
const LATEST = '2100-12-31'

export const NewBatch = z
  .strictObject({
    quantity: z
      .int('Give a whole number from 1 to 100000.')
      .min(1, 'Give a whole number from 1 to 100000.')
      .max(100_000, 'Give a whole number from 1 to 100000.')
      .describe('How many are printed'),
    handOutDay: z.iso
      .date('Send a date such as 2026-11-23.')
      .refine((day) => day >= EARLIEST && day <= LATEST, `Send a date from ${EARLIEST} to ${LATEST}.`)
      .nullish()
      .describe("The first day on which patients get them, in the practice's zone; today when left out"),
    desk: line(100)
      .nullish()
      .describe('Where they lie, such as "Window 2"; left out, the next run of a batch stays at its desk'),
    note: lines(500).nullish(),
  })
  .openapi('NewBatch')

type Printed = { ok: true; link: Link } | { ok: false; problem: 'not-found' | 'link-retired' }

/**
 * A print run of a link: a link of its own, of the same office, referrer, service, channel and label, so that its scans,
 * calls and credits are counted by themselves. Of a link that is itself a print run the next one is made of the same
 * parent, and of those two neither may be retired.
 */
export async function printBatch(
  db: Database,
  { publicUrl, practiceId, by }: { publicUrl: string; practiceId: string; by: string },
  linkId: string,
  wanted: z.infer<typeof NewBatch>,
  keep: Keep,
  now: number,
): Promise<Printed> {
  const origin = await cardOrigin(db, publicUrl, practiceId)
  const asked = await linkOf(db, practiceId, linkId)
  const parent = asked?.batch ? await linkOf(db, practiceId, asked.batch.ofLinkId) : asked
  if (!asked || !parent) return { ok: false, problem: 'not-found' }
  if (asked.retiredAt !== null || parent.retiredAt !== null) return { ok: false, problem: 'link-retired' }

  const { quantity, desk = asked.batch?.desk ?? null, note = null } = wanted
  const handOutDay = wanted.handOutDay ?? localDay(now, parent.timezone)
  const batch = { ofLinkId: parent.linkId, quantity, handOutDay, desk, note }
  const { link, written } = await untilFree(async () => {
    const [id, code] = [nanoid(), newCode()]
    const own = { linkId: id, code, alias: null, createdAt: now, batch, editedAt: parent.version > 0 ? now : null }
    const link = shown({ ...parent, ...own }, origin, now)
    const kept = await keep(201, link)
    const written = await db.write((sql) => [
      linkLike(sql, practiceId, parent.linkId, { id, code, at: now, by }),
      sql.insert(batches).values({ practiceId, linkId: id, ...batch, at: now, by }),
      decidedLike(sql, practiceId, parent.linkId, { id, at: now, by }),
      ...kept(sql),
    ])
    return { link, written }
  })
  // Retired a moment ago: no link was made, and the batch found none to belong to.
  if (!written.ok && written.refused === 'no such row') return { ok: false, problem: 'link-retired' }
  stored(written)
  return { ok: true, link }
}

async function linkOf(db: Database, practiceId: string, id: string) {
  const [row] = await db.read((sql) => resolvedLinks(sql, and(eq(links.practiceId, practiceId), eq(links.id, id))))
  return row
}

interface Made {
  id: string
  at: number
  by: string
}

/** A copy of a link with a code of its own; none of one that is retired. */
function linkLike(sql: Sql, practiceId: string, linkId: string, { id, code, at, by }: Made & { code: string }): Built {
  return sql.run(raw`
    INSERT INTO links (practice_id, id, code, office_id, referrer_id, service_id, channel, label, created_at, "by")
    SELECT practice_id, ${id}, ${code}, office_id, referrer_id, service_id, channel, label, ${at}, ${by}
    FROM ${links}
    WHERE practice_id = ${practiceId} AND id = ${linkId} AND NOT EXISTS (
      SELECT 1 FROM ${linkRetirements} WHERE practice_id = ${practiceId} AND link_id = ${linkId})`)
}

/** What was decided of a link holds for its copy from the first: where it leads now, and whether it is paused. */
function decidedLike(sql: Sql, practiceId: string, linkId: string, { id, at, by }: Made): Built {
  return sql.run(raw`
    INSERT INTO link_changes (practice_id, link_id, version, service_id, label, paused_from_day, paused_until_day,
      expires_day, at, "by")
    SELECT practice_id, ${id}, 1, service_id, label, paused_from_day, paused_until_day, expires_day, ${at}, ${by}
    FROM link_changes
    WHERE practice_id = ${practiceId} AND link_id = ${linkId}
    ORDER BY version DESC LIMIT 1`)
}

import { sql as raw, type SQL } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { batches, linkChanges, links } from '../../db/schema.ts'
import { newCode } from './codes.ts'
import { untilFree } from './free.ts'
import { isRetired, lastChange, linkLabel, linkServiceId } from './queries.ts'

/** All by which a link that is asked for is known again. */
export type Likeness = Pick<typeof links.$inferSelect, 'officeId' | 'referrerId' | 'serviceId' | 'channel' | 'label'>

/** The link that is there; `isNew` where it was made just now. `id` is null where it would be made, and was not. */
export interface Held {
  id: string | null
  isNew: boolean
}

interface For {
  practiceId: string
  by: string
  /** Local day, YYYY-MM-DD. */
  today: string
  isDryRun: boolean
}

/**
 * Makes the links that are missing, in one write batch, and says of each one (by its key) which is there now. Which are
 * missing is for the database to say, inside that batch: asked for twice, one after the other or at the same moment,
 * nothing is made twice. Takes few statements however many links there are.
 */
export async function makeMissing(
  db: Database,
  asking: For,
  asked: ReadonlyMap<string, Likeness>,
  now: number,
): Promise<Map<string, Held>> {
  const wanted = [...asked].map(([key, link]) => ({ key, id: nanoid(), ...link }))
  const withCodes = () => JSON.stringify(wanted.map((link) => ({ ...link, code: newCode() })))
  const rows = asking.isDryRun
    ? (await db.read((sql) => holding(sql, asking, withCodes()))).rows
    : await made(db, asking, withCodes, now)
  const ids = new Map(rows.map(({ key, id }) => [key, id]))
  return new Map(
    wanted.map(({ key, id }) => {
      const there = ids.get(key)
      return [key, { id: typeof there === 'string' ? there : null, isNew: there === id || typeof there !== 'string' }]
    }),
  )
}

async function made(db: Database, asking: For, withCodes: () => string, now: number) {
  const { written } = await untilFree(async () => {
    const json = withCodes()
    const statements = (sql: Sql) => [insertMissing(sql, asking, json, now), holding(sql, asking, json)]
    return { written: await db.write(statements, { idempotent: true }) }
  })
  return stored(written)[1]?.rows ?? []
}

function insertMissing(sql: Sql, asking: For, json: string, now: number): Built {
  return sql.run(raw`
    INSERT INTO links (practice_id, id, code, office_id, referrer_id, service_id, channel, label, created_at, "by")
    SELECT ${asking.practiceId}, row.value ->> 'id', row.value ->> 'code', row.value ->> 'officeId',
      row.value ->> 'referrerId', row.value ->> 'serviceId', row.value ->> 'channel', row.value ->> 'label', ${now},
      ${asking.by}
    FROM json_each(${json}) AS row LEFT JOIN ${heldFor(asking)}
    WHERE held.id IS NULL`)
}

/** For each link that is asked for the one that is there, the oldest of several: its own only where it was made. */
const holding = (sql: Sql, asking: For, json: string) =>
  sql.run(raw`
    SELECT row.value ->> 'key' AS key, held.id AS id, min(held.created_at)
    FROM json_each(${json}) AS row LEFT JOIN ${heldFor(asking)}
    GROUP BY 1`)

/**
 * The links like `row` that are neither retired nor over, as they are after their last change. Print runs are like the
 * link of which they were printed, and are not meant. A table of its own, that it is made once and not for each row.
 */
const heldFor = ({ practiceId, today }: For): SQL => raw`(
    SELECT ${links.id}, ${links.createdAt}, ${links.officeId}, ${links.referrerId}, ${links.channel},
      ${linkServiceId} AS service_id, ${linkLabel} AS label
    FROM ${links} LEFT JOIN ${linkChanges} ON ${lastChange}
    WHERE ${links.practiceId} = ${practiceId} AND NOT ${isRetired}
      AND (${linkChanges.expiresDay} IS NULL OR ${linkChanges.expiresDay} >= ${today})
      AND NOT EXISTS (SELECT 1 FROM ${batches}
        WHERE ${batches.practiceId} = ${links.practiceId} AND ${batches.linkId} = ${links.id})
  ) AS held
  ON held.office_id = row.value ->> 'officeId' AND held.referrer_id IS row.value ->> 'referrerId'
    AND held.service_id = row.value ->> 'serviceId' AND held.channel = row.value ->> 'channel'
    AND held.label IS row.value ->> 'label'`

import type { Database } from '../db/database.ts'

/** How many rows each table has; two of these are equal when nothing was written in between. */
export async function rowsIn(db: Database): Promise<Record<string, number>> {
  const tables = await db.client.execute(
    `select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name`,
  )
  const names = tables.rows.map((row) => String(row.name))
  const counted = await db.client.batch(
    names.map((name) => `select count(*) as n from "${name}"`),
    'read',
  )
  return Object.fromEntries(names.map((name, at) => [name, Number(counted[at]?.rows[0]?.n)]))
}

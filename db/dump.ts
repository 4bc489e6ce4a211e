import type { Client, InValue, Transaction, Value } from '@libsql/client/web'
import { getTableName, is } from 'drizzle-orm'
import { SQLiteTable } from 'drizzle-orm/sqlite-core'
import * as schema from './schema.ts'

/** Live for minutes, and would refuse bookings that were made after them. */
const LEFT_OUT = ['holds']
/** Rows read or written at once: a response of the server may have 10 MB. */
const PAGE = 1_000

/** Every table that a backup holds; practices last, so that half a restore serves nobody. */
const TABLES: string[] = Object.values(schema)
  .filter((each) => is(each, SQLiteTable))
  .map((table) => getTableName(table))
  .filter((name) => !LEFT_OUT.includes(name))
  .sort((a, b) => Number(a === 'practices') - Number(b === 'practices') || a.localeCompare(b))

/** One page of a table. */
export interface Page {
  table: string
  columns: string[]
  rows: Value[][]
}

/** All tables as they were at one instant, page by page. */
export async function* pages(client: Client): AsyncGenerator<Page> {
  const snapshot = await client.transaction('read')
  try {
    for (const table of TABLES) yield* pagesOf(snapshot, table)
  } finally {
    snapshot.close()
  }
}

async function* pagesOf(snapshot: Transaction, table: string): AsyncGenerator<Page> {
  for (let after: InValue = -1; ; ) {
    const sql = `SELECT rowid AS _row, * FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE}`
    const { columns, rows } = await snapshot.execute({ sql, args: [after] })
    const last = rows.at(-1)
    if (!last) return
    yield { table, columns: columns.slice(1), rows: rows.map((row) => Array.from(row).slice(1)) }
    after = last[0] ?? null
  }
}

/** Writes one page in one transaction, without asking whether what it refers to is there yet. */
export async function writePage(client: Client, { table, columns, rows }: Page): Promise<void> {
  if (!TABLES.includes(table) || !columns.every((column) => /^\w+$/.test(column))) throw new Error(`no table ${table}`)
  const places = columns.map(() => '?').join(', ')
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`
  await client.migrate(rows.map((args) => ({ sql, args })))
}

/** How many rows all tables hold together. */
export async function rowCount(client: Client): Promise<number> {
  const counts = TABLES.map((table) => `(SELECT count(*) FROM ${table})`).join(' + ')
  const { rows } = await client.execute(`SELECT ${counts} AS n`)
  return Number(rows[0]?.n)
}

/** Empties all tables again. */
export async function clear(client: Client): Promise<void> {
  await client.migrate(TABLES.map((table) => `DELETE FROM ${table}`))
}

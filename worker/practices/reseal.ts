import { and, asc, count, desc, eq, getTableName, gt, or, sql as raw, type SQL } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import * as schema from '../../db/schema.ts'
import { practiceKeys } from '../../db/schema.ts'
import { forgetKeys, openVault, type Secrets, VaultError } from './vault.ts'

interface Sealed {
  table: SQLiteTable & { practiceId: SQLiteColumn; id: SQLiteColumn }
  columns: Record<string, SQLiteColumn>
}

const { patients, referrals, calls, requests, bookings, bookingEvents, replies, calendarFeeds } = schema

/** Every column that db/schema.ts calls sealed. */
export const SEALED: readonly Sealed[] = [
  {
    table: patients,
    columns: {
      ...{ name: patients.name, email: patients.email, phone: patients.phone },
      ...{ dateOfBirth: patients.dateOfBirth, actingName: patients.actingName },
    },
  },
  { table: referrals, columns: { statedReferrer: referrals.statedReferrer } },
  { table: calls, columns: { note: calls.note } },
  { table: requests, columns: { times: requests.times, reason: requests.reason, answers: requests.answers } },
  { table: bookings, columns: { reason: bookings.reason, answers: bookings.answers } },
  { table: bookingEvents, columns: { reason: bookingEvents.reason } },
  { table: replies, columns: { body: replies.body } },
  { table: calendarFeeds, columns: { url: calendarFeeds.url } },
]

const ROWS_AT_ONCE = 200

/** What a round has done: rows sealed anew, and those whose ciphertext does not open, which stay as they are. */
export interface Resealed {
  rows: number
  broken: number
}

/**
 * Seals with the newest key of a practice whatever an older one has sealed, ROWS_AT_ONCE in a write batch. It may be
 * interrupted and begun again: what it has done is not done twice. What is changed or erased meanwhile stays as it is.
 */
export async function reseal(
  db: Database,
  env: Secrets,
  practiceId: string,
  progress: (done: number) => void = () => {},
): Promise<Resealed> {
  const newest = await newestKey(db, practiceId)
  forgetKeys()
  const vault = await openVault(db, env, practiceId)
  const done: Resealed = { rows: 0, broken: 0 }
  for (const { table, columns } of SEALED) {
    const name = getTableName(table)
    for (let after = ''; ; ) {
      const rows = await db.read((sql) =>
        sql
          .select({ id: table.id, ...columns })
          .from(table)
          .where(and(eq(table.practiceId, practiceId), gt(table.id, after), older(columns, newest)))
          .orderBy(asc(table.id))
          .limit(ROWS_AT_ONCE),
      )
      const last = rows.at(-1)
      if (!last) break
      after = String(last.id)
      const anew: ((sql: Sql) => Built)[] = []
      const values: Record<string, unknown>[] = rows
      for (const row of values) {
        const id = String(row.id)
        for (const [column, at] of Object.entries(columns)) {
          const was = row[column]
          if (typeof was !== 'string' || was === '' || was.startsWith(`${newest}.`)) continue
          try {
            const text = await vault.seal(name, id, column, await vault.open(name, id, column, was))
            anew.push((sql) => replaced(sql, table, { practiceId, id }, column, at, was, text))
          } catch (error) {
            if (!(error instanceof VaultError)) throw error
            done.broken++
          }
        }
      }
      stored(await db.write((sql) => anew.map((build) => build(sql)), { idempotent: true }))
      done.rows += rows.length
      progress(done.rows)
    }
  }
  return done
}

/** How many rows of a practice an older key than its newest has sealed. */
export async function sealedWithOlder(db: Database, practiceId: string): Promise<number> {
  const newest = await newestKey(db, practiceId)
  let rows = 0
  for (const { table, columns } of SEALED) {
    const [found] = await db.read((sql) =>
      sql
        .select({ n: count() })
        .from(table)
        .where(and(eq(table.practiceId, practiceId), older(columns, newest))),
    )
    rows += found?.n ?? 0
  }
  return rows
}

async function newestKey(db: Database, practiceId: string): Promise<string> {
  const [key] = await db.read((sql) =>
    sql
      .select({ id: practiceKeys.id })
      .from(practiceKeys)
      .where(eq(practiceKeys.practiceId, practiceId))
      .orderBy(desc(practiceKeys.createdAt), desc(practiceKeys.id))
      .limit(1),
  )
  if (!key) throw new VaultError('this practice has no data key')
  return key.id
}

/** A ciphertext begins with the id of its key; '' is an erased one. */
const older = (columns: Record<string, SQLiteColumn>, newest: string): SQL | undefined =>
  or(
    ...Object.values(columns).map(
      (column) => raw`(${column} <> '' and substr(${column}, 1, ${newest.length + 1}) <> ${`${newest}.`})`,
    ),
  )

/** Only where it still is what was read: what was erased meanwhile must not come back. */
const replaced = (
  sql: Sql,
  table: Sealed['table'],
  { practiceId, id }: { practiceId: string; id: string },
  column: string,
  at: SQLiteColumn,
  was: string,
  text: string,
): Built =>
  sql
    .update(table)
    .set({ [column]: text })
    .where(and(eq(table.practiceId, practiceId), eq(table.id, id), eq(at, was)))

import { recount } from '../../worker/counts/recount.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { openVault, type Secrets } from '../../worker/practices/vault.ts'
import { type Built, type Database, type Sql, stored } from '../database.ts'
import * as schema from '../schema.ts'
import { demoAppointments } from './appointments.ts'
import { calendarOf } from './calendar.ts'
import { demoCards } from './cards.ts'
import { demoClosings } from './closings.ts'
import { demoContacts } from './demand.ts'
import { sealPatients } from './patients.ts'
import { DEMO_PRACTICE } from './practice.ts'
import { demoScans } from './scans.ts'
import { demoTaps } from './taps.ts'
import { clearUnfinished, finish } from './unfinished.ts'

export interface SeededDemo {
  practice: { id: string; slug: string; name: string; timezone: string }
  /** With every scope; shown this once. */
  apiKey: string
  /** Signs the owner in once: `/practice/sign-in/TOKEN`. */
  signInToken: string
  /** The code on the demo's card: Dr Amara Okonkwo's, for the service that is listed first. */
  code: string
}

/**
 * Fills an empty database with the demo practice and 180 days of made-up history up to `now` (milliseconds). On the
 * same day it is the same on every machine, ids and codes included; only keys and ciphertext differ.
 * Null where the database holds a practice already. `progress` is told what is being done, a line each.
 */
export async function seedDemo(
  db: Database,
  secrets: Secrets,
  now: number,
  progress: (line: string) => void = () => {},
): Promise<SeededDemo | null> {
  await clearUnfinished(db)
  const [practice] = await db.read((sql) => sql.select({ id: schema.practices.id }).from(schema.practices).limit(1))
  if (practice) return null
  const { id, ...named } = DEMO_PRACTICE
  const calendar = calendarOf(now, named.timezone)
  const cards = demoCards(id, calendar)
  const { scans, visits } = demoScans(id, cards.links, calendar)
  const { referrals: demo, calls } = demoAppointments(id, demoContacts(cards, visits, calendar), calendar)

  progress(`Creating the demo practice ${named.name}`)
  const created = await createPractice(db, secrets, { id, ...named, demo: true }, now)
  if (!created.ok) throw new Error(`the demo practice was refused: ${created.problem}`)
  const vault = await openVault(db, secrets, id)
  const { patients, referrals } = await sealPatients(id, vault, demo)

  progress(`Writing ${scans.length.toLocaleString('en')} hits, ${demo.length.toLocaleString('en')} referrals`)
  const linkRows = cards.links.map(({ row }) => row)
  const visitRows = visits.map(({ row }) => row)
  const events = demo.flatMap((one) => one.events)
  const consents = demo.map(({ consent }) => consent)
  const bookings = demo.flatMap((one) => one.bookings)
  const bookingEvents = demo.flatMap((one) => one.bookingEvents)
  const credits = demo.flatMap((one) => one.credits)
  const closings = demoClosings(id, calendar)
  await fill(db, closings, (sql, rows) => sql.insert(schema.hourExceptions).values(rows))
  await fill(db, cards.offices, (sql, rows) => sql.insert(schema.offices).values(rows))
  await fill(db, cards.referrers, (sql, rows) => sql.insert(schema.referrers).values(rows))
  await fill(db, cards.referrerOffices, (sql, rows) => sql.insert(schema.referrerOffices).values(rows))
  await fill(db, linkRows, (sql, rows) => sql.insert(schema.links).values(rows))
  await fill(db, cards.linkChanges, (sql, rows) => sql.insert(schema.linkChanges).values(rows))
  await fill(db, cards.batches, (sql, rows) => sql.insert(schema.batches).values(rows))
  await fill(db, cards.linkRetirements, (sql, rows) => sql.insert(schema.linkRetirements).values(rows))
  await fill(db, scans, (sql, rows) => sql.insert(schema.scans).values(rows))
  await fill(db, visitRows, (sql, rows) => sql.insert(schema.visits).values(rows))
  await fill(db, demoTaps(visits, calendar), (sql, rows) => sql.insert(schema.callStarts).values(rows))
  await fill(db, patients, (sql, rows) => sql.insert(schema.patients).values(rows))
  await fill(db, referrals, (sql, rows) => sql.insert(schema.referrals).values(rows))
  await fill(db, events, (sql, rows) => sql.insert(schema.referralEvents).values(rows))
  await fill(db, consents, (sql, rows) => sql.insert(schema.consents).values(rows))
  await fill(db, calls, (sql, rows) => sql.insert(schema.calls).values(rows))
  await fill(db, bookings, (sql, rows) => sql.insert(schema.bookings).values(rows))
  await fill(db, bookingEvents, (sql, rows) => sql.insert(schema.bookingEvents).values(rows))
  await fill(db, credits, (sql, rows) => sql.insert(schema.credits).values(rows))

  progress('Counting')
  await recount(db, id, { write: true })
  await finish(db, calendar.instant(-200, 9 * 60))
  const [card] = cards.links
  if (!card) throw new Error('the demo has no card')
  const { apiKey, signInToken } = created
  const { slug, name, timezone } = named
  return { practice: { id, slug, name, timezone }, apiKey, signInToken, code: card.row.code }
}

/** SQLite takes 32,766 parameters a statement, and no table here has more than 25 columns. */
const ROWS_A_STATEMENT = 500
const STATEMENTS_A_BATCH = 4

async function fill<T>(db: Database, rows: readonly T[], insert: (sql: Sql, rows: T[]) => Built): Promise<void> {
  const size = ROWS_A_STATEMENT * STATEMENTS_A_BATCH
  for (let first = 0; first < rows.length; first += size) {
    const chunk = rows.slice(first, first + size)
    const parts = Array.from({ length: Math.ceil(chunk.length / ROWS_A_STATEMENT) }, (_, i) =>
      chunk.slice(i * ROWS_A_STATEMENT, (i + 1) * ROWS_A_STATEMENT),
    )
    stored(await db.write((sql) => parts.map((part) => insert(sql, part))))
  }
}

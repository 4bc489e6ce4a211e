import { DurableObject } from 'cloudflare:workers'
import { openDatabase } from '../../db/database.ts'
import type { Env } from '../env.ts'
import { flush } from './flush.ts'
import { type Event, practiceIn } from './rows.ts'

/** A scan is in every answer of the statistics within 3 seconds. */
const FLUSH_AFTER_MS = 700
/** More at once would be a little faster, and bookings would wait longer for their turn to write. */
const EVENTS_A_BATCH = 400
/** Then the alarm ends, and the next goes on: an object's call may make 50 requests and take 30 seconds of processor. */
const BATCHES_AN_ALARM = 25
const LONGEST_BACK_OFF_MS = 10_000
/** What has reached the database is kept for so long, for the case that a backup is restored that lacks it. */
const KEEP_MS = 7 * 86_400_000
const REMOVED_AT_ONCE = 5_000

/**
 * The scan log of one practice: what a redirect writes here is on disk before the answer leaves, whatever the database
 * does, and reaches the database in batches of which each may be sent twice.
 */
export class ScanLog extends DurableObject<Env> {
  readonly #sql: SqlStorage
  #gathered: string[] = []
  #commit: Promise<void> | undefined
  #alarmIsSet = false
  #failures = 0

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    migrate(ctx.storage)
    ctx.blockConcurrencyWhile(() => this.#seeToAlarm())
  }

  /**
   * Resolves once the event is on disk. Calls that arrive in the same turn of the event loop share one commit; waiting
   * longer for others makes each of them later, and all of them together no faster. The same event may come any number
   * of times. Takes it as JSON (rows.ts), as it is stored: a structured clone would cost more than the rest of the call.
   */
  append(event: string): Promise<void> {
    this.#gathered.push(event)
    this.#commit ??= new Promise((resolve, reject) => {
      setTimeout(() => {
        const events = this.#gathered
        this.#gathered = []
        this.#commit = undefined
        try {
          for (let first = 0; first < events.length; first += EVENTS_A_BATCH)
            this.#sql.exec(INSERT, Date.now(), `[${events.slice(first, first + EVENTS_A_BATCH).join(',')}]`)
          this.#flushSoon()
          resolve()
        } catch (error) {
          reject(error)
        }
      })
    })
    return this.#commit
  }

  /**
   * Once a minute: makes sure that what a killed process left over is on its way. `restore` names the newest restore of the
   * database from a backup (empty for none): once for each that is new, all that is kept here is sent again, since
   * the backup may lack it.
   */
  async wake(restore: string): Promise<void> {
    this.#sql.exec('UPDATE flushed SET seq = 0, restore = ?1 WHERE restore <> ?1', restore)
    await this.#seeToAlarm()
  }

  override async alarm(): Promise<void> {
    this.#alarmIsSet = false
    let isDrained = false
    try {
      isDrained = await this.#drain()
      this.#failures = 0
    } catch (error) {
      this.#failures++
      console.error(`scan log: ${error instanceof Error ? error.message : error}`)
    } finally {
      // Alarms that throw are tried six times and never again: this one never throws, and names the next itself.
      if (!isDrained) this.#setAlarm(this.#failures === 0 ? 0 : backOff(this.#failures))
    }
  }

  /** Sends what is not yet in the database, and removes what is kept no longer; true when nothing is left to do. */
  async #drain(): Promise<boolean> {
    const db = openDatabase({ url: this.env.DATABASE_URL, authToken: this.env.DATABASE_AUTH_TOKEN })
    for (let batch = 0; batch < BATCHES_AN_ALARM; batch++) {
      const { restore } = this.#sql.exec<{ restore: string }>('SELECT restore FROM flushed').one()
      const { events, last } = this.#unflushed()
      const [first] = events
      if (!first) return this.#removeOld()
      await flush(db, practiceIn(first), events)
      // Not when it has heard of a restore meanwhile: then all begins again.
      this.#sql.exec('UPDATE flushed SET seq = ? WHERE restore = ?', last, restore)
    }
    return false
  }

  /** The oldest events that are not in the database yet, as many as one batch takes: fewer where one was not stored. */
  #unflushed(): { events: Event[]; last: number } {
    const most = EVENTS_A_BATCH / 2 ** this.#failures
    const unflushed = { events: [] as Event[], last: 0 }
    for (const { seq, events } of this.#sql.exec<{ seq: number; events: string }>(UNFLUSHED)) {
      unflushed.events.push(...JSON.parse(events))
      unflushed.last = seq
      if (unflushed.events.length >= most) break
    }
    return unflushed
  }

  /** True when nothing is left that is to be removed. */
  #removeOld(): boolean {
    if (!this.#has(HAS_OLD, Date.now(), KEEP_MS)) return true
    return this.#sql.exec(REMOVE, Date.now(), KEEP_MS, REMOVED_AT_ONCE).rowsWritten < REMOVED_AT_ONCE
  }

  /** An alarm further ahead than any that is set here is from before the clock was put back, and would come hours late. */
  async #seeToAlarm(): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm()
    this.#alarmIsSet = alarm !== null && alarm <= Date.now() + LONGEST_BACK_OFF_MS
    if (this.#has(HAS_UNFLUSHED) || this.#has(HAS_OLD, Date.now(), KEEP_MS)) this.#flushSoon()
  }

  #has(query: string, ...bound: number[]): boolean {
    return this.#sql.exec(query, ...bound).toArray().length > 0
  }

  #flushSoon(): void {
    if (!this.#alarmIsSet) this.#setAlarm(FLUSH_AFTER_MS)
  }

  #setAlarm(inMs: number): void {
    this.#alarmIsSet = true
    this.ctx.storage.setAlarm(Date.now() + inMs)
  }
}

/** Doubles from half a second; half of it at random, so that a hundred logs do not come back at the same moment. */
const backOff = (failures: number) => Math.min(LONGEST_BACK_OFF_MS, 250 * 2 ** failures) * (0.5 + Math.random() / 2)

/** One row for each commit: the events, in the order in which they came. */
const INSERT = 'INSERT INTO commits (at, events) VALUES (?, ?)'
const UNFLUSHED = `SELECT seq, events FROM commits WHERE seq > (SELECT seq FROM flushed) ORDER BY seq
  LIMIT ${EVENTS_A_BATCH}`
const HAS_UNFLUSHED = 'SELECT 1 FROM commits WHERE seq > (SELECT seq FROM flushed) LIMIT 1'
/** Of a time that is more than ?2 ms away from ?1, on either side: what came far from the future came by a wrong clock. */
const IS_OLD = 'abs(at - ?1) > ?2 AND seq <= (SELECT seq FROM flushed)'
/** Looks at the oldest row alone: a log must not get slower as it fills. */
const HAS_OLD = `SELECT 1 FROM (SELECT seq, at FROM commits ORDER BY seq LIMIT 1) WHERE ${IS_OLD}`
const REMOVE = `DELETE FROM commits WHERE seq IN (SELECT seq FROM commits ORDER BY seq LIMIT ?3) AND ${IS_OLD}`

/** In order; each runs once in each object. Add to the end, never change one. */
const MIGRATIONS = [
  `CREATE TABLE commits (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, events TEXT NOT NULL);
  CREATE TABLE flushed (seq INTEGER NOT NULL);
  INSERT INTO flushed VALUES (0)`,
  `ALTER TABLE flushed ADD COLUMN restore TEXT NOT NULL DEFAULT ''`,
]

function migrate(storage: DurableObjectStorage): void {
  storage.transactionSync(() => {
    storage.sql.exec('CREATE TABLE IF NOT EXISTS migrations (version INTEGER NOT NULL)')
    const { version } = storage.sql.exec<{ version: number }>('SELECT count(*) AS version FROM migrations').one()
    for (const [index, migration] of MIGRATIONS.entries()) {
      if (index < version) continue
      storage.sql.exec(migration)
      storage.sql.exec('INSERT INTO migrations VALUES (?)', index + 1)
    }
  })
}

import { DurableObject } from 'cloudflare:workers'
import { openDatabase } from '../../db/database.ts'
import type { Env } from '../env.ts'
import { flush } from './flush.ts'
import type { Event } from './rows.ts'

/** A scan is in every answer of the statistics within 3 seconds. */
const FLUSH_AFTER_MS = 700
const EVENTS_A_BATCH = 400
/** Then the alarm ends, and the next goes on. */
const BATCHES_AN_ALARM = 25
const LONGEST_BACK_OFF_MS = 10_000
/** A restored backup replays these. */
const KEEP_DAYS = 7
const REMOVED_AT_ONCE = 5_000
const DAY_MS = 86_400_000

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
    ctx.blockConcurrencyWhile(async () => {
      this.#alarmIsSet = (await ctx.storage.getAlarm()) !== null
      if (this.#unflushed().events.length > 0) this.#flushSoon()
    })
  }

  /**
   * Resolves once the event is on disk. Calls that arrive in the same turn of the event loop share one commit; waiting
   * longer for others makes each of them later, and all of them together no faster. The same visit may come any number
   * of times. Takes it as JSON (rows.ts), as it
   * is stored: a structured clone of it would cost more than the rest of the call.
   */
  append(event: string): Promise<void> {
    this.#gathered.push(event)
    this.#commit ??= new Promise((resolve, reject) => {
      setTimeout(() => {
        const events = this.#gathered
        this.#gathered = []
        this.#commit = undefined
        try {
          this.#sql.exec(INSERT, Date.now(), `[${events.join(',')}]`)
          this.#flushSoon()
          resolve()
        } catch (error) {
          reject(error)
        }
      })
    })
    return this.#commit
  }

  /** Makes sure that rows left over by a killed process are on their way. */
  wake(): void {}

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

  /** Sends what is not yet in the database; true when nothing is left. */
  async #drain(): Promise<boolean> {
    const db = openDatabase({ url: this.env.DATABASE_URL, authToken: this.env.DATABASE_AUTH_TOKEN })
    for (let batch = 0; batch < BATCHES_AN_ALARM; batch++) {
      const { events, last } = this.#unflushed()
      const [first] = events
      if (!first) {
        this.#removeOld(Date.now() - KEEP_DAYS * DAY_MS)
        return true
      }
      const { practiceId } = 'hit' in first ? first.hit : first.visit.scan
      await flush(db, practiceId, events)
      this.#sql.exec('UPDATE flushed SET seq = ?', last)
    }
    return false
  }

  /** The oldest events that are not in the database yet, as many as one batch takes. */
  #unflushed(): { events: Event[]; last: number } {
    const unflushed = { events: [] as Event[], last: 0 }
    for (const { seq, events } of this.#sql.exec<{ seq: number; events: string }>(UNFLUSHED)) {
      unflushed.events.push(...JSON.parse(events))
      unflushed.last = seq
      if (unflushed.events.length >= EVENTS_A_BATCH) break
    }
    return unflushed
  }

  /** Looks at the oldest row alone while nothing is due: a log must not get slower as it fills. */
  #removeOld(before: number): void {
    const [oldest] = this.#sql.exec<{ at: number }>('SELECT at FROM commits ORDER BY seq LIMIT 1')
    if (oldest && oldest.at < before) this.#sql.exec(REMOVE, REMOVED_AT_ONCE, before)
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
const UNFLUSHED = 'SELECT seq, events FROM commits WHERE seq > (SELECT seq FROM flushed) ORDER BY seq LIMIT 400'
const REMOVE = `DELETE FROM commits WHERE seq IN (SELECT seq FROM commits ORDER BY seq LIMIT ?)
  AND at < ? AND seq <= (SELECT seq FROM flushed)`

/** In order; each runs once in each object. Add to the end, never change one. */
const MIGRATIONS = [
  `CREATE TABLE commits (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, events TEXT NOT NULL);
  CREATE TABLE flushed (seq INTEGER NOT NULL);
  INSERT INTO flushed VALUES (0)`,
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

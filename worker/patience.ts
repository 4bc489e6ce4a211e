import { type Database, DatabaseUnavailable } from '../db/database.ts'

/** A page waits so long for what it reads; without it, it says how to call. */
const PATIENCE_MS = 1_500
/** When somebody has waited in vain, for so long nobody else in this isolate waits at all. */
const AWAY_MS = 2_000
/** Until when, in milliseconds; 0 while the database answers. */
let awayUntil = 0

/**
 * The database as pages read it: a reader does not sit before an empty page because it hangs. Then one page at a time asks
 * it again, and the others give up at once. Writes wait as ever: of one that is given up, nobody knows what became of it.
 */
export function withPatience(db: Database, now: number): Database {
  let asks = false
  return {
    ...db,
    async read(query) {
      const left = awayUntil - now
      // More is left only where the clock was put back.
      if (!asks && left > 0 && left <= PATIENCE_MS + AWAY_MS) throw new DatabaseUnavailable('it hung a moment ago')
      if (awayUntil > 0) {
        asks = true
        awayUntil = now + PATIENCE_MS
      }
      const found = await inTime(db.read(query))
      asks = found !== LATE
      awayUntil = found === LATE ? now + PATIENCE_MS + AWAY_MS : 0
      if (found === LATE) throw new DatabaseUnavailable(`no answer within ${PATIENCE_MS} ms`)
      return found
    },
  }
}

const LATE = Symbol('late')

async function inTime<T>(read: Promise<T>): Promise<T | typeof LATE> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, LATE)
  })
  read.catch(() => {})
  try {
    return await Promise.race([read, limit])
  } finally {
    clearTimeout(timer)
  }
}

import { eq } from 'drizzle-orm'
import { Hono } from 'hono'
import { nanoid } from 'nanoid'
import { type Database, DatabaseUnavailable, openDatabase, stored } from '../db/database.ts'
import { staff } from '../db/schema.ts'
import { isSigned } from './access/signature.ts'
import type { Api } from './http.ts'
import { guessingTold } from './links/alarm.ts'

const LIMIT_MS = 2_000
const NO_STORE = { 'Cache-Control': 'no-store' }
/** One write a second is enough for whoever watches, and lets nobody flood the database through this door. */
const BELIEVED_MS = 1_000
let writableAt = Number.NEGATIVE_INFINITY

/**
 * For whoever watches the service: alive, and able to write. Neither says anything about what is inside; what `doctor`
 * asks is signed with a secret that the operator alone has, and answered for two minutes.
 */
export const healthRoutes = new Hono<Api>()
  .get('/healthz', (c) => c.text('alive\n', 200, NO_STORE))
  .get('/healthz/guesses', async (c, next) => {
    const [, signature = ''] = /^Bearer (.*)$/.exec(c.req.header('Authorization') ?? '') ?? []
    const minute = Math.floor(c.var.now / 60_000)
    const isOperator = [minute, minute - 1].some((then) => isSigned(c.env, signature, 'operator', 'guesses', then))
    return isOperator ? c.json(await guessingTold(c.env), 200, NO_STORE) : next()
  })
  .get('/readyz', async (c) => {
    const { DATABASE_URL: url, DATABASE_AUTH_TOKEN: authToken } = c.env
    const { now } = c.var
    const ready =
      now - writableAt < BELIEVED_MS || (await canWrite(openDatabase({ url, authToken, timeoutMs: LIMIT_MS })))
    if (ready && now - writableAt >= BELIEVED_MS) writableAt = now
    return ready ? c.text('ready\n', 200, NO_STORE) : c.text('the database cannot be written to\n', 503, NO_STORE)
  })

/** Writes for real, since reads stay healthy while writes hang, and leaves nothing behind: one batch is one act. */
async function canWrite(db: Database): Promise<boolean> {
  const id = `readiness ${nanoid()}`
  try {
    stored(
      await db.write((sql) => [
        sql.insert(staff).values({ id, name: '', createdAt: 0 }),
        sql.delete(staff).where(eq(staff.id, id)),
      ]),
    )
    return true
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return false
    throw error
  }
}

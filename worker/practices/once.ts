import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { type Asked, findReply, type Reply, replyStatement } from '../access/replies.ts'
import { type Api, type Keep, problem } from '../http.ts'
import { openVault } from './vault.ts'

const KEY = /^[\x21-\x7e]{1,255}$/
const keepNothing: Keep = async () => () => []

/**
 * Acts once per Idempotency-Key: the same key with the same request gets the same answer, with another request 422.
 * Only answers of success are kept; after a refusal, where nothing was written, the same key may be sent again.
 * An act that calls `keep(status, body)` and puts its statements into its own batch is exact also when killed half way;
 * for one that does not, the answer is stored right afterwards. Without an Idempotency-Key `keep` gives no statements. A
 * batch that is refused with 'key used' needs no care: whatever the act answers then, the request that was first decides.
 *
 *     return once(c, practice.id, 'patient', async (keep) => {
 *       const kept = await keep(201, body)
 *       const written = await db.write((sql) => [sql.insert(bookings).values(row), ...kept(sql)])
 *
 * Routes with `allow` are inside it already and find `keep` as `c.var.keep`; public ones call it themselves.
 */
export async function once<R extends Response>(
  c: Context<Api>,
  practiceId: string,
  who: string,
  act: (keep: Keep) => Promise<R>,
): Promise<R> {
  // A stored answer is what the same act answered before, so it is of its type, which TypeScript cannot know.
  return (await actOnce(c, practiceId, who, act)) as R
}

async function actOnce(
  c: Context<Api>,
  practiceId: string,
  who: string,
  act: (keep: Keep) => Promise<Response>,
): Promise<Response> {
  const key = c.req.header('Idempotency-Key')
  if (key === undefined) return act(keepNothing)
  if (!KEY.test(key))
    return problem(c, 'invalid', {
      errors: [{ field: 'Idempotency-Key', detail: 'Send 1 to 255 visible ASCII characters, such as a UUID.' }],
    })

  const { db, now } = c.var
  const vault = await openVault(db, c.env, practiceId)
  const request = `${c.req.method} ${c.req.path}${new URL(c.req.url).search}\n${await c.req.text()}`
  const asked: Asked = { practiceId, who, key, request }
  const answered = async () => {
    const reply = await findReply(db, vault, asked)
    return reply && replay(c, reply)
  }

  const before = await answered()
  if (before) return before
  let kept = false
  const response = await act(async (status, body) => {
    kept = true
    const insert = await replyStatement(vault, asked, { status, body }, now)
    return (sql) => [insert(sql)]
  })
  // Refused, perhaps because a request with the same key was first: then its answer is the answer.
  if (!response.ok) return response.status === 503 ? response : ((await answered()) ?? response)
  if (kept) return response
  const body: unknown = JSON.parse((await response.clone().text()) || 'null')
  const insert = await replyStatement(vault, asked, { status: response.status, body }, now)
  const written = await db.write((sql) => [insert(sql)])
  return written.ok ? response : ((await answered()) ?? response)
}

function replay(c: Context<Api>, reply: Reply | 'other'): Response {
  if (reply === 'other') return problem(c, 'key-reused')
  return new Response(reply.body, {
    status: reply.status,
    headers: { 'Content-Type': 'application/json', 'Idempotent-Replayed': 'true' },
  })
}

/** Puts every write of a caller inside `once`. */
export const idempotent = createMiddleware<Api>(async (c, next) => {
  c.set('keep', keepNothing)
  if (!c.var.caller || c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  const { practiceId, by } = c.var.caller
  const response = await once(c, practiceId, by, async (keep) => {
    c.set('keep', keep)
    await next()
    return c.res
  })
  if (response === c.res) return
  // Hono would add the headers of the answer that is replaced.
  c.res = undefined
  c.res = response
})

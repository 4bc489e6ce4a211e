import type { Env } from '../env.ts'
import { follow } from './redirect.ts'

/**
 * Most requests are scans, and a router with every route of the product is a tenth of what one costs: a GET for a QR
 * code or a clicked link is followed without it. Undefined for all others and for what cannot be followed, of which
 * the routes (routes.ts) make the right answer.
 */
export async function shortcut(request: Request, env: Env, ctx: ExecutionContext): Promise<Response | undefined> {
  if (request.method !== 'GET') return undefined
  const [, way, typed] = SHORT.exec(request.url) ?? []
  if (!way || !typed) return undefined
  const followed = await follow({ env, ctx, now: Date.now() }, request, typed, /r/i.test(way) ? 'click' : 'qr')
  return typeof followed === 'string' ? undefined : followed
}

/** Codes and aliases need no escaping. */
const SHORT = /^https?:\/\/[^/]+\/([qQrR])\/([\w-]{3,40})\/?(?:\?|$)/

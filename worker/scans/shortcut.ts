import type { Env } from '../env.ts'
import { followKnown } from './redirect.ts'

/**
 * Most requests are scans of links that memory knows, and a router with every route of the product is a tenth of what one
 * costs: a GET for their QR code or address to click is followed without it. Undefined for all others: the routes
 * (routes.ts) look them up, or make the right answer of them.
 */
export function shortcut(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> | undefined {
  if (request.method !== 'GET') return undefined
  const [, way, typed] = SHORT.exec(request.url) ?? []
  if (!way || !typed) return undefined
  return followKnown({ env, ctx, now: Date.now() }, request, typed, /r/i.test(way) ? 'click' : 'qr')
}

/** Codes and aliases need no escaping. */
const SHORT = /^https?:\/\/[^/]+\/([qQrR])\/([\w-]{3,40})\/?(?:\?|$)/

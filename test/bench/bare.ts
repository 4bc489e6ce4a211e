import { convertV4MiniflareOptions, Miniflare } from 'miniflare'

/**
 * A Worker that answers every request with a 302 and does nothing else: what the machine can do at best. At /object it
 * first calls a Durable Object that does nothing: what a redirect can do at best that asks one.
 */
export async function startBare(): Promise<{ url: string; stop(): Promise<void> }> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: SCRIPT,
      durableObjects: { EMPTY: { className: 'Empty', useSQLite: true } },
      compatibilityDate: '2026-08-01',
      cf: false,
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    }),
  )
  const url = await miniflare.unsafeGetDirectURL()
  return { url: url.origin, stop: () => miniflare.dispose() }
}

const SCRIPT = `
import { DurableObject } from 'cloudflare:workers'
export class Empty extends DurableObject {
  nothing() {}
}
const redirect = () => new Response(null, { status: 302, headers: { Location: '/elsewhere' } })
export default {
  async fetch(request, env) {
    if (request.url.endsWith('/object')) await env.EMPTY.getByName('one').nothing()
    return redirect()
  },
}`

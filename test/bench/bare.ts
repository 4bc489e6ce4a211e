import { convertV4MiniflareOptions, Miniflare } from 'miniflare'

/** A Worker that answers every request with a 302 and does nothing else: what the machine can do at best. */
export async function startBare(): Promise<{ url: string; stop(): Promise<void> }> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: `export default { fetch: () => new Response(null, { status: 302, headers: { Location: '/elsewhere' } }) }`,
      compatibilityDate: '2026-08-01',
      cf: false,
      unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
    }),
  )
  const url = await miniflare.unsafeGetDirectURL()
  return { url: url.origin, stop: () => miniflare.dispose() }
}

import type { APIRoute } from 'astro'
import { practiceOfHost } from '../../worker/practices/host.ts'
import { originOf } from '../landing/addresses.ts'

/** Landing pages may be found. What else must not be says so itself (noindex), and has to be read for that. */
export const GET: APIRoute = async ({ url, locals: { db, now, env } }) => {
  const own = await practiceOfHost(db, url.host, now)
  const origin = originOf({ host: own ? url.host : null }, env)
  return new Response(`User-agent: *\nDisallow: /api/v1/\nDisallow: /practice/\n\nSitemap: ${origin}/sitemap.xml\n`, {
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'public, max-age=3600' },
  })
}

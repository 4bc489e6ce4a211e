import type { APIRoute } from 'astro'
import { practiceOfHost } from '../../worker/practices/host.ts'
import { landingPages } from '../../worker/practices/pages.ts'
import { alternatesOf, originOf } from '../landing/addresses.ts'

/** A sitemap holds 50,000 addresses: those of a page in three languages, and of its practice. */
const MOST_SERVICES = 8_000

/**
 * The landing pages in each language: on a practice's own host its own, on PUBLIC_URL those of every practice that has
 * no host of its own, since a sitemap speaks for its host alone.
 */
export const GET: APIRoute = async ({ url, locals: { db, now, env } }) => {
  const own = await practiceOfHost(db, url.host, now)
  const pages = await landingPages(db, own?.slug ?? null, MOST_SERVICES)
  const entries = pages
    .filter(({ host }) => own || host === null)
    .flatMap((page) => {
      const path = page.service ? `/p/${page.practice}/${page.service}` : `/p/${page.practice}`
      const addresses = alternatesOf(originOf(page, env) + path)
      const links = addresses
        .map(([tag, to]) => `<xhtml:link rel="alternate" hreflang="${tag}" href="${to}"/>`)
        .join('')
      return addresses.map(([, address]) => `<url><loc>${address}</loc>${links}</url>\n`)
    })
  return new Response(
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n' +
      `${entries.join('')}</urlset>\n`,
    { headers: { 'Content-Type': 'application/xml; charset=utf-8', 'Cache-Control': 'public, max-age=3600' } },
  )
}

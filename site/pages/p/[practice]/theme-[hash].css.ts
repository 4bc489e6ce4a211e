import type { APIRoute } from 'astro'
import { publishedPractice } from '../../../../worker/practices/published.ts'
import { accentAddress, accentStylesheet } from '../../../theme.ts'

/** A practice's accent. The address changes with the colour, so browsers may keep what they have for ever. */
export const GET: APIRoute = async ({ params, locals, url }) => {
  const published = await publishedPractice(locals.db, params.practice ?? '', locals.now)
  if (!published) return new Response(null, { status: 404 })
  const current = accentAddress(published.practice) === url.pathname
  return new Response(accentStylesheet(published.practice.accent), {
    headers: {
      'Content-Type': 'text/css; charset=utf-8',
      'Cache-Control': current ? 'public, max-age=31536000, immutable' : 'public, max-age=60',
    },
  })
}

import type { APIRoute } from 'astro'
import { keptLetter } from '../../../../worker/mail/kept.ts'
import { sessionFor } from '../../../session.ts'

/**
 * A letter as a mail program would show it, and as shut in: in an origin of its own, without scripts, and with nothing
 * fetched. Its own styles stand at its elements, which is why they alone are let in.
 */
const POLICY = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

export const GET: APIRoute = async ({ locals, params, redirect, request, rewrite }) => {
  const { db, env } = locals
  if (!env.MAIL_FILES) return rewrite('/404')
  const session = await sessionFor(request, locals)
  if (session?.role !== 'owner') return redirect('/practice/sign-in', 303)
  const letter = await keptLetter(db, env.MAIL_FILES, session.practiceId, params.id ?? '')
  const shown = letter?.parts.find(({ type }) => type.startsWith('text/html'))
  if (!shown) return rewrite('/404')
  return new Response(shown.text, {
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY },
  })
}

import type { APIRoute } from 'astro'
import { readCookie, SESSION_COOKIE, setCookie } from '../../../worker/access/cookies.ts'
import { endSession } from '../../../worker/access/sign-in.ts'

/** Ends the session here and on the server; who is signed out already is told the same. */
export const POST: APIRoute = async ({ request, locals: { db, env, now } }) => {
  const token = readCookie(env, request, SESSION_COOKIE)
  if (token) await endSession(db, token, now)
  return new Response(null, {
    status: 303,
    headers: { Location: '/practice/sign-in?signed-out', 'Set-Cookie': setCookie(env, SESSION_COOKIE, '', 0) },
  })
}

export const GET: APIRoute = ({ redirect }) => redirect('/practice/stats', 303)

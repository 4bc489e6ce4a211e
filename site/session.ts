import { readCookie, SESSION_COOKIE } from '../worker/access/cookies.ts'
import { type Session, sessionOf } from '../worker/access/sign-in.ts'

/** Who is signed in, on a staff page; null where nobody is. Every practice-wide read of the page goes by its practice. */
export async function sessionFor(request: Request, { db, env, now }: App.Locals): Promise<Session | null> {
  const token = readCookie(env, request, SESSION_COOKIE)
  return token ? sessionOf(db, token, now) : null
}

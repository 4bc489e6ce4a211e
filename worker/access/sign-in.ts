import { and, eq, gt, isNull, sql as literal } from 'drizzle-orm'
import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import { memberships, practices, sessions, signInLinks, staff } from '../../db/schema.ts'
import { type Role, type Scope, scopesOf } from './scopes.ts'
import { hashToken, newToken } from './tokens.ts'

const HOUR_MS = 3_600_000
export const SIGN_IN_LINK_HOURS = 24
/** Absolute: using a session does not prolong it. */
export const SESSION_DAYS = 30

/** A member of staff who is signed in, and the practice for which. */
export interface Session {
  practiceId: string
  practiceSlug: string
  practiceName: string
  /** IANA zone in which the practice counts its days. */
  timezone: string
  staffId: string
  staffName: string
  role: Role
  scopes: readonly Scope[]
}

/** Creates a link that signs this person in once, within SIGN_IN_LINK_HOURS: `/practice/sign-in/TOKEN`. */
export async function createSignInLink(
  db: Database,
  member: { practiceId: string; staffId: string },
  now: number,
): Promise<string> {
  const { token, insert } = await signInLinkStatement(member, now)
  stored(await db.write((sql) => [insert(sql)]))
  return token
}

/** The same as a statement, for a write batch that does more. */
export async function signInLinkStatement(
  { practiceId, staffId }: { practiceId: string; staffId: string },
  now: number,
): Promise<{ token: string; insert: (sql: Sql) => Built }> {
  const token = newToken()
  const row = { hash: await hashToken(token), practiceId, staffId, createdAt: now }
  return {
    token,
    insert: (sql) => sql.insert(signInLinks).values({ ...row, expiresAt: now + SIGN_IN_LINK_HOURS * HOUR_MS }),
  }
}

/**
 * Turns a sign-in link into a session, once: of requests that arrive together one gets it.
 * Null where the link is unknown, used or expired.
 */
export async function useSignInLink(
  db: Database,
  linkToken: string,
  now: number,
): Promise<{ token: string; session: Session } | null> {
  const link = await hashToken(linkToken)
  const token = newToken()
  const hash = await hashToken(token)
  const unused = and(eq(signInLinks.hash, link), isNull(signInLinks.usedAt), gt(signInLinks.expiresAt, now))
  stored(
    await db.write(
      (sql) => [
        // The session comes first, while the link still counts as unused; the batch is one transaction.
        sql.insert(sessions).select(
          sql
            .select({
              hash: literal`${hash}`.as('hash'),
              practiceId: signInLinks.practiceId,
              staffId: signInLinks.staffId,
              createdAt: literal`${now}`.as('created_at'),
              expiresAt: literal`${now + SESSION_DAYS * 24 * HOUR_MS}`.as('expires_at'),
              endedAt: literal`null`.as('ended_at'),
            })
            .from(signInLinks)
            .where(unused),
        ),
        sql.update(signInLinks).set({ usedAt: now }).where(unused),
      ],
      { idempotent: true },
    ),
  )
  const session = await sessionOf(db, token, now)
  return session && { token, session }
}

/** Who is signed in with this cookie's token; null where nobody is, or no longer. */
export async function sessionOf(db: Database, token: string, now: number): Promise<Session | null> {
  if (token.length > 100) return null
  const hash = await hashToken(token)
  const [row] = await db.read((sql) =>
    sql
      .select({
        practiceId: sessions.practiceId,
        practiceSlug: practices.slug,
        practiceName: practices.name,
        timezone: practices.timezone,
        staffId: sessions.staffId,
        staffName: staff.name,
        role: memberships.role,
      })
      .from(sessions)
      .innerJoin(practices, eq(practices.id, sessions.practiceId))
      .innerJoin(staff, eq(staff.id, sessions.staffId))
      .innerJoin(
        memberships,
        and(eq(memberships.practiceId, sessions.practiceId), eq(memberships.staffId, sessions.staffId)),
      )
      .where(
        and(
          eq(sessions.hash, hash),
          gt(sessions.expiresAt, now),
          isNull(sessions.endedAt),
          isNull(memberships.endedAt),
        ),
      ),
  )
  return row ? { ...row, scopes: scopesOf(row.role) } : null
}

/** Signs out: the token is worth nothing from now on. */
export async function endSession(db: Database, token: string, now: number): Promise<void> {
  const hash = await hashToken(token)
  stored(
    await db.write(
      (sql) => [
        sql
          .update(sessions)
          .set({ endedAt: now })
          .where(and(eq(sessions.hash, hash), isNull(sessions.endedAt))),
      ],
      { idempotent: true },
    ),
  )
}

import type { Database } from '../../db/database.ts'
import { audited } from '../access/audit.ts'
import type { Env } from '../env.ts'
import { sendDue } from '../mail/send.ts'
import { type LetterEnv, letterOf } from './letters.ts'

type PostEnv = LetterEnv & Pick<Env, 'EMAIL' | 'MAIL_FILES'>

/** Sends the letters that are due, of every practice; for the schedule. @returns how many left */
export const post = (db: Database, env: PostEnv, now: number, only?: { practiceId: string; id: string }) =>
  sendDue(
    db,
    env,
    {
      letterOf: (mail) => letterOf(db, env, mail, now),
      beside: ({ practiceId, id }) => {
        const kept = audited({ practiceId, by: 'system', at: now, act: 'mail dropped', subject: id })
        return (sql) => [kept(sql)]
      },
    },
    now,
    only,
  )

/** The same for one booking or request, right after the answer; what goes wrong is left to the schedule. */
export function postSoon(
  { db, env, ctx, now }: { db: Database; env: PostEnv; ctx: Pick<ExecutionContext, 'waitUntil'>; now: number },
  about: { practiceId: string; id: string },
): void {
  ctx.waitUntil(
    post(db, env, now, about).catch((error: unknown) =>
      console.error(`mail: ${error instanceof Error ? error.name : 'failed'}, left to the schedule`),
    ),
  )
}

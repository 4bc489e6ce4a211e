import type { Database } from '../../db/database.ts'
import { findReply, replyStatement } from '../access/replies.ts'
import type { Practice } from '../practices/find.ts'
import { openVault } from '../practices/vault.ts'
import { type Asking, type BookingOutcome, book, type Secrets } from './book.ts'
import type { Booked } from './booked.ts'
import type { From } from './budget.ts'
import type { BookingRequest } from './request.ts'

/**
 * `book` for a form, which carries its key in a hidden field: sent twice, it books once and answers the same.
 * The API does the same with the header (worker/practices/once.ts).
 */
export async function bookOnce(
  db: Database,
  env: Secrets,
  practice: Practice,
  request: BookingRequest,
  key: string,
  now: number,
  from: From | null = null,
): Promise<BookingOutcome> {
  const vault = await openVault(db, env, practice.id)
  const asked = { practiceId: practice.id, who: 'patient', key: `form ${key}`, request: JSON.stringify(request) }
  const answered = async (): Promise<BookingOutcome | null> => {
    const reply = await findReply(db, vault, asked)
    if (reply === 'other') return { ok: false, problem: 'key-reused' }
    // What was stored under a key of a form is what the line below stored.
    return reply && { ok: true, booking: JSON.parse(reply.body) as Booked }
  }
  const before = await answered()
  if (before) return before
  const keep: Asking['keep'] = async (status, body) => {
    const insert = await replyStatement(vault, asked, { status, body }, now)
    return (sql) => [insert(sql)]
  }
  const outcome = await book(db, env, practice, request, { by: 'patient', via: 'online', from, keep }, now)
  return outcome.ok ? outcome : ((await answered()) ?? outcome)
}

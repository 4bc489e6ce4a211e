import type { Database } from '../../db/database.ts'
import { findReply, replyStatement } from '../access/replies.ts'
import type { Keep } from '../http.ts'
import type { Practice } from '../practices/find.ts'
import { openVault } from '../practices/vault.ts'
import { type BookingOutcome, book, type Secrets } from './book.ts'
import type { From } from './budget.ts'
import { askForCall, type CallOutcome } from './call-request.ts'
import type { CallRequest } from './call-schema.ts'
import type { BookingRequest } from './request.ts'

/**
 * `book` for a form, which carries its key in a hidden field: sent twice, it books once and answers the same.
 * The API does the same with the header (worker/practices/once.ts).
 */
export const bookOnce = (
  db: Database,
  env: Secrets,
  practice: Practice,
  request: BookingRequest,
  key: string,
  now: number,
  from: From | null = null,
): Promise<BookingOutcome> =>
  onceForForm<BookingOutcome>(db, env, practice.id, { request, key }, now, {
    act: (keep) => book(db, env, practice, request, { by: 'patient', via: 'online', from, keep }, now),
    // What was stored under a key of a form is what its act gave to keep.
    answered: (body) => ({ ok: true, booking: JSON.parse(body) }),
    reused: { ok: false, problem: 'key-reused' },
  })

/** The same for a request to be called. */
export const askForCallOnce = (
  db: Database,
  env: Secrets,
  practice: Practice,
  request: CallRequest,
  key: string,
  now: number,
): Promise<CallOutcome> =>
  onceForForm<CallOutcome>(db, env, practice.id, { request, key }, now, {
    act: (keep) => askForCall(db, env, practice, request, keep, now),
    answered: (body) => ({ ok: true, asked: JSON.parse(body) }),
    reused: { ok: false, problem: 'key-reused' },
  })

async function onceForForm<T extends { ok: boolean }>(
  db: Database,
  env: Secrets,
  practiceId: string,
  { request, key }: { request: unknown; key: string },
  now: number,
  { act, answered, reused }: { act: (keep: Keep) => Promise<T>; answered: (body: string) => T; reused: T },
): Promise<T> {
  const vault = await openVault(db, env, practiceId)
  const asked = { practiceId, who: 'patient', key: `form ${key}`, request: JSON.stringify(request) }
  const before = async (): Promise<T | null> => {
    const reply = await findReply(db, vault, asked)
    return reply === 'other' ? reused : reply && answered(reply.body)
  }
  const first = await before()
  if (first) return first
  const outcome = await act(async (status, body) => {
    const insert = await replyStatement(vault, asked, { status, body }, now)
    return (sql) => [insert(sql)]
  })
  return outcome.ok ? outcome : ((await before()) ?? outcome)
}

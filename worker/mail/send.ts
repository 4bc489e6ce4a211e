import { type Built, type Database, type Sql, stored } from '../../db/database.ts'
import type { Letter } from './letter.ts'
import { again, type Claimed, claim, dropped, MOST_TRIES, sent } from './outbox.ts'
import { deliver, type Ways } from './transport.ts'

/** So many in one run; the next minute has another. */
const MOST_AT_A_RUN = 500

/** What the outbox must be told by those who know bookings. */
export interface Writing {
  /** The letter as things stand now, or why there is none to send any more. */
  letterOf(mail: Claimed): Promise<Letter | { none: string }>
  /** What is stored beside a letter that is given up. */
  beside(mail: Claimed): (sql: Sql) => Built[]
}

/**
 * Sends what is due. A letter that cannot be written or sent is tried again and stops no other; after MOST_TRIES it is
 * given up. Killed at any point, each is sent by a later run: a file is then written over by the same.
 * @returns how many left
 */
export async function sendDue(
  db: Database,
  ways: Ways,
  { letterOf, beside }: Writing,
  now: number,
  only?: { practiceId: string; id: string },
): Promise<number> {
  let left = 0
  for (let taken = 0; taken < MOST_AT_A_RUN; ) {
    const claimed = await claim(db, now, only)
    if (claimed.length === 0) break
    taken += claimed.length
    for (const mail of claimed) if (await settle(mail)) left++
  }
  return left

  async function settle(mail: Claimed): Promise<boolean> {
    const outcome = await attempt(mail)
    const gone = !outcome.ok && (outcome.final || mail.tries >= MOST_TRIES)
    const statements = (sql: Sql): Built[] => {
      if (outcome.ok) return [sent(sql, mail, now)]
      if (gone) return [dropped(sql, mail, outcome.why, now), ...beside(mail)(sql)]
      return [again(sql, mail, outcome.why, now)]
    }
    // Where this fails the claim ends by itself, and the letter is taken up again.
    stored(await db.write(statements, { idempotent: true }))
    return outcome.ok
  }

  async function attempt(mail: Claimed) {
    try {
      const letter = await letterOf(mail)
      if ('none' in letter) return { ok: false as const, final: true, why: letter.none }
      return await deliver(ways, letter, { id: mail.id, at: mail.dueAt })
    } catch (error) {
      // What kind of error it was, never what it says: that may hold an address.
      const name = error instanceof Error ? error.name : 'unknown'
      return { ok: false as const, final: false, why: `it could not be written or sent (${name})` }
    }
  }
}

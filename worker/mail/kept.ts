import { and, desc, eq, isNotNull } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { mails } from '../../db/schema.ts'
import { type Opened, opened } from './opened.ts'
import { fileName } from './transport.ts'

const SHOWN = 50

/** The letters of a practice that left as files, the newest first. The folder holds those of every practice. */
export async function keptLetters(
  db: Database,
  files: Fetcher,
  practiceId: string,
): Promise<{ id: string; sentAt: number | null; letter: Opened }[]> {
  const rows = await db.read((sql) =>
    sql
      .select({ id: mails.id, sentAt: mails.sentAt })
      .from(mails)
      .where(and(eq(mails.practiceId, practiceId), isNotNull(mails.sentAt)))
      .orderBy(desc(mails.sentAt), desc(mails.id))
      .limit(SHOWN),
  )
  const letters = await Promise.all(rows.map(async (row) => ({ ...row, letter: await readLetter(files, row.id) })))
  return letters.flatMap(({ letter, ...row }) => (letter ? [{ ...row, letter }] : []))
}

/** One of them; null where it is not this practice's, or not there. */
export async function keptLetter(db: Database, files: Fetcher, practiceId: string, id: string): Promise<Opened | null> {
  const [row] = await db.read((sql) =>
    sql
      .select({ id: mails.id })
      .from(mails)
      .where(and(eq(mails.practiceId, practiceId), eq(mails.id, id))),
  )
  return row ? readLetter(files, row.id) : null
}

async function readLetter(files: Fetcher, id: string): Promise<Opened | null> {
  const answer = await files.fetch(`http://mail/${fileName(id)}`)
  const text = await answer.text()
  return answer.ok ? opened(text) : null
}

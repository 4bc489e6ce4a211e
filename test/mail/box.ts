import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Opened, opened } from '../../worker/mail/opened.ts'
import { askUntil } from '../api.ts'
import type { Stack } from '../stack.ts'

/** The letters that left as files. */
export function boxOf({ dataDir }: Pick<Stack, 'dataDir'>) {
  const folder = join(dataDir, 'mail')
  const names = () => readdirSync(folder).filter((name) => name.endsWith('.eml'))
  const raw = (id: string) => readFileSync(join(folder, `${id}.eml`), 'utf8')
  const all = (): (Opened & { id: string; raw: string })[] =>
    names().map((name) => {
      const id = name.slice(0, -'.eml'.length)
      return { id, raw: raw(id), ...opened(raw(id)) }
    })
  return {
    folder,
    names,
    raw,
    all,
    /** Letters to one address, once there are so many. */
    to: (address: string, atLeast = 1) =>
      askUntil(
        async () => all().filter(({ to }) => to === address),
        (found) => found.length >= atLeast,
        10_000,
      ),
  }
}

export const textOf = (letter: Opened) => letter.parts.find(({ type }) => type.startsWith('text/plain'))?.text ?? ''
export const htmlOf = (letter: Opened) => letter.parts.find(({ type }) => type.startsWith('text/html'))?.text ?? ''
export const calendarOf = (letter: Opened) =>
  letter.parts.find(({ type }) => type.startsWith('text/calendar'))?.text ?? ''

/** The rows of the outbox, oldest first. */
export async function outboxOf(stack: Stack, practiceId: string) {
  const { rows } = await stack.db.client.execute({
    sql: 'SELECT * FROM mails WHERE practice_id = ? ORDER BY rowid',
    args: [practiceId],
  })
  return rows.map((row) => ({
    id: String(row.id),
    kind: String(row.kind),
    bookingId: String(row.booking_id),
    sequence: Number(row.sequence),
    dueAt: Number(row.due_at),
    tries: Number(row.tries),
    sentAt: row.sent_at === null ? null : Number(row.sent_at),
    droppedAt: row.dropped_at === null ? null : Number(row.dropped_at),
    trouble: row.trouble === null ? null : String(row.trouble),
  }))
}

import { readdirSync } from 'node:fs'
import { opened } from '../../worker/mail/opened.ts'
import { ask } from '../api.ts'
import { boxOf } from '../mail/box.ts'
import { PATIENT, slotsOf, testPractice } from '../practice.ts'
import { answers, type Stack } from '../stack.ts'
import { atLeast, exactly, type Finding, shown } from './finding.ts'

const MINUTE_MS = 60_000
const RUN_LIMIT_MS = 20_000

/**
 * Letters are due, and workerd is killed with -9 again and again while they are being sent. In the end each is one file,
 * whole, and its row says that it left. Time goes on by some minutes at each kill, so that what a killed run had claimed
 * is taken up again.
 */
export async function killsWhileSending(
  stack: Stack,
  { letters, kills }: { letters: number; kills: number },
): Promise<Finding> {
  const practice = await testPractice(stack, `letters-${letters}-${kills}`)
  const bookingId = await bookingToCome(stack, practice)
  const box = boxOf(stack)
  const before = new Set(box.names())
  const now = Date.now()
  await enqueue(stack, practice.id, bookingId, { letters, dueAt: now })
  const sent = () => left(stack, practice.id, 'sent_at IS NOT NULL')
  const atEachKill: number[] = []
  let minutes = 0
  const run = () => {
    minutes += 6
    return Promise.race([
      stack.worker.scheduled(now + minutes * MINUTE_MS).catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, RUN_LIMIT_MS)),
    ])
  }
  for (let kill = 0; kill < kills; kill++) {
    const running = run()
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 120))
    await stack.killWorker()
    await running
    atEachKill.push(await sent())
  }
  await answers(stack.databaseUrl)
  for (let tries = 0; tries < 20 && (await sent()) < letters; tries++) await run()

  const files = box.names().filter((name) => !before.has(name))
  const { rows } = await stack.db.client.execute({
    sql: `SELECT id, tries FROM mails WHERE practice_id = ? AND kind = 'reminder' AND sequence > 0`,
    args: [practice.id],
  })
  const due = new Set(rows.map(({ id }) => `${id}.eml`))
  const all = await stack.db.client.execute('SELECT id FROM mails')
  const asked = new Set(all.rows.map(({ id }) => `${id}.eml`))
  const broken = files
    .filter((name) => due.has(name))
    .filter((name) => {
      const { to, parts } = opened(box.raw(name.slice(0, -'.eml'.length)))
      return to !== PATIENT.email || parts.length < 2 || !parts[1]?.text.trimEnd().endsWith('</html>')
    })
  return {
    title: 'Kills while letters leave: each leaves once',
    figures: [
      shown('letters that were due', letters),
      shown('kills with -9 of workerd', kills),
      shown('letters that had left at each kill', atEachKill.join(', ')),
      atLeast(
        'kills in the middle: some had left, some had not',
        atEachKill.filter((n) => n > 0 && n < letters).length,
        1,
      ),
      atLeast('letters that were begun more than once', rows.filter(({ tries }) => Number(tries) > 1).length, 1),
      exactly('letters that left, by their rows', await sent(), letters),
      exactly('letters with a file', files.filter((name) => due.has(name)).length, letters),
      exactly('files of them that are not whole', broken.length, 0),
      exactly('files that no letter asked for', files.filter((name) => !asked.has(name)).length, 0),
      exactly('letters given up', await left(stack, practice.id, 'dropped_at IS NOT NULL'), 0),
      shown('names in the folder', readdirSync(box.folder).length),
    ],
  }
}

async function bookingToCome(stack: Stack, practice: Awaited<ReturnType<typeof testPractice>>): Promise<string> {
  const slot = (await slotsOf(stack.url, practice, 60)).at(-1)
  const { status, body } = await ask(stack.url, 'POST /api/v1/bookings', {
    key: practice.key,
    body: {
      ...{ service: practice.service, start: slot?.start, providerId: slot?.providerId },
      patient: { ...PATIENT, phone: undefined },
    },
  })
  if (status !== 201) throw new Error(`no booking: ${status}`)
  await boxOf(stack).to(PATIENT.email)
  return String(body.id)
}

/** As many as are wanted of one booking: its outbox holds one of a kind for each of its changes. */
async function enqueue(stack: Stack, practiceId: string, bookingId: string, { letters, dueAt }: Wanted) {
  await stack.db.client.batch(
    Array.from({ length: letters }, (_, n) => ({
      sql: `INSERT INTO mails (practice_id, id, kind, booking_id, sequence, due_at) VALUES (?, ?, 'reminder', ?, ?, ?)`,
      args: [practiceId, `letter-${practiceId}-${n}`, bookingId, n + 1, dueAt],
    })),
    'write',
  )
}
interface Wanted {
  letters: number
  dueAt: number
}

async function left(stack: Stack, practiceId: string, where: string): Promise<number> {
  const { rows } = await stack.db.client.execute({
    sql: `SELECT count(*) AS n FROM mails WHERE practice_id = ? AND sequence > 0 AND ${where}`,
    args: [practiceId],
  })
  return Number(rows[0]?.n)
}

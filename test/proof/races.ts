import { randomUUID } from 'node:crypto'
import { randomFrom } from '../../db/seed/random.ts'
import { ask } from '../api.ts'
import { PATIENT, slotsOf, type TestPractice, testPractice } from '../practice.ts'
import type { Stack } from '../stack.ts'
import { atLeast, exactly, type Finding, shown } from './finding.ts'

/** So many patients want one slot at the same moment, and one request is sent so many times: one booking each. */
export async function oneSlot(stack: Stack, { patients }: { patients: number }): Promise<Finding> {
  const practice = await testPractice(stack, `race-${patients}`)
  const [first, second] = await slotsOf(stack.url, practice)
  const body = (slot: typeof first) => ({
    ...{ service: practice.service, start: slot?.start, providerId: slot?.providerId },
    ...{ patient: PATIENT, shareWithReferrer: false },
  })
  const race = await together(patients, () => post(stack, practice, body(first), randomUUID()))
  const key = randomUUID()
  const replays = await together(patients, () => post(stack, practice, body(second), key))
  const stored = await stack.db.client.execute({
    sql: 'select count(*) as n from bookings where practice_id = ?',
    args: [practice.id],
  })
  const answers = (statuses: number[]) =>
    [...Map.groupBy(statuses, (status) => status)]
      .map(([status, all]) => `${all.length} x ${status || 'none'}`)
      .join(', ')
  return {
    title: 'One slot, one booking; one key, one booking',
    figures: [
      shown('patients at once', patients),
      shown('answers', answers(race.map(({ status }) => status))),
      exactly('patients who were told that it is theirs', race.filter(({ status }) => status === 201).length, 1),
      exactly(
        'answers that are neither theirs, taken, nor try again',
        race.filter(({ status }) => ![201, 409, 429, 503].includes(status)).length,
        0,
      ),
      shown('answers to the replays of one key', answers(replays.map(({ status }) => status))),
      atLeast('replays answered with the booking', replays.filter(({ status }) => status === 201).length, 1),
      exactly('bookings that these name', new Set(replays.filter(({ id }) => id).map(({ id }) => id)).size, 1),
      exactly('bookings stored', Number(stored.rows[0]?.n), 2),
    ],
  }
}

async function post(stack: Stack, practice: TestPractice, body: object, key: string) {
  const answer = await ask(stack.url, `POST /api/v1/practices/${practice.slug}/bookings`, {
    headers: { 'Idempotency-Key': key },
    body,
    withinMs: 120_000,
  }).catch(() => undefined)
  return { status: answer?.status ?? 0, id: answer?.status === 201 ? String(answer.body.id) : undefined }
}

const together = <T>(n: number, act: () => Promise<T>) => Promise.all(Array.from({ length: n }, act))

const AT_ONCE = 40
const MINUTE_MS = 60_000
const ACTIVE = ['booked', 'arrived', 'fulfilled', 'no_show']

/**
 * Random intervals of one provider, with buffers, booked, cancelled and brought back by many at once, straight at the database: the
 * triggers alone must keep them apart.
 */
export async function randomIntervals(stack: Stack, { tries }: { tries: number }): Promise<Finding> {
  const practice = await testPractice(stack, `intervals-${tries}`)
  const random = randomFrom(`${tries} intervals`)
  const { client } = stack.db
  const copy = await copier(stack, practice)
  const first = Date.now() + 86_400_000
  let refused = 0
  const attempt = async (n: number) => {
    const id = `interval-${n}`
    const startsAt = first + random.between(0, 600) * 5 * MINUTE_MS
    const endsAt = startsAt + random.between(1, 18) * 5 * MINUTE_MS
    const buffers = {
      busy_from: startsAt - random.between(0, 3) * 5 * MINUTE_MS,
      busy_until: endsAt + random.between(0, 3) * 5 * MINUTE_MS,
    }
    const act = random.next()
    const earlier = `interval-${random.between(0, n)}`
    const change = (status: string) =>
      client.batch(
        [
          {
            sql: 'update bookings set status = ? where practice_id = ? and id = ?',
            args: [status, practice.id, earlier],
          },
        ],
        'write',
      )
    try {
      await client.batch(
        [copy({ id, reference: id, status: 'booked', starts_at: startsAt, ends_at: endsAt, ...buffers })],
        'write',
      )
      if (act < 0.3) await change('cancelled')
      else if (act < 0.6) await change('booked')
    } catch (error) {
      if (!/slot taken|BUSY|locked|429/.test(String(error))) throw error
      refused++
    }
  }
  for (let n = 0; n < tries; n += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, tries - n) }, (_, at) => attempt(n + at)))
  const kept = await client.execute({
    sql: `select busy_from, busy_until from bookings where practice_id = ? and status in (${ACTIVE.map((one) => `'${one}'`)}) order by busy_from`,
    args: [practice.id],
  })
  const overlaps = kept.rows.filter(
    (row, at) => at > 0 && Number(row.busy_from) < Number(kept.rows[at - 1]?.busy_until),
  ).length
  // They were never counted: without them the counts equal a recount again, for the proofs that follow.
  await client.execute({
    sql: `delete from bookings where practice_id = ? and id like 'interval-%'`,
    args: [practice.id],
  })
  return {
    title: 'Random intervals, booked and cancelled by many at once',
    figures: [
      shown('intervals tried', tries),
      atLeast('refused', refused, 1),
      atLeast('kept', kept.rows.length, 1),
      exactly('that overlap', overlaps, 0),
    ],
  }
}

/** Makes a statement that repeats a booking made the usual way, with some columns changed. */
async function copier(stack: Stack, practice: TestPractice) {
  const slot = (await slotsOf(stack.url, practice, 60)).at(-1)
  const wanted = { service: practice.service, start: slot?.start, providerId: slot?.providerId }
  const made = await post(stack, practice, { ...wanted, patient: PATIENT, shareWithReferrer: false }, randomUUID())
  if (!made.id) throw new Error(`no booking to begin with: ${made.status}`)
  const columns = (await stack.db.client.execute('pragma table_info(bookings)')).rows.map((row) => String(row.name))
  return (changed: Record<string, string | number>) => ({
    sql: `insert into bookings (${columns.join(', ')})
      select ${columns.map((column) => (column in changed ? `:${column}` : column)).join(', ')}
      from bookings where practice_id = :practice and id = :original`,
    args: { ...changed, practice: practice.id, original: made.id ?? '' },
  })
}

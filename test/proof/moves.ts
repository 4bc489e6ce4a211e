import { randomUUID } from 'node:crypto'
import { randomFrom } from '../../db/seed/random.ts'
import { ask } from '../api.ts'
import { type Slot, slotsOf, type TestPractice, testPractice } from '../practice.ts'
import type { Stack } from '../stack.ts'
import { atLeast, exactly, type Finding, shown } from './finding.ts'
import { differences } from './recounted.ts'

const AT_ONCE = 20
/** Few enough that everybody is in everybody's way. */
const SLOTS = 24
const ACTIVE = `('booked', 'arrived', 'fulfilled', 'no_show')`

/**
 * Many patients book, move, cancel and book again at once, all among a few times, and send some of it twice. No two may
 * have one time, every time that nobody has is free again, and every patient has at most one appointment a booking.
 */
export async function moveAndCancel(stack: Stack, { acts }: { acts: number }): Promise<Finding> {
  const practice = await testPractice(stack, `moves-${acts}`)
  const slots = (await slotsOf(stack.url, practice, 30)).slice(-SLOTS)
  const random = randomFrom(`${acts} moves`)
  const held: string[] = []
  const told = { booked: 0, moved: 0, cancelled: 0, refused: 0, twice: 0, wrong: [] as string[] }
  const statuses = new Set<number>()

  async function act(n: number): Promise<void> {
    const slot = random.pick(slots)
    const mine = held.length > 0 ? random.pick(held) : undefined
    const what = random.next()
    if (!mine || what < 0.4) {
      const sent = await twice(what < 0.1, () => book(stack, practice, slot, n))
      if (sent.status === 201) held.push(sent.id)
      settle(sent, 'booked')
    } else if (what < 0.75) {
      const sent = await twice(what < 0.5, () => send(stack, practice, `bookings/${mine}/move`, where(slot)))
      if (sent.status === 201) held.push(sent.id)
      settle(sent, 'moved')
    } else
      settle(await twice(what < 0.85, () => send(stack, practice, `bookings/${mine}/cancellation`, {})), 'cancelled')
  }
  function settle(sent: Sent & { differs: boolean; again: boolean }, kind: 'booked' | 'moved' | 'cancelled') {
    statuses.add(sent.status)
    if (sent.again) told.twice++
    if (sent.differs) told.wrong.push(kind)
    if (sent.status < 300) told[kind]++
    else told.refused++
  }
  for (let n = 0; n < acts; n += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, acts - n) }, (_, at) => act(n + at)))

  const active = await rowsOf(stack, practice, `status IN ${ACTIVE} ORDER BY provider_id, starts_at`)
  const overlaps = active.filter((row, at) => {
    const before = active[at - 1]
    return before?.provider_id === row.provider_id && Number(row.starts_at) < Number(before?.ends_at)
  })
  const taken = new Set(active.map((row) => `${new Date(Number(row.starts_at)).toISOString()} ${row.provider_id}`))
  const free = new Set((await slotsOf(stack.url, practice, 60)).map(nameOf))
  const lost = slots.filter((slot) => !taken.has(nameOf(slot)) && !free.has(nameOf(slot)))
  const successors = await rowsOf(stack, practice, 'moved_from IS NOT NULL')
  const moved = await rowsOf(stack, practice, `status = 'rescheduled'`)
  const bookable = await Promise.all(
    slots.filter((slot) => !taken.has(nameOf(slot))).map((slot, n) => book(stack, practice, slot, acts + n)),
  )
  return {
    title: 'Booked, moved, cancelled and booked again by many at once',
    figures: [
      shown('acts, on so many times', `${acts} on ${slots.length}`),
      atLeast('booked', told.booked, 1),
      atLeast('moved', told.moved, 1),
      atLeast('cancelled', told.cancelled, 1),
      atLeast('refused', told.refused, 1),
      atLeast('sent twice at once', told.twice, 1),
      exactly('sent twice and answered with two bookings', told.wrong.length, 0),
      exactly('answers of 500 and more', [...statuses].filter((status) => status >= 500).length, 0),
      exactly('appointments that overlap', overlaps.length, 0),
      exactly(
        'bookings that were moved to two times',
        successors.length - new Set(successors.map((row) => row.moved_from)).size,
        0,
      ),
      exactly('moved bookings without the one that follows', moved.length - successors.length, 0),
      exactly('times that nobody has and nobody is offered', lost.length, 0),
      exactly('of these, times that cannot be booked', bookable.filter(({ status }) => status !== 201).length, 0),
      exactly('counts that differ from a recount', await differences(stack), 0),
    ],
  }
}

interface Sent {
  status: number
  id: string
}

/** Once, or twice at the same moment: then both must be told of the same booking, if of any. */
async function twice(again: boolean, request: () => Promise<Sent>) {
  const [first, second] = await Promise.all([request(), ...(again ? [request()] : [])])
  const best = first.status < 300 || !second ? first : second
  const differs = !!second && first.status < 300 && second.status < 300 && first.id !== second.id
  return { ...best, differs, again }
}

const where = ({ start, providerId }: Slot) => ({ start, providerId })
const nameOf = ({ start, providerId }: Slot) => `${start} ${providerId}`

const book = (stack: Stack, practice: TestPractice, slot: Slot, n: number) =>
  send(
    stack,
    practice,
    `practices/${practice.slug}/bookings`,
    {
      ...{ service: practice.service, ...where(slot), code: practice.link.code, shareWithReferrer: false },
      patient: { name: `Mover Number ${n}`, email: `mover-${n}@example.com` },
    },
    `booking-${n}`,
  )

async function send(
  stack: Stack,
  practice: TestPractice,
  path: string,
  body: object,
  key: string = randomUUID(),
): Promise<Sent> {
  const isPublic = path.startsWith('practices/')
  const answer = await ask(stack.url, `POST /api/v1/${path}`, {
    ...(isPublic ? {} : { key: practice.key }),
    headers: { 'Idempotency-Key': key },
    body,
    withinMs: 60_000,
  })
  return { status: answer.status, id: String(answer.body.id) }
}

async function rowsOf(stack: Stack, practice: TestPractice, sql: string) {
  const { rows } = await stack.db.client.execute({
    sql: `SELECT * FROM bookings WHERE practice_id = ? AND ${sql}`,
    args: [practice.id],
  })
  return rows
}

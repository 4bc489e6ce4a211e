import { randomUUID } from 'node:crypto'
import { type Random, randomFrom } from '../../db/seed/random.ts'
import { ask } from '../api.ts'
import { type Slot, scan, slotsOf, type TestPractice, testPractice } from '../practice.ts'
import { startStack } from '../stack.ts'
import { atLeast, exactly, type Finding, shown } from './finding.ts'
import { differences } from './recounted.ts'
import { walked } from './walker.ts'

/** One address and all networks of one /48 by turns, or another network each time. */
type Attacker = 'one address and one /48' | 'thousands of networks'

function addressOf(random: Random, attacker: Attacker, n: number): string {
  const any = () => random.between(1, 0xffff).toString(16)
  if (attacker === 'thousands of networks') return `2001:${any()}:${any()}:${any()}::1`
  return n % 2 === 0 ? '192.0.2.66' : `2001:db8:66:${any()}::1`
}

const AT_ONCE = 24
/** Of them, so many through the forms: each is some fifteen requests. */
const THROUGH_FORMS = 0.1

/**
 * Somebody books whatever is free on the coming day, through the API and the forms, each time as somebody else. The practice's day must stay bookable, and a person who comes from
 * elsewhere must get a time of it in the middle of that.
 */
export async function flooded({ bookings, from }: { bookings: number; from: Attacker }): Promise<Finding> {
  const stack = await startStack({ trustProxy: true })
  try {
    const practice = await testPractice(stack, 'flooded')
    const before = await comingDay(stack.url, practice)
    const random = randomFrom('a flood')
    const tally = new Map<string, number>()
    const count = (what: string) => tally.set(what, (tally.get(what) ?? 0) + 1)
    let number = 0
    const flood = async () => {
      while (number < bookings) {
        const n = number++
        const address = addressOf(random, from, n)
        const headers = { 'X-Forwarded-For': address }
        if (random.chance(THROUGH_FORMS)) {
          const { end } = await walked(stack.url, `/p/${practice.slug}/${practice.service}`, {
            ...{ typed: stranger(n), headers, fillsAll: random.chance(0.5) },
          }).catch(() => ({ end: 'no answer' }))
          count(`form: ${end}`)
        } else count(`API: ${await post(stack.url, practice, random.pick(before), n, headers)}`)
      }
    }
    const began = performance.now()
    const all = Array.from({ length: AT_ONCE }, flood)
    // In the middle of it.
    while (number < bookings / 2) await new Promise((resolve) => setTimeout(resolve, 20))
    const headers = { 'X-Forwarded-For': '198.51.100.7' }
    const { receipt } = await scan(stack.url, practice.link.code, headers)
    const landing = `/p/${practice.slug}/${practice.service}`
    const person = await walked(stack.url, landing, { typed: PERSON, headers, pauseMs: 150, receipt })
    await Promise.all(all)
    const seconds = (performance.now() - began) / 1000
    const after = await comingDay(stack.url, practice, before[0]?.start.slice(0, 10))
    const made = await stack.db.client.execute({
      sql: 'select count(*) n from bookings where practice_id = ?',
      args: [practice.id],
    })
    const held = await stack.db.client.execute({
      sql: 'select count(*) n from holds where practice_id = ? and until > ?',
      args: [practice.id, Date.now()],
    })
    return {
      title: `A flood of bookings from ${from} leaves the day to people`,
      figures: [
        shown(`bookings tried, from ${from}`, bookings),
        shown('seconds', Math.round(seconds)),
        ...[...tally].toSorted().map(([what, n]) => shown(what, n)),
        shown('bookings made in all', Number(made.rows[0]?.n)),
        shown('times held at the end', Number(held.rows[0]?.n)),
        shown('free times of the coming day before', before.length),
        atLeast('of these free afterwards', after.length, Math.ceil(before.length / 2)),
        exactly('a person with a card, from elsewhere, in the middle of it', person.end, 'done'),
        exactly('counts that differ from a recount', await differences(stack), 0),
      ],
      notes: [
        'Limits are counted in the memory of an isolate; Cloudflare runs several. Whoever commands thousands of networks ' +
          'still takes seven appointments of each day an hour, seven more for each card whose code they know, and ' +
          'fills a calendar in hours: patients without a card are then asked to call, and the practice turns online ' +
          'booking off (mode A or B) and cancels what was made. Without TRUST_PROXY or Cloudflare nobody says who asks, ' +
          'and only the limits of a contact and of a time that is held hold.',
      ],
    }
  } finally {
    await stack.stop()
  }
}

/** The free times of the first whole day. */
async function comingDay(origin: string, practice: TestPractice, day?: string): Promise<Slot[]> {
  const slots = await slotsOf(origin, practice)
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
  const first = day ?? slots.find(({ start }) => start > tomorrow.slice(0, 10))?.start.slice(0, 10)
  return slots.filter(({ start }) => start.startsWith(first ?? ''))
}

async function post(
  origin: string,
  practice: TestPractice,
  slot: Slot,
  n: number,
  headers: Record<string, string>,
): Promise<number> {
  const { name, email, phone } = stranger(n)
  const answer = await ask(origin, `POST /api/v1/practices/${practice.slug}/bookings`, {
    headers: { 'Idempotency-Key': randomUUID(), ...headers },
    body: {
      ...{ service: practice.service, start: slot.start, providerId: slot.providerId },
      ...{ patient: { name, email, phone, dateOfBirth: '1970-01-01' }, shareWithReferrer: false },
    },
  }).catch(() => undefined)
  return answer?.status ?? 0
}

const BORN = { 'birth-day': '1', 'birth-month': '1', 'birth-year': '1970' }
const stranger = (n: number) => ({
  ...{
    name: `Bot Number ${n}`,
    email: `bot${n}@example.com`,
    phone: `+1 312 555 01${String(n % 100).padStart(2, '0')}`,
  },
  ...BORN,
})
const PERSON = { name: 'Rosalind Achterberg', email: 'rosalind@example.com', phone: '+1 312 555 0166', ...BORN }

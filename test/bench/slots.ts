import { eq } from 'drizzle-orm'
import { bookings, patients, providers, referrals, weeklyHours } from '../../db/schema.ts'
import { disjoint, freeStarts } from '../../worker/bookings/availability.ts'
import { readCalendar } from '../../worker/bookings/calendar.ts'
import { slotsOf } from '../../worker/bookings/slots.ts'
import { dayAfter, localDay } from '../../worker/practices/day.ts'
import { findService } from '../../worker/practices/find.ts'
import { testPractice } from '../practice.ts'
import type { Stack } from '../stack.ts'
import { table } from './machine.ts'

const PROVIDERS = 20
const DAYS = 31
const ROUNDS = 200
/** One slot of so many is booked. */
const BOOKED = 3
export const BAR_MS = 20

export interface SlotFigures {
  bookings: number
  free: number
  measured: { what: string; p50: number; p95: number }[]
}

/** A month of slots for twenty providers, nine hours a day, every third slot booked: the rule alone, and all of it. */
export async function measureSlots(stack: Stack, now: number): Promise<SlotFigures> {
  const { id: practiceId, slug, service: name } = await testPractice(stack, 'twenty-providers')
  const service = await findService(stack.db, practiceId, name)
  if (!service) throw new Error('the practice of the bench has no service')
  const people = Array.from({ length: PROVIDERS }, (_, n) => ({ practiceId, id: `provider ${n}`, name: `Dr ${n}` }))
  const week = people.flatMap(({ id: providerId }) =>
    [1, 2, 3, 4, 5].map((weekday) => ({
      ...{ practiceId, id: `${providerId} ${weekday}`, providerId, locationId: 'chicago', serviceId: service.id },
      ...{ weekday, opens: 480, closes: 1020 },
    })),
  )
  await stack.db.write((sql) => [
    sql.delete(weeklyHours).where(eq(weeklyHours.practiceId, practiceId)),
    sql.insert(providers).values(people),
    sql.insert(weeklyHours).values(week),
    sql.insert(patients).values({ practiceId, id: 'patient', createdAt: now }),
    sql
      .insert(referrals)
      .values({ practiceId, id: 'referral', patientId: 'patient', serviceId: service.id, openedAt: now }),
  ])
  const range = { from: dayAfter(localDay(now, 'UTC'), 1), days: DAYS }
  const { hours } = await readCalendar(stack.db, practiceId, service.id, range, now)
  const rows = freeStarts(service, hours, [], range, now)
    .filter((_, n) => n % BOOKED === 0)
    .map(({ timezone: _, ...slot }, n) => ({
      ...{ practiceId, id: `booking ${n}`, referralId: 'referral', patientId: 'patient', serviceId: service.id },
      ...{ capacity: 1, status: 'booked' as const, reference: `booking ${n}`, via: 'desk' as const, locale: 'en' },
      ...{ ...slot, createdAt: now },
    }))
  for (let n = 0; n < rows.length; n += 500)
    await stack.db.write((sql) => [sql.insert(bookings).values(rows.slice(n, n + 500))])

  const { taken } = await readCalendar(stack.db, practiceId, service.id, range, now)
  const path = `/api/v1/practices/${slug}/services/${service.id}/slots?from=${range.from}&days=${DAYS}`
  const rule = () => disjoint(freeStarts(service, hours, taken, range, now))
  return {
    bookings: taken.length,
    free: rule().length,
    measured: [
      await timed('the rule alone', async () => rule()),
      await timed('read, decided and put into words', () => slotsOf(stack.db, practiceId, service, range, now)),
      await timed('the address that the public asks', async () => (await fetch(stack.url + path)).text()),
    ],
  }
}

async function timed(what: string, act: () => Promise<unknown>) {
  const took: number[] = []
  for (let n = 0; n < ROUNDS; n++) {
    const began = performance.now()
    await act()
    // The first ones are compiled, and fill what is remembered.
    if (n >= ROUNDS / 4) took.push(performance.now() - began)
  }
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.floor(took.length * share)] ?? Number.NaN
  return { what, p50: at(0.5), p95: at(0.95) }
}

export const slotsTable = ({ bookings: booked, free, measured }: SlotFigures): string =>
  [
    table([
      [`${free} free times, ${booked} taken`, 'p50, ms', 'p95, ms'],
      ...measured.map(({ what, p50, p95 }) => [what, p50.toFixed(1), p95.toFixed(1)]),
    ]),
    '',
    `the bar is ${BAR_MS} ms`,
  ].join('\n')

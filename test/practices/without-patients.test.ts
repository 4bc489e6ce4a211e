import { eq, getTableName } from 'drizzle-orm'
import type { SQLiteColumn, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bookingEvents, bookings, holds, patients, practices, requests } from '../../db/schema.ts'
import { SEALED } from '../../worker/practices/reseal.ts'
import { ask } from '../api.ts'
import { CANARIES, canariesBelow, canariesIn } from '../canary.ts'
import { everyWrite } from '../every-write.ts'
import { scan, slotsOf, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

/*
 * A practice of mode A stores nothing of patients, whoever sends it: every write that the API describes is sent with a
 * patient's words in every place where they could go, and so is every form.
 */

/** So often each: members that may be left out are, some of the times. */
const TIMES = 8

let stack: Stack
let practice: TestPractice
const logged: string[] = []
beforeAll(async () => {
  stack = await startStack({ progress: (line) => logged.push(line) })
  practice = await testPractice(stack, 'mode-a')
}, 120_000)
afterAll(() => stack?.stop())

test('no write of the API and no form leaves a word of a patient behind', async () => {
  const slots = await slotsOf(stack.url, practice)
  const { receipt } = await scan(stack.url, practice.link.code)
  await stack.db.write((sql) => [
    sql.update(practices).set({ mode: 'attribution' }).where(eq(practices.id, practice.id)),
  ])
  const known = {
    ...{ id: [practice.link.id], practice: [practice.slug], service: [practice.service], code: [practice.link.code] },
    ...{ start: slots.map(({ start }) => start), providerId: slots.map(({ providerId }) => providerId) },
    ...{ officeId: [practice.office.id], referrerId: [practice.referrer.id], receipt: [receipt] },
  }
  const answers = new Map<string, Set<number>>()
  for (const { request, answer } of await everyWrite(stack.url, practice, { known, times: TIMES })) {
    expect(answer.status, `${request}: ${JSON.stringify(answer.body)}`).toBeLessThan(500)
    if (answer.status >= 400) expect(canariesIn(JSON.stringify(answer.body))).toEqual([])
    answers.set(request, (answers.get(request) ?? new Set()).add(answer.status))
  }
  expect(answers.size).toBeGreaterThan(12)
  expect([...(answers.get('POST /bookings') ?? [])]).not.toContain(201)
  expect([...(answers.get('POST /practices/{practice}/bookings') ?? [])]).toContain(409)
  expect([...(answers.get('POST /practices/{practice}/bookings') ?? [])]).not.toContain(201)

  await everyForm()
  await nothingIsStored()
}, 180_000)

test('a call is logged without its note, which is refused in words', async () => {
  const call = (note?: string) =>
    ask(stack.url, 'POST /api/v1/calls', { key: practice.key, body: { code: practice.link.code, note } })
  expect((await call()).status).toBe(201)
  expect(await call(CANARIES.note)).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'note', detail: 'This practice stores nothing of patients. Leave it out.' }] },
  })
})

/** Every page of the booking and what is below it, with answers of a booking that was begun before the mode changed. */
async function everyForm(): Promise<void> {
  const typed = {
    ...{ name: CANARIES.name, email: CANARIES.email, phone: CANARIES.phone, told: CANARIES.stated },
    ...{ reason: CANARIES.reason, actingName: CANARIES.actingName, answer: CANARIES.answer, note: CANARIES.note },
    ...{ 'birth-day': '7', 'birth-month': '10', 'birth-year': '1931' },
  }
  const pages = ['day', 'time', 'who', 'reason', 'name', 'contact', 'date-of-birth', 'share', 'who-told-you', 'check']
  for (const way of ['book', 'request', 'call-me'])
    for (const page of pages) {
      const path = `/p/${practice.slug}/${practice.service}/${way}/${page}`
      const answer = await fetch(stack.url + path, {
        method: 'POST',
        body: new URLSearchParams(typed),
        redirect: 'manual',
      })
      expect([path, answer.status < 500]).toEqual([path, true])
      expect([path, canariesIn(await answer.text())]).toEqual([path, []])
    }
}

async function nothingIsStored(): Promise<void> {
  const rowsOf = (table: SQLiteTable & { practiceId: SQLiteColumn }) =>
    stack.db.read((sql) => sql.select().from(table).where(eq(table.practiceId, practice.id)))
  for (const table of [bookings, bookingEvents, requests, holds])
    expect([getTableName(table), await rowsOf(table)]).toEqual([getTableName(table), []])
  for (const { table, columns } of SEALED.filter(
    ({ table }) => !/^(replies|calendar_feeds)$/.test(getTableName(table)),
  ))
    for (const row of await rowsOf(table))
      for (const column of Object.keys(columns))
        expect([getTableName(table), column, row[column as keyof typeof row]]).toEqual([
          getTableName(table),
          column,
          null,
        ])
  // What another system booked has a referral, and a patient of whom nothing is known.
  for (const row of await rowsOf(patients))
    for (const [name, value] of Object.entries(row))
      if (/Index$/.test(name)) expect([name, value]).toEqual([name, null])
  expect(canariesBelow(stack.dataDir).found).toEqual([])
  expect(canariesIn(logged.join('\n'))).toEqual([])
}

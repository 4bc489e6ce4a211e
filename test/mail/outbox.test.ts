import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Letter } from '../../worker/mail/letter.ts'
import { claim, MOST_TRIES, pauseAfter, standing } from '../../worker/mail/outbox.ts'
import { sendDue, type Writing } from '../../worker/mail/send.ts'
import { startDatabase } from '../database.ts'

/* The outbox on a real database; what leaves the building is counted here instead. */

const NOW = Date.parse('2026-11-24T12:00:00Z')
const MINUTE_MS = 60_000
let database: Awaited<ReturnType<typeof startDatabase>>
const left: string[] = []

beforeAll(async () => {
  database = await startDatabase()
  await database.db.client.execute(
    `INSERT INTO practices (id, slug, name, timezone, created_at) VALUES ('p', 'p', 'P', 'UTC', 0)`,
  )
})
afterAll(() => database?.stop())
beforeEach(async () => {
  left.length = 0
  await database.db.client.execute('DELETE FROM mails')
})

const wait = (n: number, dueAt = NOW) =>
  database.db.client.batch(
    Array.from({ length: n }, (_, i) => ({
      sql: `INSERT INTO mails (practice_id, id, kind, sequence, due_at) VALUES ('p', ?, 'confirmation', ?, ?)`,
      args: [`mail-${i}`, i, dueAt],
    })),
    'write',
  )
const rowOf = async (id: string) => {
  const { rows } = await database.db.client.execute({ sql: 'SELECT * FROM mails WHERE id = ?', args: [id] })
  return rows[0]
}
const LETTER: Letter = {
  ...{ to: 'a@example.com', from: 'P', sender: 'p@example.com', locale: 'en', direction: 'ltr', subject: 'S' },
  ...{ heading: 'H', when: null, paragraphs: [], facts: [], button: null, foot: 'F', calendar: null },
}
/** The Email Service, as far as we see it: it takes a letter or throws an error with a code. */
const service = (answer: (id: string) => void = () => {}) => ({
  EMAIL: {
    async send(message: { headers?: Record<string, string> }) {
      const id = message.headers?.['X-Referloop-Mail'] ?? ''
      answer(id)
      left.push(id)
      return { messageId: id }
    },
  } as unknown as SendEmail,
})
const refusing = (code: string) => {
  throw Object.assign(new Error('mail to canary@example.com was refused'), { code })
}
const writing: Writing = { letterOf: async () => LETTER, beside: () => () => [] }
const run = (ways: Parameters<typeof sendDue>[1], now = NOW, how = writing) => sendDue(database.db, ways, how, now)

test('of many who claim at once each letter goes to one', async () => {
  await wait(100)
  const claims = await Promise.all(Array.from({ length: 40 }, () => claim(database.db, NOW)))
  const ids = claims.flat().map(({ id }) => id)
  expect(ids).toHaveLength(100)
  expect(new Set(ids).size).toBe(100)
})

test('many who send at once send each letter once', async () => {
  await wait(60)
  await Promise.all(Array.from({ length: 10 }, () => run(service())))
  expect(left.toSorted()).toEqual([...new Set(left)].toSorted())
  expect(left).toHaveLength(60)
  expect(await run(service())).toBe(0)
})

test('what was claimed by somebody who died is sent when the claim has ended, and not before', async () => {
  await wait(3)
  await claim(database.db, NOW)
  await run(service(), NOW + 4 * MINUTE_MS)
  expect(left).toEqual([])
  await run(service(), NOW + 5 * MINUTE_MS)
  expect(left).toHaveLength(3)
})

test('a letter that is not due does not leave', async () => {
  await wait(1, NOW + 1)
  expect(await run(service())).toBe(0)
  expect(await run(service(), NOW + 1)).toBe(1)
})

test('one that cannot be written stops no other, is tried ten times in a day, and is then given up, with the reason', async () => {
  await wait(5)
  const bad: Writing = {
    ...writing,
    letterOf: async ({ id }) => {
      if (id === 'mail-2') throw new TypeError('canary@example.com has no words')
      return LETTER
    },
  }
  let now = NOW
  const pauses: number[] = []
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    await run(service(), now, bad)
    const row = await rowOf('mail-2')
    expect(row?.tries).toBe(tries)
    pauses.push((Number(row?.due_at) - now) / MINUTE_MS)
    now = Math.max(Number(row?.due_at), now)
  }
  expect(left).toHaveLength(4)
  expect(pauses.slice(0, 9)).toEqual([1, 3, 9, 27, 81, 243, 360, 360, 360])
  const row = await rowOf('mail-2')
  expect(row?.dropped_at).toBe(now)
  expect(row?.trouble).toBe('it could not be written or sent (TypeError)')
  await run(service(), now + 24 * 60 * MINUTE_MS, bad)
  expect((await rowOf('mail-2'))?.tries).toBe(MOST_TRIES)
})

test('the pauses grow from a minute to six hours', () => {
  expect(pauseAfter(1)).toBe(MINUTE_MS)
  expect(pauseAfter(50)).toBe(6 * 60 * MINUTE_MS)
})

test('what the service will never take is given up at once, without the address; what it may take later is not', async () => {
  await wait(2)
  await run(service((id) => (id === 'mail-0' ? refusing('E_RECIPIENT_SUPPRESSED') : refusing('E_RATE_LIMIT_EXCEEDED'))))
  expect(await rowOf('mail-0')).toMatchObject({
    dropped_at: NOW,
    trouble: 'the Email Service refused it (E_RECIPIENT_SUPPRESSED)',
  })
  expect(await rowOf('mail-1')).toMatchObject({ dropped_at: null, due_at: NOW + MINUTE_MS })
  expect(JSON.stringify([await rowOf('mail-0'), await rowOf('mail-1')])).not.toContain('canary')
})

test('where there is no way to send mail it waits, and the operator is told', async () => {
  await wait(2)
  expect(await run({})).toBe(0)
  expect(await standing(database.db, { now: NOW, since: 0 })).toMatchObject({ waiting: 2, given: [] })
  expect((await rowOf('mail-0'))?.trouble).toBe('no way to send mail is set up')
})

test('a letter that may not leave any more is dropped before it is written', async () => {
  await wait(1)
  await run(service(), NOW, { ...writing, letterOf: async () => ({ none: 'the patient wants no mail' }) })
  expect(left).toEqual([])
  expect(await standing(database.db, { now: NOW, since: NOW })).toEqual({
    ...{ waiting: 0, late: 0 },
    given: [{ why: 'the patient wants no mail', n: 1 }],
  })
})

import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { practices } from '../../db/schema.ts'
import { recount } from '../../worker/counts/recount.ts'
import { signReceipt } from '../../worker/scans/receipt.ts'
import { ask, askUntil } from '../api.ts'
import { scan, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { deskOf } from './desk.ts'

let stack: Stack
let practice: TestPractice
let other: TestPractice
let desk: ReturnType<typeof deskOf>

beforeAll(async () => {
  stack = await startStack()
  practice = await testPractice(stack, 'converts')
  other = await testPractice(stack, 'other-converts', '2987654326')
  desk = deskOf(stack, practice)
  // The mode that stores no patient is enough.
  await stack.db.write((sql) => [
    sql.update(practices).set({ mode: 'attribution' }).where(eq(practices.id, practice.id)),
  ])
})
afterAll(() => stack?.stop())

const report = (body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  desk.post('/conversions', body, headers)
const problem = (name: string) => `${stack.publicUrl}/problems/${name}`
const newReceipt = async () => (await scan(stack.url, practice.link.code)).receipt

async function counted() {
  const [referral, booking, visit, code] = [
    await desk.counted('referral'),
    await desk.counted('booking'),
    await desk.counted('evidence:visit'),
    await desk.counted('evidence:code'),
  ]
  return { referral, booking, visit, code }
}
const recounted = async () => (await recount(stack.db, practice.id, { write: false }))[0]?.differences

test('a booking reported with its receipt is credited to the card’s office and doctor, and stores no patient', async () => {
  const before = await counted()
  const receipt = await newReceipt()
  const first = await report({ receipt, service: 'imaging' })
  expect(first.status, JSON.stringify(first.body)).toBe(201)
  expect(first.body).toMatchObject({
    id: expect.any(String),
    serviceId: 'imaging',
    officeId: practice.office.id,
    referrerId: practice.referrer.id,
    evidence: 'visit',
  })
  const again = await report({ receipt })
  expect([again.status, again.body]).toEqual([200, first.body])
  expect(await counted()).toEqual({
    ...before,
    referral: before.referral + 1,
    booking: before.booking + 1,
    visit: before.visit + 1,
  })
  const { rows } = await stack.db.client.execute({
    sql: `select p.name, p.email, p.phone, p.date_of_birth, p.name_index, r.open_key from patients p
      join referrals r on r.practice_id = p.practice_id and r.patient_id = p.id where p.practice_id = ?`,
    args: [practice.id],
  })
  expect(rows).toHaveLength(1)
  expect(Object.values(rows[0] ?? {})).toEqual([null, null, null, null, null, null])
  expect(await recounted()).toEqual([])
})

test('it shows among the referrals, in the summary, beside its referrer and in the live feed', async () => {
  const receipt = await newReceipt()
  await ask(stack.url, `POST /visits?p=${practice.slug}`, {
    body: receipt,
    headers: { 'Content-Type': 'text/plain' },
  })
  const today = new Date().toISOString().slice(0, 10)
  const day = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10)
  const range = `from=${day}&to=${today}`
  type Summary = { totals: Record<string, number>; evidence: Record<string, number>; conversion: { n: number } }
  const summary = () => desk.get<Summary>(`/stats/summary?${range}`)
  const before = await askUntil(summary, ({ body }) => body.totals.visits === 1, 10_000)
  const { body } = await report({ receipt })
  const after = await summary()
  expect(after.body.totals.referrals).toBe((before.body.totals.referrals ?? 0) + 1)
  expect(after.body.totals.bookings).toBe((before.body.totals.bookings ?? 0) + 1)
  expect(after.body.evidence.visit).toBe((before.body.evidence.visit ?? 0) + 1)
  expect(after.body.conversion.n).toBe(1)

  const referral = await desk.get(`/referrals/${body.referralId}`)
  expect(referral.body).toMatchObject({
    status: 'scheduled',
    consent: 'not asked',
    bookings: 1,
    credit: { evidence: 'visit', clinician: { id: practice.referrer.id }, scanId: receipt.split('.')[0] },
  })
  const { body: list } = await desk.get<{ items: { id: string }[] }>('/referrals')
  expect(list.items.map(({ id }) => id)).toContain(body.referralId)
  const { body: sources } = await desk.get<{ rows: Record<string, unknown>[] }>(`/stats/referrers?${range}`)
  expect(sources.rows.find(({ referrerId }) => referrerId === practice.referrer.id)).toMatchObject({
    referrals: after.body.totals.referrals,
    bookings: after.body.totals.bookings,
  })
  const { rows } = await stack.db.client.execute({
    sql: 'select kind from events where id = ?',
    args: [String(body.id)],
  })
  expect(rows.map(({ kind }) => kind)).toEqual(['booking'])
  expect(await recounted()).toEqual([])
})

test('with a code it is known by the other system’s number, of which a hash alone is stored', async () => {
  const before = await counted()
  const code = ` ${practice.link.display.toLowerCase()} `
  const first = await report({ code, reference: 'CANARY-4711' })
  expect([first.status, first.body.evidence]).toEqual([201, 'code'])
  const again = await report({ code: practice.link.code, reference: ' CANARY-4711 ' })
  expect([again.status, again.body]).toEqual([200, first.body])
  const next = await report({ code, reference: 'CANARY-4712' })
  expect(next.status).toBe(201)
  expect(await counted()).toEqual({
    ...before,
    referral: before.referral + 2,
    booking: before.booking + 2,
    code: before.code + 2,
  })
  const { rows } = await stack.db.client.execute('select * from conversions')
  expect(JSON.stringify(rows)).not.toContain('CANARY')
  expect((await report({ code })).body.type).toBe(problem('invalid'))
})

test('a number that came with a receipt is the same booking when it comes with a code', async () => {
  const receipt = await newReceipt()
  const first = await report({ receipt, reference: 'A-1' })
  expect(first.status).toBe(201)
  for (const same of [{ receipt }, { receipt, reference: 'A-2' }, { code: practice.link.code, reference: 'A-1' }]) {
    const again = await report(same)
    expect([again.status, again.body.id]).toEqual([200, first.body.id])
  }
  const theirs = deskOf(stack, other)
  expect((await theirs.post('/conversions', { code: other.link.code, reference: 'A-1' })).status).toBe(201)
})

test('what proves no card of this practice is refused, and nothing is written', async () => {
  const before = [await counted(), await desk.rows('conversions'), await desk.rows('patients')]
  const receipt = await newReceipt()
  const refused = async (body: object) => {
    const answer = await desk.post('/conversions', body)
    return [answer.status, answer.body.type]
  }
  const unknown = [422, problem('receipt-unknown')]
  expect(await refused({ receipt: `${receipt.slice(0, -1)}${receipt.endsWith('A') ? 'B' : 'A'}` })).toEqual(unknown)
  expect(await refused({ receipt: 'anything' })).toEqual(unknown)
  expect(await refused({ receipt: (await scan(stack.url, other.link.code)).receipt })).toEqual(unknown)
  const signed = (more: object) =>
    signReceipt(stack.secrets, {
      ...{ practiceId: practice.id, scanId: 'scan-of-a-test', code: practice.link.code, at: Date.now() },
      ...more,
    })
  expect(await refused({ receipt: signed({ class: 'staff' }) })).toEqual(unknown)
  expect(await refused({ receipt: signed({ at: Date.now() - 91 * 86_400_000 }) })).toEqual(unknown)
  expect(await refused({ code: other.link.code, reference: '1' })).toEqual([422, problem('code-unknown')])
  expect(await refused({ code: 'K7M4-HXR1', reference: '1' })).toEqual([422, problem('code-mistyped')])
  expect(await refused({ receipt, service: 'nothing' })).toEqual([422, problem('service-unknown')])
  expect(await refused({})).toEqual([422, problem('invalid')])
  expect(await refused({ receipt, code: practice.link.code, reference: '1' })).toEqual([422, problem('invalid')])
  expect([await counted(), await desk.rows('conversions'), await desk.rows('patients')]).toEqual(before)
})

test('a receipt of last month is evidence of the browser, no longer of the visit', async () => {
  const at = Date.now() - 30 * 86_400_000
  const { code } = practice.link
  const receipt = signReceipt(stack.secrets, { practiceId: practice.id, scanId: 'scan-of-last-month', code, at })
  expect((await report({ receipt })).body.evidence).toBe('browser')
})

test('one receipt reported a hundred times at once is one booking', async () => {
  const [before, rows] = [await counted(), await desk.rows('conversions')]
  const receipt = await newReceipt()
  const all = await Promise.all(
    Array.from({ length: 100 }, (_, n) => report({ receipt }, n % 2 ? { 'Idempotency-Key': randomUUID() } : {})),
  )
  expect(all.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(all.filter(({ status }) => status === 200)).toHaveLength(99)
  expect(new Set(all.map(({ body }) => body.id)).size).toBe(1)
  expect(await desk.rows('conversions')).toBe(rows + 1)
  expect(await counted()).toMatchObject({ referral: before.referral + 1, booking: before.booking + 1 })
  expect(await recounted()).toEqual([])
}, 60_000)

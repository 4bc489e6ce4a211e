import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deskOf } from '../bookings/desk.ts'
import { type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let practice: TestPractice
let other: TestPractice
let desk: ReturnType<typeof deskOf>

beforeAll(async () => {
  stack = await startStack()
  practice = await testPractice(stack, 'called')
  other = await testPractice(stack, 'elsewhere', '2987654326')
  desk = deskOf(stack, practice)
})
afterAll(() => stack?.stop())

const problem = (name: string) => `${stack.publicUrl}/problems/${name}`

test('a call with the spoken code counts for the card’s office and doctor, and its note cannot be read', async () => {
  const said = ` ${practice.link.display.toLowerCase()} `
  const call = await desk.post('/calls', { code: said, note: 'Mrs Canary asked about parking', service: 'spine' })
  expect(call.status, JSON.stringify(call.body)).toBe(201)
  expect(call.body).toMatchObject({
    id: expect.any(String),
    officeId: practice.office.id,
    referrerId: practice.referrer.id,
    linkId: practice.link.id,
    serviceId: 'spine',
  })
  const { rows } = await stack.db.client.execute('SELECT * FROM calls')
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toContain('Canary')
  const counted = await stack.db.client.execute(
    "SELECT office_id, referrer_id, link_id, n FROM rollups WHERE measure = 'call' AND grain = 'day'",
  )
  expect({ ...counted.rows[0] }).toEqual({
    office_id: practice.office.id,
    referrer_id: practice.referrer.id,
    link_id: practice.link.id,
    n: 1,
  })
})

test('without a code the office will do; a retired card too', async () => {
  const byOffice = await desk.post('/calls', { officeId: practice.office.id })
  expect(byOffice.body).toMatchObject({ officeId: practice.office.id, referrerId: null, linkId: null })
  const link = await desk.post('/links', { officeId: practice.office.id, service: practice.service, channel: 'card' })
  await desk.post(`/links/${link.body.id}/retirement`)
  expect((await desk.post('/calls', { code: link.body.code })).status).toBe(201)
})

test('what credits nobody is refused and not written', async () => {
  const before = await desk.rows('calls')
  const refused = async (body: object) => (await desk.post('/calls', body)).body.type
  expect(await refused({ code: practice.link.code.replace(/.$/, (x) => (x === '0' ? '1' : '0')) })).toBe(
    problem('code-mistyped'),
  )
  expect(await refused({ code: other.link.code })).toBe(problem('code-unknown'))
  expect(await refused({ officeId: other.office.id })).toBe(problem('invalid'))
  expect(await refused({ code: practice.link.code, service: 'nothing' })).toBe(problem('service-unknown'))
  expect(await refused({})).toBe(problem('invalid'))
  expect(await refused({ code: practice.link.code, officeId: practice.office.id })).toBe(problem('invalid'))
  expect(await desk.rows('calls')).toBe(before)
})

test('a call that is sent twice with one key is one call', async () => {
  const before = await desk.counted('call')
  const key = { 'Idempotency-Key': randomUUID() }
  const all = await Promise.all([1, 2, 3, 4].map(() => desk.post('/calls', { code: practice.link.code }, key)))
  expect(new Set(all.map(({ body }) => body.id)).size).toBe(1)
  expect(await desk.counted('call')).toBe(before + 1)
})

test('referrals are listed the newest first, page by page, and name no patient', async () => {
  const slots = await desk.slots()
  for (let i = 0; i < 3; i++)
    await desk.book({ ...pick(slots[i]), patient: { name: `Canary ${i}`, email: `canary${i}@example.com` } })
  interface List {
    items: { id: string; openedAt: string; status: string }[]
    next: string | null
  }
  const first = await desk.get<List>('/referrals?limit=2')
  const second = await desk.get<List>(`/referrals?limit=2&cursor=${first.body.next}`)
  const all = [...first.body.items, ...second.body.items]
  expect(new Set(all.map(({ id }) => id)).size).toBe(3)
  expect(second.body.next).toBeNull()
  expect(all.map(({ openedAt }) => openedAt)).toEqual(
    all
      .map(({ openedAt }) => openedAt)
      .sort()
      .reverse(),
  )
  const one = await desk.get(`/referrals/${all[0]?.id}`)
  expect(JSON.stringify([all, one.body])).not.toMatch(/canary/i)
  expect((await deskOf(stack, other).get(`/referrals/${all[0]?.id}`)).status).toBe(404)
})

const pick = (slot: { start: string; providerId: string } | undefined) => ({
  start: slot?.start,
  providerId: slot?.providerId,
})

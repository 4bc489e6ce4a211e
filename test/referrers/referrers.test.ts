import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPractice } from '../../worker/practices/create.ts'
import type { Referrer } from '../../worker/referrers/queries.ts'
import { ask } from '../api.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let key: string

beforeAll(async () => {
  stack = await startStack()
  const asked = { name: 'Larkfield', slug: 'larkfield', timezone: 'America/Chicago', demo: true }
  const made = await createPractice(stack.db, stack.secrets, asked, Date.now())
  if (!made.ok) throw new Error(made.problem)
  key = made.apiKey
})
afterAll(() => stack?.stop())

const create = (body: unknown) => ask<Referrer>(stack.url, 'POST /api/v1/referrers', { key, body })
const fieldsOf = (answer: { body: unknown }) =>
  (answer.body as { errors: { field: string }[] }).errors.map(({ field }) => field)

test('a referrer is created with the office', async () => {
  const office = {
    name: 'Riverside Family Medicine',
    phone: '(312) 555-0142',
    fax: '312.555.0143',
    email: " o'brien@riverside.example ",
    address: '12 River Road\r\nChicago, IL',
  }
  const made = await create({ name: '  Dr Amara Okonjo ', npi: '2000000002', specialty: 'Family medicine', office })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ name: 'Dr Amara Okonjo', npi: '2000000002', specialty: 'Family medicine' })
  expect(made.body.offices).toMatchObject([{ officeId: made.body.officeId, name: office.name, until: null }])

  const listed = await ask<{ items: unknown[] }>(stack.url, 'GET /api/v1/offices', { key })
  expect(listed.body.items).toContainEqual({
    id: made.body.officeId,
    officeId: made.body.officeId,
    name: office.name,
    phone: '+13125550142',
    fax: '+13125550143',
    email: "o'brien@riverside.example",
    address: '12 River Road\nChicago, IL',
  })
  expect((await ask(stack.url, `GET /api/v1/referrers/${made.body.id}`, { key })).body).toEqual(made.body)
})

test('two referrers share an office that exists', async () => {
  const office = await ask(stack.url, 'POST /api/v1/offices', { key, body: { name: 'Shared pad' } })
  expect(office.body.officeId).toBe(office.body.id)
  const one = await create({ name: 'Dr Imani Whitlock', officeId: office.body.id })
  const two = await create({ name: 'Dr Tomás Arroyo', officeId: office.body.id })
  expect([one.body.officeId, two.body.officeId]).toEqual([office.body.id, office.body.id])
})

test('without an office the referrer gets one of their own name', async () => {
  const made = await create({ name: 'Dr Solo' })
  expect(made.body.offices).toMatchObject([{ name: 'Dr Solo' }])
})

describe('identifiers', () => {
  test.each(['1234567890', '1234567898', '0123456789', '2000000003', '123456789', '12345678931', 'abcdefghij', ''])(
    'the NPI %j is refused',
    async (npi) => {
      const made = await create({ name: 'Dr A', npi })
      expect([made.status, fieldsOf(made)]).toEqual([422, ['npi']])
    },
  )

  test('the same NPI twice is 409, with the referrer who has it', async () => {
    const first = await create({ name: 'Dr Nia Park', npi: '2987654326' })
    const again = await create({ name: 'Dr N. Park', npi: '29876-54326', office: { name: 'Never stored' } })
    expect([again.status, again.body]).toMatchObject([409, { referrerId: first.body.id }])
    const offices = await ask(stack.url, 'GET /api/v1/offices?limit=200', { key })
    expect(JSON.stringify(offices.body)).not.toContain('Never stored')
  })

  test('of ten at once with one NPI one is created', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => create({ name: `Dr ${n}`, npi: '2123456784' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
  })
})

describe('what people type', () => {
  test.each([
    "Dr Siobhán O'Neill-“Mac” 🩺",
    'د. ليلى حدّاد\u200f',
    'Dr 王小明',
    '<script>alert(1)</script>',
    'Robert"); DROP TABLE referrers;--',
    'x'.repeat(200),
    '👩‍⚕️'.repeat(40),
  ])('%s is a name', async (name) => {
    const made = await create({ name })
    expect([made.status, made.body.name]).toEqual([201, name.normalize('NFC')])
  })

  test.each([
    ...['', '   ', '\u200b\u200f', 'x'.repeat(201), 'a\u0000b', 'a\nb', 'a\u001b[31m', 'a\u202eb', 'a\u2066b'],
    ...['a\u2028b', 'a\u2029b', 'a\u200bb', 'a\ufdd0b', 'a\uffffb', 'a\u{1fffe}b'],
  ])('%j is no name', async (name) => {
    const made = await create({ name })
    expect([made.status, fieldsOf(made)]).toEqual([422, ['name']])
  })

  test('an address has lines, and nothing else that cannot be seen', async () => {
    const at = (address: string) => create({ name: 'Dr A', office: { name: `B ${address.length}`, address } })
    expect((await at('1 Main St\nភ្នំ\u200bពេញ')).status).toBe(201)
    for (const unseen of ['\u2028', '\u2029', '\uffff', '\u0000']) {
      const made = await at(`1 Main St${unseen}Springfield`)
      expect([made.status, fieldsOf(made)], JSON.stringify(unseen)).toEqual([422, ['office/address']])
    }
  })

  test.each(['12', 'call me', '+1 312 555 01', '555-0100', '(312) 555-0100 ext. 4', '1'.repeat(60)])(
    '%j is no telephone number',
    async (phone) => {
      const made = await create({ name: 'Dr A', office: { name: 'B', phone } })
      expect([made.status, fieldsOf(made)]).toEqual([422, ['office/phone']])
    },
  )

  test.each([
    ['+44 20 7946 0958', '+442079460958'],
    ['1-312-555-0100', '+13125550100'],
    ['٣١٢٥٥٥٠١٠٠', '+13125550100'],
  ])('the telephone number %s is %s', async (phone, stored) => {
    const made = await ask(stack.url, 'POST /api/v1/offices', { key, body: { name: 'B', phone } })
    expect([made.status, made.body.phone]).toEqual([201, stored])
  })

  test('an office that is given twice is refused', async () => {
    const made = await create({ name: 'Dr A', officeId: 'x', office: { name: 'B' } })
    expect([made.status, fieldsOf(made)]).toEqual([422, ['officeId']])
  })
})

test('a referrer is changed member by member, and null empties one', async () => {
  const { body } = await create({ name: 'Dr Old', specialty: 'Family medicine' })
  const path = `PATCH /api/v1/referrers/${body.id}` as const
  const changed = await ask(stack.url, path, { key, body: { name: 'Dr New', npi: '1993999998' } })
  expect([changed.status, changed.body]).toMatchObject([
    200,
    { name: 'Dr New', npi: '1993999998', specialty: 'Family medicine' },
  ])
  const emptied = await ask(stack.url, path, { key, body: { specialty: null } })
  expect(emptied.body).toMatchObject({ name: 'Dr New', specialty: null })
  expect((await ask(stack.url, path, { key, body: {} })).status).toBe(422)
})

test('a referrer works at a second office; saying it again changes nothing', async () => {
  const { body } = await create({ name: 'Dr Both' })
  const path = `POST /api/v1/referrers/${body.id}/offices` as const
  const added = await ask(stack.url, path, { key, body: { office: { name: 'Second' } } })
  expect([added.status, added.body.id]).toEqual([201, body.id])
  const again = await ask(stack.url, path, { key, body: { officeId: added.body.officeId } })
  expect([again.status, again.body]).toEqual([201, added.body])
  const seen = await ask<Referrer>(stack.url, `GET /api/v1/referrers/${body.id}`, { key })
  expect(seen.body.offices.map(({ name }) => name).sort()).toEqual(['Dr Both', 'Second'])
  expect((await ask(stack.url, path, { key, body: {} })).status).toBe(422)
  expect((await ask(stack.url, path, { key, body: { officeId: 'nowhere' } })).status).toBe(422)
})

describe('lists', () => {
  test('every row is seen once, page by page', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const path: `GET /${string}` = `GET /api/v1/referrers?limit=7${cursor && `&cursor=${cursor}`}`
      const { body } = await ask<{ items: { id: string }[]; next: string | null }>(stack.url, path, { key })
      expect(body.items.length).toBeLessThanOrEqual(7)
      seen.push(...body.items.map(({ id }) => id))
      cursor = body.next
    }
    const all = await ask<{ items: { id: string }[]; next: null }>(stack.url, 'GET /api/v1/referrers?limit=200', {
      key,
    })
    expect(all.body.next).toBeNull()
    expect(seen).toEqual(all.body.items.map(({ id }) => id))
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.length).toBeGreaterThan(14)
  })

  test.each(['limit=0', 'limit=201', 'limit=x', 'limit=1.5', 'cursor=x', `cursor=${btoa('{"a":1}')}`])(
    '%s is 422',
    async (query) => {
      const answer = await ask(stack.url, `GET /api/v1/referrers?${query}`, { key })
      expect([answer.status, fieldsOf(answer)]).toEqual([422, [query.split('=')[0]]])
    },
  )

  test('the services come in the order of the practice', async () => {
    const { body } = await ask<{ items: { slug: string; mode: string }[]; next: null }>(
      stack.url,
      'GET /api/v1/services',
      { key },
    )
    expect(body.next).toBeNull()
    expect(body.items[0]).toMatchObject({ slug: 'consultation', mode: 'book', capacity: 1 })
    expect(body.items).toHaveLength(6)
  })
})

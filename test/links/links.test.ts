import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseCode } from '../../worker/links/codes.ts'
import { ask, askUntil } from '../api.ts'
import { decodeQr } from '../decoders.ts'
import { type Link, type TestPractice, testPractice } from '../practice.ts'
import { ride } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let oak: TestPractice
let elm: TestPractice
beforeAll(async () => {
  stack = await startStack()
  oak = await testPractice(stack, 'oak')
  elm = await testPractice(stack, 'elm', '2987654326')
})
afterAll(() => stack?.stop())

const create = <T = Link & { officeId: string; referrerId: string | null; alias: string | null }>(
  body: Record<string, unknown>,
  key = oak.key,
  headers: Record<string, string> = {},
) => ask<T>(stack.url, 'POST /api/v1/links', { key, body: { service: oak.service, channel: 'card', ...body }, headers })

test('a link for a referrer belongs to the office where they work, and says every address that it has', async () => {
  const { status, body } = await create({ referrerId: oak.referrer.id, label: 'Front desk' })
  expect(status).toBe(201)
  expect(parseCode(body.display)).toEqual({ ok: true, code: body.code })
  expect(body).toMatchObject({
    url: `${stack.publicUrl}/r/${body.code}`,
    qrUrl: `${stack.publicUrl}/q/${body.code}`.toUpperCase(),
    landingUrl: `${stack.publicUrl}/p/oak/${oak.service}`,
    state: 'active',
    officeId: oak.office.id,
    referrerId: oak.referrer.id,
  })
})

test('a link for an office alone is a shared pad', async () => {
  const { status, body } = await create({ officeId: oak.office.id })
  expect([status, body.referrerId]).toEqual([201, null])
})

test('a link of a referrer with two offices belongs to the one where they have been longer, unless the other is said', async () => {
  const office = await ask<{ id: string }>(stack.url, 'POST /api/v1/offices', {
    key: oak.key,
    body: { name: 'Second office' },
  })
  await ask(stack.url, `POST /api/v1/referrers/${oak.referrer.id}/offices`, {
    key: oak.key,
    body: { officeId: office.body.id },
  })
  // The second one since yesterday, and the first for years.
  const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)
  for (const [officeId, fromDay] of [
    [oak.office.id, '2020-01-01'],
    [office.body.id, day(1)],
  ])
    await stack.db.client.execute({
      sql: 'UPDATE referrer_offices SET from_day = ? WHERE practice_id = ? AND office_id = ?',
      args: [fromDay ?? '', oak.id, officeId ?? ''],
    })
  const unsaid = await create({ referrerId: oak.referrer.id, label: null, alias: null })
  expect([unsaid.status, unsaid.body.officeId]).toEqual([201, oak.office.id])
  const said = await create({ referrerId: oak.referrer.id, officeId: office.body.id })
  expect([said.status, said.body.officeId]).toEqual([201, office.body.id])
})

test.each([
  [{}, 'referrerId'],
  [{ referrerId: 'nobody' }, 'referrerId'],
  [{ officeId: 'nowhere' }, 'officeId'],
  [{ service: 'nothing', officeId: 'x' }, 'service'],
  [{ channel: 'pigeon', officeId: 'x' }, 'channel'],
  [{ alias: 'K7M4HXR2', officeId: 'x' }, 'alias'],
  [{ alias: 'k7m4hxr2', officeId: 'x' }, 'alias'],
  [{ alias: 'ab', officeId: 'x' }, 'alias'],
  [{ alias: '-elm', officeId: 'x' }, 'alias'],
  [{ alias: 'practice', officeId: 'x' }, 'alias'],
  [{ colour: 'red', officeId: 'x' }, 'colour'],
])('%j is refused, with the field that is wrong', async (body, field) => {
  const before = await ask<{ items: unknown[] }>(stack.url, 'GET /api/v1/links', { key: oak.key })
  const refused = await create<{ type: string; errors: { field: string }[] }>(body)
  expect([refused.status, refused.body.errors[0]?.field]).toEqual([422, field])
  const after = await ask<{ items: unknown[] }>(stack.url, 'GET /api/v1/links', { key: oak.key })
  expect(after.body.items).toHaveLength(before.body.items.length)
})

test('an alias is taken once in the whole deployment, and is followed like a code', async () => {
  const first = await create({ officeId: oak.office.id, alias: 'main-street', channel: 'poster' })
  expect([first.status, first.body.url]).toEqual([201, `${stack.publicUrl}/r/main-street`])
  const second = await create({ officeId: elm.office.id, alias: 'main-street', service: elm.service }, elm.key)
  expect(second.status).toBe(409)
  expect((await ride(stack, '/r/main-street')).status).toBe(302)
  expect((await ride(stack, '/r/MAIN-STREET')).status).toBe(302)
})

test('a link asked for twice with one key is made once', async () => {
  const headers = { 'Idempotency-Key': 'a-key-of-this-test' }
  const [first, second] = [
    await create({ officeId: oak.office.id }, oak.key, headers),
    await create({ officeId: oak.office.id }, oak.key, headers),
  ]
  expect(first.status).toBe(201)
  expect(second.body).toEqual(first.body)
})

test('the list holds every link once, in pages', async () => {
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const { body } = await ask<{ items: Link[]; next: string | null }>(
      stack.url,
      `GET /api/v1/links?limit=2${cursor}`,
      { key: oak.key },
    )
    expect(body.items.length).toBeLessThanOrEqual(2)
    seen.push(...body.items.map(({ id }) => id))
    if (body.next === null) break
    cursor = `&cursor=${encodeURIComponent(body.next)}`
  }
  expect(seen.length).toBeGreaterThanOrEqual(6)
  expect(new Set(seen).size).toBe(seen.length)
  expect(seen).toContain(oak.link.id)
  expect(seen).not.toContain(elm.link.id)
})

test('the QR code of a link is read by two decoders and leads to it', async () => {
  const answer = await fetch(`${stack.url}/api/v1/links/${oak.link.id}/qr.png?size=400`, auth(oak.key))
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png'])
  const read = await decodeQr(new Uint8Array(await answer.arrayBuffer()))
  expect(read).toEqual({ jsqr: oak.link.qrUrl, zxing: oak.link.qrUrl })
  expect((await ride(stack, new URL(oak.link.qrUrl).pathname)).status).toBe(302)
  const svg = await fetch(`${stack.url}/api/v1/links/${oak.link.id}/qr.svg`, auth(oak.key))
  expect([svg.status, svg.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
  for (const size of ['127', '4097', '12.5', 'big'])
    expect((await fetch(`${stack.url}/api/v1/links/${oak.link.id}/qr.png?size=${size}`, auth(oak.key))).status).toBe(
      422,
    )
})

test('a retired link leads to a page of the practice without a receipt, and stays retired', async () => {
  const { body: link } = await create({ officeId: oak.office.id })
  expect((await ride(stack, `/q/${link.code}`)).status).toBe(302)
  const retire = () => ask<Link>(stack.url, `POST /api/v1/links/${link.id}/retirement`, { key: oak.key })
  expect(await retire()).toMatchObject({ status: 201, body: { id: link.id, state: 'retired' } })
  expect(await retire()).toMatchObject({ status: 201, body: { id: link.id, state: 'retired' } })
  const location = await askUntil(
    async () => (await ride(stack, `/q/${link.code}`)).headers.get('location'),
    (where) => !where?.includes('?s='),
    2_000,
  )
  expect(location).toBe(`/p/oak/${oak.service}?card=retired&code=${link.code}`)
})

test('a link of another practice is not found', async () => {
  const asked = [
    `GET /api/v1/links/${oak.link.id}`,
    `GET /api/v1/links/${oak.link.id}/qr.svg`,
    `POST /api/v1/links/${oak.link.id}/retirement`,
  ] as const
  for (const request of asked) expect((await ask(stack.url, request, { key: elm.key })).status).toBe(404)
  const officeOfOak = await create({ officeId: oak.office.id, service: elm.service }, elm.key)
  expect(officeOfOak.status).toBe(422)
})

const auth = (key: string) => ({ headers: { Authorization: `Bearer ${key}` } })

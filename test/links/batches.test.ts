import { afterAll, beforeAll, expect, test } from 'vitest'
import { localDay } from '../../worker/practices/day.ts'
import { type Answer, ask } from '../api.ts'
import { decodeQr } from '../decoders.ts'
import { type Link, type TestPractice, testPractice } from '../practice.ts'
import { ride } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'

interface Batch {
  ofLinkId: string
  quantity: number
  handOutDay: string
  desk: string | null
  note: string | null
}
interface Card extends Link {
  officeId: string
  referrerId: string | null
  label: string | null
  alias: string | null
  service: string
  createdAt: string
  batch: Batch | null
}

let stack: Stack
let oak: TestPractice
let elm: TestPractice
beforeAll(async () => {
  stack = await startStack()
  oak = await testPractice(stack, 'oak')
  elm = await testPractice(stack, 'elm', '2987654326')
})
afterAll(() => stack?.stop())

const print = <T = Card>(
  linkId: string,
  body: Record<string, unknown>,
  { key = oak.key, ...headers }: Record<string, string> = {},
): Promise<Answer<T>> => ask<T>(stack.url, `POST /api/v1/links/${linkId}/batches`, { key, body, headers })
const newLink = async (body: Record<string, unknown>) => {
  const made = await ask<Card>(stack.url, 'POST /api/v1/links', {
    key: oak.key,
    body: { service: oak.service, channel: 'card', ...body },
  })
  expect(made.status).toBe(201)
  return made.body
}
const get = <T>(path: string, key = oak.key) => ask<T>(stack.url, `GET /api/v1${path}` as 'GET /', { key })

test('a print run is a link with a code of its own, of the same office, referrer, service, channel and label', async () => {
  const parent = await newLink({ referrerId: oak.referrer.id, label: 'Cards at the desk', alias: 'oak-desk' })
  expect(parent.batch).toBeNull()
  const run = { quantity: 200, handOutDay: '2026-11-02', desk: 'Window 2', note: 'Second floor,\nbeside the lift' }
  const { status, body } = await print(parent.id, run)
  expect(status).toBe(201)
  const { id, code, display, url, qrUrl, alias, batch, ...same } = body
  expect(parent).toMatchObject({ ...same, createdAt: parent.createdAt } as object)
  expect([id === parent.id, code === parent.code, alias]).toEqual([false, false, null])
  expect([display, url]).toEqual([`${code.slice(0, 4)}-${code.slice(4)}`, `${stack.publicUrl}/r/${code}`])
  expect(batch).toEqual({ ...run, ofLinkId: parent.id })
  expect((await get(`/links/${id}`)).body).toEqual(body)
  const png = await fetch(`${stack.url}/api/v1/links/${id}/qr.png`, { headers: { Authorization: `Bearer ${oak.key}` } })
  expect((await decodeQr(new Uint8Array(await png.arrayBuffer()))).zxing).toBe(qrUrl)
  expect((await ride(stack, `/q/${code}`)).headers.get('location')).toContain(`/p/oak/${oak.service}?s=`)
})

test('it is handed out today, on the clock of the practice, unless a day is said', async () => {
  const before = localDay(Date.now(), 'America/Chicago')
  const { body } = await print(oak.link.id, { quantity: 1 })
  expect([before, localDay(Date.now(), 'America/Chicago')]).toContain(body.batch?.handOutDay)
  expect(body.batch).toMatchObject({ quantity: 1, desk: null, note: null })
})

test('200 more of a print run are the next one of the same link, at the same desk unless another is said', async () => {
  const parent = await newLink({ officeId: oak.office.id })
  const first = await print(parent.id, { quantity: 500, desk: 'Window 2', note: 'Thick paper' })
  const second = await print(first.body.id, { quantity: 200 })
  const third = await print(second.body.id, { quantity: 200, desk: 'Window 3' })
  const fourth = await print(third.body.id, { quantity: 200, desk: null })
  expect([second, third, fourth].map(({ body }) => body.batch)).toMatchObject([
    { ofLinkId: parent.id, desk: 'Window 2', note: null },
    { ofLinkId: parent.id, desk: 'Window 3' },
    { ofLinkId: parent.id, desk: null },
  ])
  expect(new Set([first, second, third, fourth].map(({ body }) => body.code)).size).toBe(4)
})

test('the print runs of a link are listed in pages, and so are those of the practice', async () => {
  const parent = await newLink({ officeId: oak.office.id })
  const made: string[] = []
  for (const quantity of [1, 2, 3]) made.push((await print(parent.id, { quantity })).body.id)
  const paged = async (path: string) => {
    const found: Card[] = []
    for (let cursor = ''; ; ) {
      const { body } = await get<{ items: Card[]; next: string | null }>(`${path}?limit=2${cursor}`)
      expect(body.items.length).toBeLessThanOrEqual(2)
      found.push(...body.items)
      if (body.next === null) return found
      cursor = `&cursor=${encodeURIComponent(body.next)}`
    }
  }
  const ids = async (path: string) => (await paged(path)).map(({ id }) => id)
  expect(await ids(`/links/${parent.id}/batches`)).toEqual(made)
  expect(await ids(`/links/${made[1]}/batches`)).toEqual(made)
  const all = await paged('/batches')
  expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining(made))
  expect(all.filter(({ batch }) => batch === null)).toEqual([])
})

test.each([
  [{}, 'quantity'],
  [{ quantity: 0 }, 'quantity'],
  [{ quantity: 100_001 }, 'quantity'],
  [{ quantity: 1.5 }, 'quantity'],
  [{ quantity: '200' }, 'quantity'],
  [{ quantity: 1, handOutDay: '2026-02-30' }, 'handOutDay'],
  [{ quantity: 1, handOutDay: '1999-12-31' }, 'handOutDay'],
  [{ quantity: 1, handOutDay: 'tomorrow' }, 'handOutDay'],
  [{ quantity: 1, desk: ' ' }, 'desk'],
  [{ quantity: 1, desk: 'x'.repeat(101) }, 'desk'],
  [{ quantity: 1, note: '\u202E' }, 'note'],
  [{ quantity: 1, colour: 'red' }, 'colour'],
])('%j is refused, with the field that is wrong', async (body, field) => {
  const refused = await print<{ errors: { field: string }[] }>(oak.link.id, body)
  expect([refused.status, refused.body.errors[0]?.field]).toEqual([422, field])
})

test('nothing is printed of a link that is retired, nor of a print run whose link is', async () => {
  const parent = await newLink({ officeId: oak.office.id })
  const [lost, kept] = [await print(parent.id, { quantity: 1 }), await print(parent.id, { quantity: 1 })]
  const retire = (id: string) => ask(stack.url, `POST /api/v1/links/${id}/retirement`, { key: oak.key })
  const refusal = async (id: string) => {
    const { status, body } = await print<{ type: string }>(id, { quantity: 1 })
    return [status, body.type]
  }
  const retired = [409, `${stack.publicUrl}/problems/link-retired`]
  await retire(lost.body.id)
  expect(await refusal(lost.body.id)).toEqual(retired)
  expect((await print(parent.id, { quantity: 1 })).status).toBe(201)
  await retire(parent.id)
  expect(await refusal(parent.id)).toEqual(retired)
  expect(await refusal(kept.body.id)).toEqual(retired)
})

test('of those who retire a link and print it at the same moment each is told what came of it', async () => {
  const parent = await newLink({ officeId: oak.office.id })
  const [retired, ...printed] = await Promise.all([
    ask(stack.url, `POST /api/v1/links/${parent.id}/retirement`, { key: oak.key }),
    ...Array.from({ length: 6 }, () => print(parent.id, { quantity: 1 })),
  ])
  expect(retired?.status).toBe(201)
  const made = printed.filter(({ status }) => status === 201).map(({ body }) => body.id)
  expect(printed.every(({ status }) => status === 201 || status === 409)).toBe(true)
  const { body } = await get<{ items: Card[] }>(`/links/${parent.id}/batches`)
  expect(body.items.map(({ id }) => id).sort()).toEqual(made.sort())
})

test('asked for twice with one key it is printed once', async () => {
  const headers = { 'Idempotency-Key': 'one-print-run' }
  const [first, second] = [
    await print(oak.link.id, { quantity: 77 }, headers),
    await print(oak.link.id, { quantity: 77 }, headers),
  ]
  expect([first.status, second.body]).toEqual([201, first.body])
})

test('what was decided of the link holds for its next print run as well', async () => {
  const parent = await newLink({ officeId: oak.office.id })
  const decide = (version: number, label: string) =>
    stack.db.client.execute({
      sql: `INSERT INTO link_changes (practice_id, link_id, version, service_id, label, paused_from_day, at, "by")
        SELECT practice_id, id, ?, service_id, ?, '2026-12-24', 0, 'system' FROM links WHERE id = ?`,
      args: [version, label, parent.id],
    })
  await decide(1, 'Before')
  await decide(2, 'Now')
  const { body } = await print(parent.id, { quantity: 1 })
  const { rows } = await stack.db.client.execute({
    sql: 'SELECT version, label, paused_from_day FROM link_changes WHERE link_id = ?',
    args: [body.id],
  })
  expect(rows.map((row) => ({ ...row }))).toEqual([{ version: 1, label: 'Now', paused_from_day: '2026-12-24' }])
})

test('a link of another practice is not found, and its print runs are not listed', async () => {
  const run = await print(oak.link.id, { quantity: 1 })
  expect((await print(oak.link.id, { quantity: 1 }, { key: elm.key })).status).toBe(404)
  expect((await get(`/links/${run.body.id}/batches`, elm.key)).status).toBe(404)
  expect((await get('/batches', elm.key)).body).toEqual({ items: [], next: null })
})

test('cards that are printed while their link is edited or retired go along with it all the same', async () => {
  const practice = await testPractice(stack, 'printed-meanwhile', '2987654326')
  const { id } = practice.link
  const send = (request: `${'POST' | 'PATCH' | 'GET'} /${string}`, body?: unknown) =>
    ask<Link & { expires: string | null; items: (Link & { expires: string | null })[] }>(stack.url, request, {
      key: practice.key,
      body,
    })
  const print = () => send(`POST /api/v1/links/${id}/batches`, { quantity: 100 })
  for (const month of ['01', '02', '03']) {
    const [edited, ...prints] = await Promise.all([
      send(`PATCH /api/v1/links/${id}`, { expires: `2031-${month}-01` }),
      ...[print(), print(), print()],
    ])
    expect([edited?.status, prints.map(({ status }) => status)]).toEqual([200, [201, 201, 201]])
    const { body } = await send(`GET /api/v1/links/${id}/batches?limit=100`)
    expect(new Set(body.items.map(({ expires }) => expires))).toEqual(new Set([`2031-${month}-01`]))
  }
  const [retired, ...prints] = await Promise.all([
    send(`POST /api/v1/links/${id}/retirement`),
    ...Array.from({ length: 6 }, print),
  ])
  expect(retired?.status).toBe(201)
  for (const { status } of prints) expect([201, 409]).toContain(status)
  const { body } = await send(`GET /api/v1/links/${id}/batches?limit=100`)
  expect(new Set(body.items.map(({ state }) => state))).toEqual(new Set(['retired']))
})

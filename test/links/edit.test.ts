import { afterAll, beforeAll, expect, test } from 'vitest'
import { batches, links } from '../../db/schema.ts'
import { LANGUAGES } from '../../site/text/languages.ts'
import { aliasRefusal } from '../../worker/links/alias.ts'
import { newCode } from '../../worker/links/codes.ts'
import { dayAfter, localDay } from '../../worker/practices/day.ts'
import { ask, askUntil } from '../api.ts'
import { type TestPractice, testPractice } from '../practice.ts'
import { counted, receiptIn, ride, until } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'

interface Link {
  id: string
  code: string
  state: string
  service: string
  label: string | null
  pause: { from: string; until: string | null } | null
  expires: string | null
  alias: string | null
  referrerId: string | null
  referrer: string | null
  everywhereAt: string | null
}
interface Problem {
  type: string
  errors?: { field: string; detail: string }[]
}

let stack: Stack
let oak: TestPractice
let elm: TestPractice
let services: string[]
beforeAll(async () => {
  stack = await startStack()
  oak = await testPractice(stack, 'oak')
  elm = await testPractice(stack, 'elm', '2987654326')
  const list = await ask<{ items: { slug: string }[] }>(stack.url, 'GET /api/v1/services', { key: oak.key })
  services = list.body.items.map(({ slug }) => slug)
})
afterAll(() => stack?.stop())

const today = (days = 0) => dayAfter(localDay(Date.now(), 'America/Chicago'), days)
const make = async (body: object = { referrerId: oak.referrer.id }) =>
  (
    await ask<Link>(stack.url, 'POST /api/v1/links', {
      key: oak.key,
      body: { service: oak.service, channel: 'card', label: 'Front desk', ...body },
    })
  ).body
const edit = <T = Link>(id: string, body: unknown, key = oak.key, headers: Record<string, string> = {}) =>
  ask<T>(stack.url, `PATCH /api/v1/links/${id}`, { key, body, headers })
const get = async (id: string) => (await ask<Link>(stack.url, `GET /api/v1/links/${id}`, { key: oak.key })).body
const retire = (id: string) => ask<Link>(stack.url, `POST /api/v1/links/${id}/retirement`, { key: oak.key })
const history = async (id: string, query = '') =>
  (
    await ask<{ items: Record<string, unknown>[]; next: string | null }>(
      stack.url,
      `GET /api/v1/links/${id}/history${query}`,
      { key: oak.key },
    )
  ).body
const locationOf = async (path: string) => (await ride(stack, path)).headers.get('location') ?? ''
const leadsTo = (path: string, part: string) =>
  askUntil(
    () => locationOf(path),
    (location) => location.includes(part),
    5_000,
  )

test('a link is re-pointed, and the editor is told when that is true everywhere', async () => {
  const link = await make()
  expect(link.everywhereAt).toBe(null)
  expect(await locationOf(`/q/${link.code}`)).toContain(`/p/oak/${services[0]}?s=`)
  const from = Date.now()
  const { status, body } = await edit(link.id, { service: services[1] })
  expect(status).toBe(200)
  expect(body).toMatchObject({ service: services[1], label: 'Front desk', state: 'active' })
  const everywhere = Date.parse(body.everywhereAt ?? '')
  expect(everywhere).toBeGreaterThanOrEqual(from + 60_000)
  expect(everywhere).toBeLessThanOrEqual(Date.now() + 60_000)
  expect(await leadsTo(`/q/${link.code}`, `/p/oak/${services[1]}?s=`)).toContain(`/p/oak/${services[1]}?s=`)
  expect(await get(link.id)).toEqual(body)
})

test('a link is paused and resumed; what is left out stays', async () => {
  const link = await make()
  const paused = await edit(link.id, { pause: {} })
  expect(paused.body).toMatchObject({ state: 'paused', pause: { from: today(), until: null }, label: 'Front desk' })
  const later = await edit(link.id, { label: null, expires: today(30) })
  expect(later.body).toMatchObject({ state: 'paused', label: null, expires: today(30), pause: { from: today() } })
  const planned = await edit(link.id, { pause: { from: today(3), until: today(5) } })
  expect(planned.body).toMatchObject({ state: 'active', pause: { from: today(3), until: today(5) } })
  const resumed = await edit(link.id, { pause: null, expires: null })
  expect(resumed.body).toMatchObject({ state: 'active', pause: null, expires: null, label: null })
})

test('a card that is paused or expired leads to a page that says so, names the office and not the doctor, and is not counted', async () => {
  for (const [state, change, words] of [
    ['paused', { pause: { until: today() } }, 'not in use at the moment'],
    ['expired', { expires: today(-1) }, 'out of date'],
  ] as const) {
    const link = await make()
    expect((await edit(link.id, change)).body.state).toBe(state)
    const location = await leadsTo(`/q/${link.code}`, `card=${state}`)
    expect(location).toBe(`/p/oak/${oak.service}?card=${state}&code=${link.code}`)
    const page = await (await ride(stack, location)).text()
    expect(page).toContain(words)
    expect(page).toContain('Riverside Family Medicine')
    expect(page).not.toContain('Okonjo')
    expect(page).toMatch(/href="tel:/)
    expect(page).toMatch(/href="[^"]*\/book"/)
    expect(page).not.toContain('visits.gif')
    const rows = await stack.db.client.execute({
      sql: 'SELECT count(*) n FROM scans WHERE link_id = ?',
      args: [link.id],
    })
    expect(Number(rows.rows[0]?.n)).toBe(0)
    for (const [language, { landing }] of Object.entries(LANGUAGES)) {
      const answer = await ride(stack, location, { headers: { 'Accept-Language': language } })
      expect(await answer.text(), language).toContain(landing.card[state])
    }
    // Who calls and says the code of it is credited to the card all the same.
    const call = await ask(stack.url, 'POST /api/v1/calls', { key: oak.key, body: { code: link.code } })
    expect(call).toMatchObject({ status: 201, body: { officeId: oak.office.id, referrerId: oak.referrer.id } })
  }
})

test.each([
  [{}, ''],
  [{ colour: 'red' }, 'colour'],
  [{ service: 'nothing' }, 'service'],
  [{ label: '' }, 'label'],
  [{ expires: '2026-02-30' }, 'expires'],
  [{ expires: 'tomorrow' }, 'expires'],
  [{ pause: 'yes' }, 'pause'],
  [{ pause: { since: '2030-01-01' } }, 'pause/since'],
  [{ pause: { from: '2030-01-02', until: '2030-01-01' } }, 'pause/until'],
  [{ pause: { from: '2020-01-01', until: '2020-01-02' } }, 'pause/until'],
])('%j is refused, and the field named', async (change, field) => {
  const { status, body } = await edit<Problem>(oak.link.id, change)
  expect([status, body.errors?.[0]?.field]).toEqual([422, field])
  expect(await history(oak.link.id)).toMatchObject({ items: [{ act: 'created' }] })
})

test('a retired link takes no more edits, and one of another practice is not found', async () => {
  const link = await make()
  const retired = await retire(link.id)
  expect(Date.parse(retired.body.everywhereAt ?? '')).toBeGreaterThan(Date.now())
  const refused = await edit<Problem>(link.id, { label: 'Back desk' })
  expect([refused.status, refused.body.type]).toEqual([409, `${stack.publicUrl}/problems/link-retired`])
  expect((await edit(link.id, { label: 'x' }, elm.key)).status).toBe(404)
  expect((await ask(stack.url, `GET /api/v1/links/${link.id}/history`, { key: elm.key })).status).toBe(404)
})

test('of edits at the same moment each is kept', async () => {
  const link = await make()
  const changes = [
    { label: 'Back desk' },
    { service: services[2] },
    { expires: today(9) },
    { pause: { from: today(4) } },
  ]
  const answers = await Promise.all(changes.map((change) => edit(link.id, change)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(await get(link.id)).toMatchObject({
    ...{ label: 'Back desk', service: services[2], expires: today(9), pause: { from: today(4), until: null } },
  })
  expect((await history(link.id)).items).toHaveLength(5)
})

test('a hundred edits at once are all kept, and one that changes nothing leaves no row', async () => {
  const link = await make()
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => edit(link.id, { label: `Desk ${n}` })))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const now = await get(link.id)
  const same = await edit(link.id, { label: now.label, pause: null, expires: null })
  expect([same.status, same.body]).toEqual([200, now])
  const labels = (await history(link.id, '?limit=200')).items.map(({ label }) => label)
  expect(labels.toSorted()).toEqual(['Front desk', ...answers.map((_, n) => `Desk ${n}`)].toSorted())
})

test('a pause begins on no day that is over', async () => {
  const link = await make()
  const refused = await edit<Problem>(link.id, { pause: { from: today(-1) } })
  expect([refused.status, refused.body.errors?.[0]?.field]).toEqual([422, 'pause/from'])
})

test('an edit asked for twice with one key is made once', async () => {
  const link = await make()
  const headers = { 'Idempotency-Key': 'edit-once' }
  const [first, second] = [
    await edit(link.id, { label: 'Once' }, oak.key, headers),
    await edit(link.id, { label: 'Once' }, oak.key, headers),
  ]
  expect(second.body).toEqual(first.body)
  expect((await history(link.id)).items).toHaveLength(2)
})

test('the history says what held from when, and who decided it', async () => {
  const link = await make()
  await edit(link.id, { pause: { until: today(2) } })
  await edit(link.id, { service: services[1], pause: null })
  await retire(link.id)
  const { items } = await history(link.id)
  const by = expect.stringMatching(/^key:/)
  const at = expect.stringMatching(/^\d{4}-.*Z$/)
  const begin = { at, by, service: services[0], label: 'Front desk', pause: null, expires: null }
  expect(items).toEqual([
    { ...begin, act: 'created' },
    { ...begin, act: 'changed', pause: { from: today(), until: today(2) } },
    { ...begin, act: 'changed', service: services[1] },
    { ...begin, act: 'retired', service: services[1] },
  ])
  const first = await history(link.id, '?limit=3')
  const rest = await history(link.id, `?limit=3&cursor=${encodeURIComponent(first.next ?? '')}`)
  expect([...first.items, ...rest.items]).toEqual(items)
  expect(rest.next).toBe(null)
})

test('the links of its print runs are changed and retired with a link', async () => {
  const [pad, run, other] = [
    await make(),
    await make({ referrerId: oak.referrer.id, label: 'Run of May' }),
    await make(),
  ]
  await stack.db.write((sql) => [
    sql.insert(batches).values({
      ...{ practiceId: oak.id, linkId: run.id, ofLinkId: pad.id, quantity: 500, handOutDay: today() },
      ...{ at: Date.now(), by: 'system' },
    }),
  ])
  expect(await locationOf(`/q/${run.code}`)).toContain(`/p/oak/${services[0]}?s=`)
  await edit(pad.id, { service: services[1] })
  expect(await get(run.id)).toMatchObject({ service: services[1], label: 'Run of May' })
  await leadsTo(`/q/${run.code}`, `/p/oak/${services[1]}?s=`)
  expect((await get(other.id)).service).toBe(services[0])
  await retire(pad.id)
  expect([(await get(run.id)).state, (await get(other.id)).state]).toEqual(['retired', 'active'])
  expect(await leadsTo(`/q/${run.code}`, 'card=retired')).toContain('card=retired')
})

test('a referrer who leaves is named and credited no more from the next day; what was counted stays, and coming back names them again', async () => {
  const who = await ask<{ id: string; officeId: string }>(stack.url, 'POST /api/v1/referrers', {
    key: oak.key,
    body: { name: 'Dr Ines Castellan', officeId: oak.office.id },
  })
  expect(who.status).toBe(201)
  const { id } = who.body
  // Has worked there for a while.
  await stack.db.client.execute({
    sql: 'UPDATE referrer_offices SET from_day = ? WHERE referrer_id = ?',
    args: ['2024-01-01', id],
  })
  const link = await make({ referrerId: id })
  const scanned = receiptIn(await ride(stack, `/q/${link.code}`))
  const leave = <T = Record<string, unknown>>(body: object) =>
    ask<T>(stack.url, `POST /api/v1/referrers/${id}/offices/${oak.office.id}/departure`, { key: oak.key, body })
  const call = async () =>
    (await ask(stack.url, 'POST /api/v1/calls', { key: oak.key, body: { code: link.code } })).body.referrerId
  const pageOf = async () => (await ride(stack, await locationOf(`/q/${link.code}`))).text()
  /** Ends what every isolate remembers. */
  const forgetting = () => stack.killWorker()

  const early = await leave<Problem>({ on: '2023-12-31' })
  expect([early.status, early.body.errors?.[0]?.field]).toEqual([422, 'on'])
  expect((await leave({ on: 'soon' })).status).toBe(422)
  const before = await call()
  expect(before).toBe(id)
  // Today is the last day: nothing has changed yet.
  expect(await leave({})).toMatchObject({ status: 201, body: { id, from: '2024-01-01', until: today() } })
  expect([(await get(link.id)).referrerId, await call()]).toEqual([id, id])
  const there = await ask(stack.url, `GET /api/v1/referrers/${id}`, { key: oak.key })
  expect(there.body.officeId).toBe(oak.office.id)

  expect((await leave({ on: today(-1) })).status).toBe(201)
  await forgetting()
  expect(await get(link.id)).toMatchObject({ officeId: oak.office.id, referrerId: null, referrer: null })
  expect(await call()).toBe(null)
  const page = await pageOf()
  expect(page).toContain('Riverside Family Medicine')
  expect(page).not.toContain('Castellan')
  const scans = await until(
    async () =>
      (
        await stack.db.client.execute({
          sql: 'SELECT referrer_id FROM scans WHERE link_id = ? ORDER BY at',
          args: [link.id],
        })
      ).rows.map(({ referrer_id }) => referrer_id),
    (rows) => rows.length >= 2,
  )
  expect([scans[0], scans.at(-1)]).toEqual([id, null])
  expect(scanned).not.toBe('')
  const gone = await ask(stack.url, `GET /api/v1/referrers/${id}`, { key: oak.key })
  expect(gone.body.officeId).toBe(null)
  const fresh = await ask(stack.url, 'POST /api/v1/links', {
    key: oak.key,
    body: { referrerId: id, service: oak.service, channel: 'card' },
  })
  expect(fresh.status).toBe(422)
  const moved = await stack.db.client.execute({
    sql: 'SELECT referrer_id FROM calls WHERE link_id = ? ORDER BY at',
    args: [link.id],
  })
  expect(moved.rows.map(({ referrer_id }) => referrer_id)).toEqual([id, id, null])

  await ask(stack.url, `POST /api/v1/referrers/${id}/offices`, { key: oak.key, body: { officeId: oak.office.id } })
  await forgetting()
  expect(await get(link.id)).toMatchObject({ referrerId: id, referrer: 'Dr Ines Castellan' })
  expect(await call()).toBe(id)
  expect(await pageOf()).toContain('Castellan')
  // And one who leaves and comes back within a day is there again too.
  await leave({})
  const again = await ask(stack.url, `POST /api/v1/referrers/${id}/offices`, {
    key: oak.key,
    body: { officeId: oak.office.id },
  })
  expect(again.status).toBe(201)
  const stays = await ask<{ offices: { until: string | null }[] }>(stack.url, `GET /api/v1/referrers/${id}`, {
    key: oak.key,
  })
  expect(stays.body.offices.at(-1)?.until).toBe(null)
  expect((await counted(stack.db, oak.id)).call).toBeGreaterThan(0)
  expect(
    (await ask(stack.url, `POST /api/v1/referrers/${id}/offices/nowhere/departure`, { key: oak.key, body: {} })).status,
  ).toBe(404)
})

test('no alias is ever a code, in any case and with a hyphen or without, nor what is nearly one', () => {
  for (let i = 0; i < 200; i++) {
    const code = newCode()
    for (const form of [code, `${code.slice(0, 4)}-${code.slice(4)}`, code.replaceAll('0', 'o').replaceAll('1', 'i')]) {
      expect(aliasRefusal(form.toLowerCase()), form).not.toBe(null)
      expect(aliasRefusal(form.toUpperCase()), form).not.toBe(null)
    }
    const typo = `${code.slice(0, 7)}${code[7] === '0' ? '2' : '0'}`
    expect(aliasRefusal(typo.toLowerCase()), typo).not.toBe(null)
  }
  for (const word of ['api', 'practice', 'visit', 'doctors']) expect(aliasRefusal(word)).toMatch(/reserved/)
  for (const word of ['abc', 'a'.repeat(40), 'elm-street', '24-7-care']) expect(aliasRefusal(word)).toBe(null)
  for (const word of ['ab', 'a'.repeat(41), 'Elm', 'elm_street', '-elm', 'elm-', 'elm--street', 'ärzte'])
    expect(aliasRefusal(word), word).not.toBe(null)
})

test('the code and the alias of a retired link are never given out again', async () => {
  const link = await make({ officeId: oak.office.id, alias: 'old-poster', channel: 'poster' })
  await retire(link.id)
  const body = { officeId: oak.office.id, service: oak.service, channel: 'poster', alias: 'old-poster' }
  expect((await ask(stack.url, 'POST /api/v1/links', { key: oak.key, body })).status).toBe(409)
  const [row] = await stack.db.read((sql) => sql.select().from(links).limit(1))
  if (!row) throw new Error('there are links')
  const again = await stack.db.write((sql) => [
    sql.insert(links).values({ ...row, id: 'another', alias: null, code: link.code }),
  ])
  expect(again).toEqual({ ok: false, refused: 'code taken' })
})

test('a paused card still leads to the practice while the database is away, also where nobody remembers it', async () => {
  const link = await make()
  await edit(link.id, { pause: {} })
  await leadsTo(`/q/${link.code}`, 'card=paused')
  await stack.worker.scheduled(Date.now())
  await stack.database.stop()
  await stack.killWorker()
  const answer = await ride(stack, await locationOf(`/q/${link.code}`))
  expect(answer.status).toBe(200)
  const page = await answer.text()
  expect(page).toContain('not in use at the moment')
  expect(page).toContain('Practice oak')
  expect(page).not.toContain('Okonjo')
  await stack.database.start()
  await askUntil(
    () => ask(stack.url, `GET /api/v1/links/${link.id}`, { key: oak.key }),
    ({ status }) => status === 200,
    30_000,
  )
})

test('a mistyped code is refused while the database is away and nothing is remembered: it was not looked up', async () => {
  const { code } = oak.link
  const typo = `${code[1]}${code[0]}${code.slice(2)}`
  const wrong = typo === code ? `${code.slice(0, 7)}${code[7] === '0' ? '2' : '0'}` : typo
  await stack.database.stop()
  await stack.killWorker()
  expect((await ride(stack, `/q/${wrong}`)).status).toBe(404)
  expect((await ride(stack, `/q/${newCode()}`)).status).toBe(503)
  await stack.database.start()
})

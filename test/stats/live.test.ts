import { and, eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stored } from '../../db/database.ts'
import { apiKeys, events, links, scans } from '../../db/schema.ts'
import { createKey } from '../../worker/access/keys.ts'
import { forgetEvents } from '../../worker/counts/events.ts'
import { flush } from '../../worker/scans/flush.ts'
import type { Event, Hit } from '../../worker/scans/rows.ts'
import { ask } from '../api.ts'
import { PATIENT, slotsOf, type TestPractice, testPractice } from '../practice.ts'
import { receiptIn, ride, type Scene, scene } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'
import { type Heard, listen, listenOn } from './listening.ts'

const DAY_MS = 24 * 3_600_000

let stack: Stack
let north: Scene
let south: Scene
beforeAll(async () => {
  stack = await startStack()
  north = await scene(stack, 'north')
  south = await scene(stack, 'south')
})
afterAll(() => stack?.stop())

const feed = (query = '') => `${stack.url}/api/v1/stats/live${query}`
const bearer = ({ apiKey }: { apiKey: string }) => ({ Authorization: `Bearer ${apiKey}` })
const from = (at: Scene, id: number) => ({ ...bearer(at), 'Last-Event-ID': String(id) })

/** Scans a card, and tells the id of the scan. */
async function scanned(at: Scene, code = at.codes[0]): Promise<string> {
  const answer = await ride(stack, `/q/${code}`)
  expect(answer.status).toBe(302)
  return receiptIn(answer).split('.')[0] ?? ''
}

/** The ids of the rows that events tell of: clients are not told, so they are looked up by their seq. */
async function idsOf(at: Scene, heard: Heard[]): Promise<string[]> {
  const rows = await stack.db.read((sql) => sql.select().from(events).where(eq(events.practiceId, at.practiceId)))
  const bySeq = new Map(rows.map(({ seq, id }) => [seq, id]))
  return heard.map(({ id }) => bySeq.get(id) ?? `none with seq ${id}`)
}

const rising = (heard: Heard[]) => heard.every(({ id }, i) => i === 0 || id > (heard[i - 1]?.id ?? id))

describe('what happens is told', () => {
  test('a scan, with whose card it was and when, and nothing of the patient', async () => {
    const live = await listen(feed(), bearer(north))
    const before = Date.now()
    const id = await scanned(north)
    const [told] = await live.until(1)
    expect(told).toEqual({
      id: live.lastId(),
      kind: 'scan',
      data: {
        at: expect.any(String),
        officeId: north.officeId,
        office: 'Riverside Family Medicine',
        referrerId: north.referrerId,
        referrer: 'Dr Amara Okonjo',
        linkId: await linkOf(north.codes[0]),
      },
    })
    expect(Date.parse(String(told?.data.at))).toBeGreaterThanOrEqual(before)
    expect(Date.parse(String(told?.data.at))).toBeLessThanOrEqual(Date.now())
    expect(await idsOf(north, live.heard)).toEqual([id])
    live.leave()
  })

  test('visits, calls and bookings too; a shared pad names the office alone, and a bot is not told', async () => {
    const desk: TestPractice = await testPractice(stack, 'desk')
    const live = await listen(feed(), { Authorization: `Bearer ${desk.key}` })
    const bot = await ride(stack, `/q/${desk.link.code}`, { headers: { 'User-Agent': 'Googlebot/2.1' } })
    expect(bot.status).toBe(302)
    const receipt = receiptIn(await ride(stack, `/q/${desk.link.code}`))
    await live.until(1)
    expect((await ride(stack, '/visits?p=desk', { method: 'POST', body: receipt })).status).toBe(204)
    await live.until(2)
    const asked = { key: desk.key }
    const call = await ask(stack.url, 'POST /api/v1/calls', { ...asked, body: { officeId: desk.office.id } })
    expect(call.status).toBe(201)
    const [slot] = await slotsOf(stack.url, desk)
    const booking = await ask<{ id: string; reference: string }>(stack.url, 'POST /api/v1/practices/desk/bookings', {
      body: { service: desk.service, start: slot?.start, patient: PATIENT, receipt, shareWithReferrer: true },
      headers: { 'Idempotency-Key': nanoid() },
    })
    expect(booking.status).toBe(201)
    const heard = await live.until(4)
    expect(heard.map(({ kind, data }) => [kind, data.office, data.referrer])).toEqual([
      ['scan', desk.office.name, desk.referrer.name],
      ['visit', desk.office.name, desk.referrer.name],
      ['call', desk.office.name, null],
      ['booking', desk.office.name, desk.referrer.name],
    ])
    expect(rising(heard)).toBe(true)
    const all = JSON.stringify(heard)
    for (const secret of [...Object.values(PATIENT), booking.body.id, booking.body.reference])
      expect(all).not.toContain(secret)
    live.leave()
  })

  test('batches that come twice, in parts and out of order give one event a scan', async () => {
    const [link] = await stack.db.read((sql) => sql.select().from(links).where(eq(links.code, north.codes[1])))
    const hits = Array.from({ length: 30 }, (_, i): Event => ({ hit: hitOf(link?.id ?? '', i) }))
    const live = await listen(feed(), bearer(north))
    const deliver = (some: Event[]) => flush(stack.db, north.practiceId, some)
    await deliver(hits.slice(20))
    await Promise.all([deliver(hits), deliver(hits.slice(0, 25).reverse()), deliver(hits)])
    await live.until(30)
    await scanned(north)
    const ids = await idsOf(north, await live.until(31))
    expect([ids.length, new Set(ids).size]).toEqual([31, 31])
    live.leave()
    // Once forgotten, what is sent again is no news: the scan is stored.
    stored(await stack.db.write((sql) => [sql.delete(events).where(eq(events.practiceId, north.practiceId))]))
    await deliver(hits)
    const left = await stack.db.read((sql) => sql.select().from(events).where(eq(events.practiceId, north.practiceId)))
    expect(left).toEqual([])
  })

  test("another practice's events never appear", async () => {
    const [here, there] = [await listen(feed(), bearer(north)), await listen(feed(), bearer(south))]
    const mine: string[] = []
    for (let i = 0; i < 5; i++) {
      mine.push(await scanned(north))
      await scanned(south)
    }
    await there.until(5)
    expect((await idsOf(north, await here.until(5))).toSorted()).toEqual(mine.toSorted())
    expect(there.heard.map(({ data }) => data.officeId)).toEqual(Array(5).fill(south.officeId))
    const both = await listen(feed('?after=0'), bearer(south))
    await both.until(1, 3_000)
    expect(both.heard.map(({ data }) => data.officeId ?? south.officeId)).not.toContain(north.officeId)
    for (const one of [here, there, both]) one.leave()
  })
})

describe('a client that comes again', () => {
  test('in mid-stream gets each event once, wherever it was cut', async () => {
    const first = await listen(feed(), bearer(north))
    const start = first.lastId()
    first.leave()
    const ids: string[] = []
    const heard: Heard[] = []
    let last = start
    for (let i = 0; i < 6; i++) {
      const live = await listen(feed(), from(north, last))
      const wanted = 2 + (i % 3)
      const made = Array.from({ length: wanted }, () => scanned(north))
      ids.push(...(await Promise.all(made)))
      // Cut after the first that came: those of the same block are had, the others come next time.
      await live.until(1)
      live.leave()
      heard.push(...live.heard)
      last = live.heard.at(-1)?.id ?? last
    }
    const rest = await listen(feed(`?after=${last}`), bearer(north))
    await rest.until(ids.length - heard.length)
    rest.leave()
    heard.push(...rest.heard)
    expect(rising(heard)).toBe(true)
    expect((await idsOf(north, heard)).toSorted()).toEqual(ids.toSorted())
  })

  test('is sent away after half a minute at the latest, and has the id from which to go on', async () => {
    const live = await listen(feed(), bearer(south))
    const id = await scanned(south)
    expect(await live.ended()).toBe(true)
    expect(await idsOf(south, live.heard)).toEqual([id])
    expect(live.lastId()).toBe(live.heard.at(-1)?.id)
  }, 120_000)

  test('with an id of a database that was restored since, or of what is forgotten, is told to load anew', async () => {
    const now = await listen(feed(), bearer(north))
    const newest = now.lastId()
    now.leave()
    const reset = { id: newest, kind: 'reset', data: { newest } }
    const ahead = await listen(feed(), from(north, newest + 1_000))
    expect(await ahead.until(1)).toEqual([reset])
    await scanned(north)
    expect((await ahead.until(2)).map(({ kind }) => kind)).toEqual(['reset', 'scan'])
    ahead.leave()
    const oldest = await oldestSeq()
    const kept = await listen(feed(), from(north, oldest - 1))
    await kept.until(1)
    expect(kept.heard[0]?.kind).not.toBe('reset')
    kept.leave()
    const old = await listen(feed(), from(north, oldest - 2))
    expect((await old.until(1))[0]?.kind).toBe('reset')
    old.leave()
  })
})

describe('old events', () => {
  test('are forgotten up to a seq; a scan that came late stays with its neighbours', async () => {
    const at = await scene(stack, 'old')
    const now = Date.now()
    await stack.db.client.execute('DELETE FROM events')
    const tell = (id: string, age: number) => ({ practiceId: at.practiceId, kind: 'scan' as const, id, at: now - age })
    const rows = [
      tell('old', 3 * DAY_MS),
      tell('older', 4 * DAY_MS),
      tell('young', 1_000),
      tell('late', 3 * DAY_MS),
      tell('new', 0),
    ]
    stored(await stack.db.write((sql) => [sql.insert(events).values(rows)]))
    await forgetEvents(stack.db, now)
    const its = eq(events.practiceId, at.practiceId)
    const left = () => stack.db.read((sql) => sql.select().from(events).where(its).orderBy(events.seq))
    expect((await left()).map(({ id }) => id)).toEqual(['young', 'late', 'new'])
    await stack.worker.scheduled(now + 3 * DAY_MS)
    expect(await left()).toEqual([])
    // None is left: who comes with an id from before is told to load anew, and no seq is given twice.
    const live = await listen(feed(), from(at, 1))
    expect((await live.until(1))[0]?.kind).toBe('reset')
    await scanned(at)
    expect((await live.until(2))[1]?.id).toBeGreaterThan(live.heard[0]?.id ?? 0)
    live.leave()
  })
})

describe('who may listen', () => {
  test('nobody without a key, and no key without stats:read; a revoked one is refused when it comes again', async () => {
    expect((await fetch(feed())).status).toBe(401)
    const asOf = (scopes: ['stats:read'] | ['links:write']) =>
      createKey(stack.db, { practiceId: north.practiceId, name: 'live', scopes }, Date.now())
    expect((await fetch(feed(), { headers: bearer(await asOf(['links:write'])) })).status).toBe(403)
    const key = await asOf(['stats:read'])
    const live = await listen(feed(), bearer(key))
    const its = and(eq(apiKeys.practiceId, north.practiceId), eq(apiKeys.id, key.id))
    stored(await stack.db.write((sql) => [sql.update(apiKeys).set({ revokedAt: Date.now() }).where(its)]))
    live.leave()
    expect((await fetch(feed(), { headers: { ...bearer(key), 'Last-Event-ID': '1' } })).status).toBe(401)
  })

  test('an id that is none is refused, by whichever way it comes', async () => {
    for (const answer of [
      await fetch(feed('?after=yesterday'), { headers: bearer(north) }),
      await fetch(feed(), { headers: { ...bearer(north), 'Last-Event-ID': '-1' } }),
    ]) {
      expect(answer.status).toBe(422)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
    }
  })

  test('it is an event stream that nobody keeps, and HEAD has an end', async () => {
    const head = await fetch(feed(), { method: 'HEAD', headers: bearer(north) })
    expect([head.status, head.headers.get('content-type'), head.headers.get('cache-control')]).toEqual([
      200,
      'text/event-stream',
      'no-store',
    ])
    expect(await head.text()).toBe('')
  })
})

test('with workerd killed and the database away in between, what was heard is exactly what is stored', async () => {
  const at = await scene(stack, 'through')
  await stack.worker.scheduled(Date.now())
  let isOver = false
  let isQuiet = false
  const listening = listenOn(feed(), bearer(at), (heard) => isQuiet && heard.length >= rows)
  let rows = Number.POSITIVE_INFINITY
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  const riders = Array.from({ length: 3 }, async () => {
    while (!isOver) {
      await ride(stack, `/q/${at.codes[0]}`).catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
  })
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1_500))
  await pause()
  await stack.killWorker()
  await pause()
  await stack.database.stop()
  await pause()
  await stack.killWorker()
  await pause()
  await stack.database.start()
  await pause()
  isOver = true
  await Promise.all(riders)
  const read = () => stack.db.read((sql) => sql.select().from(scans).where(eq(scans.practiceId, at.practiceId)))
  // Stored when the log has nothing more to send: the same number for three seconds.
  let stored = await read()
  for (let same = 0; same < 30; ) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    const next = await read()
    same = next.length === stored.length ? same + 1 : 0
    stored = next
  }
  rows = stored.length
  isQuiet = true
  const heard = await listening
  expect(rows).toBeGreaterThan(50)
  expect(heard.map(({ kind }) => kind)).not.toContain('reset')
  expect(rising(heard)).toBe(true)
  expect((await idsOf(at, heard)).toSorted()).toEqual(stored.map(({ id }) => id).toSorted())
}, 180_000)

const linkOf = async (code: string) =>
  (await stack.db.read((sql) => sql.select().from(links).where(eq(links.code, code))))[0]?.id

const oldestSeq = async () =>
  Number((await stack.db.client.execute('SELECT min(seq) AS seq FROM events')).rows[0]?.seq ?? 0)

const hitOf = (linkId: string, i: number): Hit => ({
  practiceId: north.practiceId,
  timezone: 'America/Chicago',
  id: nanoid(),
  linkId,
  officeId: north.officeId,
  referrerId: null,
  at: Date.now() - i,
  class: 'person',
  via: 'qr',
  rules: 'none',
  rulesVersion: 1,
  device: 'phone',
  browser: 'safari',
  country: null,
  region: null,
})

import { randomUUID } from 'node:crypto'
import { Agent, request as send } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { en } from '../site/text/en.ts'
import { ask } from './api.ts'
import { rowsIn } from './contents.ts'
import { type Link, PATIENT, type Slot, slotsOf, type TestPractice, testPractice } from './practice.ts'
import { type Stack, startStack } from './stack.ts'

let stack: Stack
let ours: TestPractice
let theirs: TestPractice
let slots: Slot[]
let retired: Link
let before: Record<string, number>

beforeAll(async () => {
  stack = await startStack()
  ours = await testPractice(stack, 'ours')
  theirs = await testPractice(stack, 'theirs')
  slots = await slotsOf(stack.url, ours)
  const body = { officeId: ours.office.id, service: ours.service, channel: 'card' }
  retired = (await ask<Link>(stack.url, 'POST /api/v1/links', { key: ours.key, body })).body
  await ask(stack.url, `POST /api/v1/links/${retired.id}/retirement`, { key: ours.key, body: {} })
  await book({ start: slots[1]?.start, providerId: slots[1]?.providerId })
  before = await rowsIn(stack.db)
}, 120_000)
afterAll(() => stack?.stop())

/** Every test of this file ends with as many rows as it began with. */
const nothingWritten = async () => expect(await rowsIn(stack.db)).toEqual(before)

const book = (
  changed: Record<string, unknown>,
  headers: Record<string, string> = { 'Idempotency-Key': randomUUID() },
) =>
  ask(stack.url, `POST /api/v1/practices/${ours.slug}/bookings`, {
    headers,
    body: { service: ours.service, start: slots[0]?.start, patient: PATIENT, shareWithReferrer: false, ...changed },
  })
const post = (path: string, body: unknown, key: string | undefined = ours.key, headers: Record<string, string> = {}) =>
  ask(stack.url, `POST /api/v1${path}` as 'POST /', { key, body, headers })
const problem = (name: string) => `${stack.publicUrl}/problems/${name}`

/** Every address that takes a body, and one that would be good. */
const WRITES = () =>
  [
    ['/offices', { name: 'Somebody' }],
    ['/referrers', { name: 'Dr Somebody', office: { name: 'Somewhere' } }],
    ['/links', { officeId: ours.office.id, service: ours.service, channel: 'card' }],
    ['/links/bulk', { referrers: 'all', service: ours.service, channel: 'card' }],
    [`/links/${ours.link.id}/batches`, { quantity: 200 }],
    ['/calls', { code: ours.link.code }],
    [
      '/bookings',
      {
        service: ours.service,
        start: slots[2]?.start,
        patient: PATIENT,
        code: ours.link.code,
        shareWithReferrer: false,
      },
    ],
  ] as [string, object][]
const PUBLIC_BOOKING = () => `/practices/${ours.slug}/bookings`

describe('who may not', () => {
  test('without a key, with a wrong key and with a key that is not one: 401 and what to do', async () => {
    for (const [path, body] of WRITES()) {
      const none = await ask(stack.url, `POST /api/v1${path}` as 'POST /', { body })
      expect(none.status, path).toBe(401)
      expect(none.body.type).toBe(problem('key-missing'))
      const wrong = await post(path, body, `${ours.key.slice(0, -3)}xyz`)
      expect(wrong.status, path).toBe(401)
      expect(wrong.body.type).toBe(problem('key-unknown'))
    }
    for (const path of ['/services', '/referrers', '/links', '/stats/summary', `/links/${ours.link.id}/qr.svg`])
      expect((await ask(stack.url, `GET /api/v1${path}` as 'GET /')).status, path).toBe(401)
    await nothingWritten()
  })

  test("another practice's key finds nothing of ours and changes nothing of ours", async () => {
    const key = theirs.key
    for (const path of [`/links/${ours.link.id}/qr.svg`, `/links/${ours.link.id}/qr.png`])
      expect((await ask(stack.url, `GET /api/v1${path}` as 'GET /', { key })).status, path).toBe(404)
    expect((await post(`/links/${ours.link.id}/retirement`, {}, key)).status).toBe(404)
    for (const body of [{ referrerId: ours.referrer.id }, { officeId: ours.office.id }]) {
      const { status } = await post('/links', { ...body, service: theirs.service, channel: 'card' }, key)
      expect([404, 422]).toContain(status)
    }
    expect([404, 422]).toContain((await post('/referrers', { name: 'Dr X', officeId: ours.office.id }, key)).status)
    expect((await post('/calls', { code: ours.link.code }, key)).status).toBe(422)
    expect((await post('/calls', { officeId: ours.office.id }, key)).status).toBe(422)
    const booking = {
      service: theirs.service,
      start: slots[3]?.start,
      patient: PATIENT,
      code: ours.link.code,
      shareWithReferrer: false,
    }
    expect((await post('/bookings', booking, key)).status).toBe(422)
    const list = await ask<{ items: { id: string }[] }>(stack.url, 'GET /api/v1/links', { key })
    expect(list.body.items.map((link) => link.id)).toEqual([theirs.link.id])
    await nothingWritten()
  })
})

describe('bodies', () => {
  test('what is not JSON is 400, everywhere', async () => {
    for (const body of ['name=Somebody', '{"name": ', '\u0000\u0001', '{"name": "\\ud800", "code": "\\ud800"}'])
      for (const [path] of [...WRITES(), [PUBLIC_BOOKING(), {}] as const]) {
        const answer = await post(path, body, ours.key, { 'Idempotency-Key': randomUUID() })
        expect(answer.status, `${path} ${body}`).toBe(400)
        expect(answer.body.type).toBe(problem('not-json'))
      }
    await nothingWritten()
  })

  test('JSON that is not what is asked for is 422 and names the fields', async () => {
    for (const body of [
      '[]',
      '7',
      'null',
      '{"name": {"toString": 1}}',
      '{"name": 7, "service": [], "code": {}, "patient": "x"}',
    ])
      for (const [path] of [...WRITES(), [PUBLIC_BOOKING(), {}] as const]) {
        const answer = await post(path, body, ours.key, { 'Idempotency-Key': randomUUID() })
        expect(answer.status, `${path} ${body}`).toBe(422)
        expect(answer.body.type).toBe(problem('invalid'))
        expect((answer.body.errors as unknown[]).length).toBeGreaterThan(0)
      }
    await nothingWritten()
  })

  test('2 MB are refused with 413, whether or not the length is said beforehand', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(2_000_000) })
    for (const [path] of [...WRITES(), [PUBLIC_BOOKING(), {}] as const]) {
      const answer = await post(path, large, ours.key, { 'Idempotency-Key': randomUUID() })
      expect(answer.status, path).toBe(413)
      expect(answer.body.type).toBe(problem('too-large'))
      expect([413, 'cut'], `${path} in chunks`).toContain(await sendInChunks(`/api/v1${path}`, large))
    }
    await nothingWritten()
  })

  test('after a body that is too large the same connection answers the next request', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const large = 'x'.repeat(2_000_000)
    const next = (method: string, path: string, body?: string) =>
      new Promise<number>((resolve, reject) => {
        const headers = { Authorization: `Bearer ${ours.key}`, 'Content-Type': 'application/json' }
        const sent = send(`${stack.url}${path}`, { method, agent, headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0))
        })
        sent.on('error', reject).end(body)
      })
    for (let n = 0; n < 5; n++)
      for (const [path, status] of [
        ['/api/v1/offices', 413],
        ['/api/v1/nothing', 404],
        [`/q/${ours.link.code}`, 405],
        ['/visits?p=ours', 204],
        ['/visit', 413],
      ] as const) {
        expect([path, await next('POST', path, large)]).toEqual([path, status])
        expect(await next('GET', '/api/v1/services')).toBe(200)
      }
    agent.destroy()
    await nothingWritten()
  })

  test('a cursor that is none of ours is 422 in every list', async () => {
    const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    for (const list of ['bookings', 'referrals', 'links', 'referrers', 'offices', 'services'])
      for (const cursor of ['x', made(['abc', 'x']), made([null, 'x']), made([1, 2]), made({}), made([1, '\ud800'])]) {
        const { status } = await ask(stack.url, `GET /api/v1/${list}?cursor=${cursor}`, { key: ours.key })
        expect(status, `${list} ${cursor}`).toBe(422)
      }
  })

  test('an NPI with a wrong check digit is refused and says so beside its field', async () => {
    for (const npi of [
      '1234567890',
      '1234567898',
      '0123456789',
      '123456789',
      '12345678933',
      'abcdefghij',
      1234567893,
    ]) {
      const answer = await post('/referrers', { name: 'Dr Wrong', npi, office: { name: 'Somewhere' } })
      expect(answer.status, String(npi)).toBe(422)
      expect(answer.body.errors).toEqual([{ field: 'npi', detail: expect.any(String) }])
    }
    await nothingWritten()
  })
})

describe('methods', () => {
  test('that a page does not know are 405, and say which it does', async () => {
    for (const path of ['/', `/p/${ours.slug}`, '/visit', '/api/docs', '/problems', '/practice/stats'])
      for (const method of ['PUT', 'PATCH', 'DELETE']) {
        const answer = await fetch(stack.url + path, { method, redirect: 'manual' })
        expect([path, method, answer.status, answer.headers.get('allow')]).toEqual([
          path,
          method,
          405,
          'GET, HEAD, POST',
        ])
      }
  })
})

describe('forms', () => {
  const sent = (path: string, body: string, type?: string) =>
    fetch(`${stack.url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: type ? { 'Content-Type': type } : {},
      body: new TextEncoder().encode(body),
    })
  const FORM = 'application/x-www-form-urlencoded'
  const pages = () => ['/visit', `/p/${ours.slug}/${ours.service}/book/day`, '/practice/sign-out']

  test('what is no form is refused before a page reads it', async () => {
    for (const path of pages())
      for (const [body, type] of [
        ['{"reference":"K7M4HXR2"}', 'application/json'],
        ['reference=K7M4HXR2', 'text/plain'],
        ['reference=K7M4HXR2', undefined],
        ['x', 'multipart/form-data'],
        ['x', 'multipart/form-data; boundary=abc'],
      ] as const)
        expect((await sent(path, body, type)).status, `${path} ${type}`).toBe(415)
    await nothingWritten()
  })

  test('a form of 2 MB is refused with 413, one without fields says what is missing', async () => {
    for (const path of pages()) expect((await sent(path, `reference=${'x'.repeat(2_000_000)}`, FORM)).status).toBe(413)
    const empty = await sent('/visit', '')
    expect(empty.status).toBe(422)
    expect(await empty.text()).toContain('There is a problem')
    await nothingWritten()
  })
})

describe('bookings', () => {
  test('a slot in the past, a time that is not offered and a time that is none are refused', async () => {
    for (const [start, name] of [
      [new Date(Date.now() - 86_400_000).toISOString(), 'slot-past'],
      [new Date(Date.parse(slots[0]?.start ?? '') + 60_000).toISOString(), 'slot-unknown'],
      ['2126-01-01T10:00:00Z', 'slot-unknown'],
      ['tomorrow', 'invalid'],
    ]) {
      const answer = await book({ start })
      expect(answer.status, start).toBe(422)
      expect(answer.body.type).toBe(problem(name ?? ''))
    }
    await nothingWritten()
  })

  test('a taken slot is 409 with the nearest that are free, and these can be booked', async () => {
    const answer = await book({ start: slots[1]?.start, providerId: slots[1]?.providerId })
    expect(answer.status).toBe(409)
    expect(answer.body.type).toBe(problem('slot-taken'))
    const nearest = answer.body.nearest as Slot[]
    const free = (await slotsOf(stack.url, ours)).map((slot) => `${slot.start} ${slot.providerId}`)
    expect(nearest.length).toBeGreaterThan(0)
    for (const slot of nearest) expect(free).toContain(`${slot.start} ${slot.providerId}`)
    await nothingWritten()
  })

  test('no Idempotency-Key, an unknown service, a patient without a name', async () => {
    expect((await book({}, {})).body.type).toBe(problem('idempotency-key-required'))
    expect((await book({ service: 'nothing' })).body.type).toBe(problem('service-unknown'))
    expect((await book({ patient: { ...PATIENT, name: ' ' } })).status).toBe(422)
    expect((await book({ patient: { ...PATIENT, phone: '12' } })).status).toBe(422)
    expect((await book({ patient: { ...PATIENT, dateOfBirth: '2023-02-29' } })).status).toBe(422)
    await nothingWritten()
  })

  test('an e-mail address with what cannot be seen, and a language longer than any, are refused', async () => {
    for (const unseen of ['\u0000', '\u007f', '\u200b', '\u202e', '\u2066']) {
      const answer = await book({ patient: { ...PATIENT, email: `maria${unseen}@example.com` } })
      expect(answer.status, JSON.stringify(unseen)).toBe(422)
      expect(answer.body.errors).toEqual([{ field: 'patient/email', detail: expect.any(String) }])
    }
    const answer = await book({ locale: `en${'-abcdefgh'.repeat(4)}` })
    expect(answer.status).toBe(422)
    expect(answer.body.errors).toEqual([{ field: 'locale', detail: expect.any(String) }])
    await nothingWritten()
  })

  test('staff get to know of a code that is mistyped, unknown or not a code', async () => {
    const { code } = ours.link
    const typo = (code[0] === '0' ? '1' : '0') + code.slice(1)
    for (const path of ['/calls', '/bookings']) {
      const body = { service: ours.service, start: slots[4]?.start, patient: PATIENT, shareWithReferrer: false }
      const sent = (said: string) => (path === '/calls' ? { code: said } : { ...body, code: said })
      expect((await post(path, sent(typo))).body.type, path).toBe(problem('code-mistyped'))
      expect((await post(path, sent(unknownCode()))).body.type, path).toBe(problem('code-unknown'))
      expect((await post(path, sent('what'))).status, path).toBe(422)
    }
    await nothingWritten()
  })
})

describe('a card that leads nowhere still helps', () => {
  test.each([
    ['unknown', () => unknownCode(), 404],
    ['mistyped', () => ours.link.code.replace(/^./, (first) => (first === '0' ? '1' : '0')), 404],
    ['far too long', () => 'K'.repeat(2_000), 404],
  ])('a code that is %s gets a page with a field to try again', async (_, code, status) => {
    for (const prefix of ['/q/', '/r/', '/']) {
      const answer = await fetch(`${stack.url}${prefix}${code()}`, { redirect: 'manual' })
      expect(answer.status, prefix).toBe(status)
      expect(answer.headers.get('content-type')).toMatch(/html/)
      const page = await answer.text()
      expect(page).toMatch(/<form/)
      expect(page).toMatch(/<input/)
    }
    await nothingWritten()
  })

  test('what is mistyped reads otherwise than what nobody knows, by whichever address', async () => {
    const mistyped = ours.link.code.replace(/^./, (first) => (first === '0' ? '1' : '0'))
    for (const prefix of ['/q/', '/r/', '/']) {
      const answer = await fetch(`${stack.url}${prefix}${mistyped}`)
      expect(await answer.text(), prefix).toContain(en.code.mistyped)
      expect(answer.headers.get('allow'), prefix).toBeNull()
      expect(await (await fetch(`${stack.url}${prefix}${unknownCode()}`)).text(), prefix).toContain(en.code.unknown)
    }
    await nothingWritten()
  })

  test('a retired card leads to the practice, with its telephone', async () => {
    const page = await fetch(`${stack.url}/q/${retired.code}`)
    const text = await page.text()
    expect(page.status).toBeLessThan(500)
    expect(text).toContain('Practice ours')
    expect(text).toMatch(/href="tel:/)
  })

  test('other methods on a card are refused and not counted', async () => {
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await fetch(`${stack.url}/q/${ours.link.code}`, { method, redirect: 'manual' })).status, method).toBe(405)
    await nothingWritten()
  })

  test('a practice or service that is not there gets a page, not a stack trace', async () => {
    for (const path of [
      '/p/nobody',
      '/p/ours/nothing',
      '/nothing/at/all',
      '/p/..%2f..%2fetc',
      "/p/'%20or%201=1",
      '/q/%00',
    ]) {
      const answer = await fetch(`${stack.url}${path}`, { redirect: 'manual' })
      expect(answer.status, path).toBe(404)
      expect(await answer.text(), path).not.toMatch(/\bat .*\.(ts|mjs):\d+|SQLITE|Error:/)
    }
    await nothingWritten()
  })
})

/** A code whose check symbol is right and that nobody has given out. */
function unknownCode(): string {
  return '00000000' === ours.link.code ? '' : '00000000'
}

/** Sends a body without saying how long it will be. A server that has answered may cut off what is still coming. */
function sendInChunks(path: string, body: string): Promise<number | 'cut'> {
  return new Promise((resolve) => {
    const headers = {
      Authorization: `Bearer ${ours.key}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
      'Transfer-Encoding': 'chunked',
    }
    const request = send(`${stack.url}${path}`, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.setTimeout(30_000, () => request.destroy(new Error('no answer')))
    request.on('error', () => resolve('cut'))
    for (let at = 0; at < body.length; at += 64_000) request.write(body.slice(at, at + 64_000))
    request.end()
  })
}

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, askUntil } from './api.ts'
import { decodeQr } from './decoders.ts'
import { type Link, PATIENT, PHONE, scan, slotsOf, type TestPractice, testPractice } from './practice.ts'
import { type Stack, startStack } from './stack.ts'

let stack: Stack
let practice: TestPractice

beforeAll(async () => {
  stack = await startStack()
  practice = await testPractice(stack, 'northgate')
}, 120_000)
afterAll(() => stack?.stop())

const get = <T = Record<string, unknown>>(path: string, key: string | undefined = practice.key) =>
  ask<T>(stack.url, `GET /api/v1${path}` as 'GET /', { key })
const post = <T = Record<string, unknown>>(path: string, body: unknown, headers: Record<string, string> = {}) =>
  ask<T>(stack.url, `POST /api/v1${path}` as 'POST /', { key: practice.key, body, headers })
const text = expect.any(String)
const number = expect.any(Number)
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

describe('the practice and its referrers', () => {
  test('services are listed; the first is booked online and has ten or more free slots in 30 days', async () => {
    const { status, body } = await get<{ items: { mode: string }[]; next: unknown }>('/services')
    expect(status).toBe(200)
    expect(body.next).toBe(null)
    expect(body.items.length).toBe(6)
    for (const service of body.items)
      expect(service).toMatchObject({
        id: text,
        slug: text,
        name: text,
        mode: expect.stringMatching(/^(request|book|elsewhere)$/),
      })
    expect(body.items[0]?.mode).toBe('book')

    const slots = await slotsOf(stack.url, practice)
    expect(slots.length).toBeGreaterThanOrEqual(10)
    for (const slot of slots) {
      expect(slot).toEqual({ start: text, end: text, timezone: text, providerId: text, locationId: text })
      expect(slot.start).toMatch(INSTANT)
      expect(Date.parse(slot.end)).toBeGreaterThan(Date.parse(slot.start))
      expect(Date.parse(slot.start)).toBeGreaterThan(Date.now())
    }
    expect(slots.map((slot) => Date.parse(slot.start))).toEqual(
      slots.map((slot) => Date.parse(slot.start)).toSorted((a, b) => a - b),
    )
  })

  test('an office and a referrer are created and found again, page by page', async () => {
    const office = await post('/offices', { name: 'Harbor Internal Medicine', phone: '(312) 555-0143' })
    expect(office.status).toBe(201)
    expect(office.body).toMatchObject({ id: text, officeId: office.body.id })

    const referrer = await post('/referrers', {
      name: 'Dr Ines Castellan',
      npi: '2987654326',
      officeId: office.body.id,
    })
    expect(referrer.status).toBe(201)
    expect(referrer.body).toMatchObject({ id: text, officeId: office.body.id })

    const second = await post('/referrers', { name: 'Dr Second Page', office: { name: 'Elsewhere Clinic' } })
    expect(second.status).toBe(201)
    expect(second.body.officeId).not.toBe(office.body.id)

    for (const path of ['/referrers', '/offices']) {
      const names: string[] = []
      let cursor = ''
      for (let page = 0; page < 20; page++) {
        const { status, body } = await get<{ items: { id: string; name: string }[]; next: string | null }>(
          `${path}?limit=1${cursor}`,
        )
        expect(status).toBe(200)
        expect(body.items.length).toBe(1)
        names.push(...body.items.map((item) => item.name))
        if (body.next === null) break
        cursor = `&cursor=${encodeURIComponent(body.next)}`
      }
      expect(new Set(names).size).toBe(names.length)
      expect(names.length).toBe(3)
    }
  })

  test('the same NPI twice in a practice is refused and names whose it is', async () => {
    const again = await post('/referrers', { name: 'Dr Same Number', npi: '2000000002', office: { name: 'X' } })
    expect(again.status).toBe(409)
    expect(again.body).toMatchObject({
      type: `${stack.publicUrl}/problems/npi-taken`,
      referrerId: practice.referrer.id,
    })
  })
})

describe('links', () => {
  test('a link answers with its code, its addresses and its state, and is listed', async () => {
    const { code, display, url, qrUrl, landingUrl } = practice.link
    expect(practice.link).toMatchObject({ id: text, state: 'active' })
    expect(code).toMatch(/^[0124789CFHKLMRXY]{8}$/)
    expect(display).toBe(`${code.slice(0, 4)}-${code.slice(4)}`)
    expect(qrUrl).toBe(`${stack.publicUrl.toUpperCase()}/Q/${code}`)
    expect(url).toBe(`${stack.publicUrl}/r/${code}`)
    expect(landingUrl).toBe(`${stack.publicUrl}/p/${practice.slug}/${practice.service}`)

    const list = await get<{ items: Link[]; next: null }>('/links')
    expect(list.status).toBe(200)
    expect(list.body.items.map((link) => link.code)).toContain(code)
  })

  test('the QR code is served as SVG and PNG in the size asked for, and both decoders read the address', async () => {
    const svg = await fetch(`${stack.url}/api/v1/links/${practice.link.id}/qr.svg`, {
      headers: { Authorization: `Bearer ${practice.key}` },
    })
    expect(svg.status).toBe(200)
    expect(svg.headers.get('content-type')).toMatch(/^image\/svg\+xml/)
    expect(await svg.text()).toMatch(/^<svg|^<\?xml/)

    for (const size of [128, 1024, 4096]) {
      const png = await fetch(`${stack.url}/api/v1/links/${practice.link.id}/qr.png?size=${size}`, {
        headers: { Authorization: `Bearer ${practice.key}` },
      })
      expect(png.status).toBe(200)
      expect(png.headers.get('content-type')).toBe('image/png')
      const bytes = new Uint8Array(await png.arrayBuffer())
      expect(new DataView(bytes.buffer).getUint32(16)).toBe(size)
      if (size < 4096) expect(await decodeQr(bytes)).toEqual({ jsqr: practice.link.qrUrl, zxing: practice.link.qrUrl })
    }
    for (const size of [127, 4097, 'x'])
      expect((await get(`/links/${practice.link.id}/qr.png?size=${size}`)).status).toBe(422)
  })

  test('an alias opens the same page as its code, and nobody else gets it', async () => {
    const body = {
      officeId: practice.office.id,
      service: practice.service,
      channel: 'poster',
      alias: 'northgate-knees',
    }
    const made = await post<Link>('/links', body)
    expect(made.status).toBe(201)
    const hit = await ask(stack.url, 'GET /r/northgate-knees')
    expect(hit.status).toBe(302)
    expect((await post('/links', body)).status).toBe(409)
  })

  test('a retired link is retired once and for all, and still helps whoever holds its card', async () => {
    const made = await post<Link>('/links', {
      officeId: practice.office.id,
      service: practice.service,
      channel: 'letter',
    })
    const retired = await post<Link>(`/links/${made.body.id}/retirement`, {})
    expect([200, 201]).toContain(retired.status)
    expect(retired.body.state).toBe('retired')
    const page = await fetch(`${stack.url}/q/${made.body.code}`, { headers: { Accept: 'text/html' } })
    expect(await page.text()).toContain('Practice northgate')
  })
})

describe('a scan', () => {
  test('every way of asking for a code leads to the landing page, uncached, with a receipt of its own', async () => {
    const { code, display, landingUrl } = practice.link
    const receipts = new Set<string>()
    const ways = [
      `/q/${code}`,
      `/Q/${code.toLowerCase()}`,
      `/r/${code}`,
      `/${code}`,
      `/${display}`,
      `/${display.toLowerCase()}`,
    ]
    for (const path of ways) {
      const { status, headers } = await ask(stack.url, `GET ${path}` as 'GET /')
      expect(status, path).toBe(302)
      const location = new URL(headers.get('location') ?? '', stack.url)
      expect(location.pathname).toBe(new URL(landingUrl).pathname)
      receipts.add(location.searchParams.get('s') ?? '')
      expect(headers.get('cache-control')).toContain('no-store')
      expect(headers.get('x-robots-tag')).toContain('noindex')
    }
    expect(receipts.size).toBe(ways.length)
    const head = await fetch(`${stack.url}/q/${code}`, { method: 'HEAD', redirect: 'manual' })
    expect(head.status).toBe(302)
  })

  test('is in the stats as one; HEAD, prefetch and bots are counted apart', async () => {
    const { key, link } = await testPractice(stack, 'southgate')
    const card = `${stack.url}/q/${link.code}`
    for (const headers of [
      { 'User-Agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
      { 'User-Agent': PHONE, 'Sec-Purpose': 'prefetch' },
      { 'User-Agent': 'WhatsApp/2.23.20.0' },
    ])
      await fetch(card, { redirect: 'manual', headers })
    await fetch(card, { redirect: 'manual', method: 'HEAD', headers: { 'User-Agent': PHONE } })
    expect((await scan(stack.url, link.code)).status).toBe(302)
    const after = await askUntil(
      () => summary(key),
      ({ totals }) => totals.hits === 5,
      30_000,
    )
    expect(after.totals).toMatchObject({ hits: 5, scans: 1, visits: 0 })
    expect(after.excluded).toMatchObject({ bot: 1, prefetch: 1, head: 1, preview: 1 })
  })

  test('is in the stats within three seconds', async () => {
    const { key, link } = await testPractice(stack, 'eastgate')
    const took: number[] = []
    for (const scans of [1, 2, 3]) {
      expect((await scan(stack.url, link.code)).status).toBe(302)
      const asked = performance.now()
      await askUntil(
        () => summary(key),
        ({ totals }) => totals.scans === scans,
        30_000,
      )
      took.push(performance.now() - asked)
    }
    // The quickest of three: the others may have waited for what else the machine does.
    expect(Math.min(...took)).toBeLessThan(3_000)
  })
})

interface Summary {
  from: string
  to: string
  timezone: string
  totals: Record<'hits' | 'scans' | 'visits' | 'calls' | 'referrals' | 'bookings' | 'seen', number>
  excluded: Record<string, number>
  evidence: Record<string, number>
  coverage: { known: number; all: number }
}
const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Chicago' }).format(new Date())
const summary = async (key = practice.key) =>
  (await get<Summary>(`/stats/summary?from=${today()}&to=${today()}`, key)).body

describe('bookings, calls and the stats that follow', () => {
  test('a public booking is made once for its key, and another body for that key is refused', async () => {
    const [slot] = await slotsOf(stack.url, practice)
    const { receipt } = await scan(stack.url, practice.link.code)
    const body = {
      service: practice.service,
      start: slot?.start,
      providerId: slot?.providerId,
      patient: PATIENT,
      reason: 'Knee pain when climbing stairs',
      receipt,
      shareWithReferrer: true,
      locale: 'en',
    }
    const book = (key: string, sent: object = body) =>
      ask(stack.url, `POST /api/v1/practices/${practice.slug}/bookings`, {
        body: sent,
        headers: { 'Idempotency-Key': key },
      })
    const key = randomUUID()
    const made = await book(key)
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect(made.body).toMatchObject({ id: text, reference: text, start: text, manageUrl: text })
    expect(Date.parse(String(made.body.start))).toBe(Date.parse(slot?.start ?? ''))

    const again = await book(key)
    expect(again.status).toBe(201)
    expect(again.body).toEqual(made.body)

    const other = await book(key, { ...body, reason: 'Something else' })
    expect(other.status).toBe(422)
    expect(other.body.type).toBe(`${stack.publicUrl}/problems/key-reused`)

    const taken = await book(randomUUID())
    expect(taken.status).toBe(409)
    expect(taken.body.type).toBe(`${stack.publicUrl}/problems/slot-taken`)
    expect((taken.body.nearest as unknown[]).length).toBeGreaterThan(0)
    const left = await slotsOf(stack.url, practice)
    expect(left.some((free) => free.start === slot?.start && free.providerId === slot?.providerId)).toBe(false)
  })

  test('staff log a call and book with the spoken code, and mark the patient as seen', async () => {
    const before = await summary()
    const call = await post('/calls', { code: practice.link.display.toLowerCase(), note: 'asked about parking' })
    expect(call.status, JSON.stringify(call.body)).toBe(201)
    expect(call.body).toMatchObject({ id: text })

    const slot = (await slotsOf(stack.url, practice)).at(-1)
    const booking = await post('/bookings', {
      service: practice.service,
      start: slot?.start,
      providerId: slot?.providerId,
      patient: { name: 'Tomasz Wieczorek', phone: '312 555 0178' },
      code: practice.link.display,
      shareWithReferrer: false,
    })
    expect(booking.status, JSON.stringify(booking.body)).toBe(201)
    const attendance = await post(`/bookings/${booking.body.id}/attendance`, {})
    expect([200, 201]).toContain(attendance.status)

    const after = await summary()
    expect(after.totals.calls).toBe(before.totals.calls + 1)
    expect(after.totals.bookings).toBe(before.totals.bookings + 1)
    expect(after.totals.referrals).toBe(before.totals.referrals + 1)
    expect(after.totals.seen).toBe(before.totals.seen + 1)
    expect(after.evidence.code).toBe((before.evidence.code ?? 0) + 1)
  })

  test('the summary, the referrers and the series have the shapes of the contract and agree', async () => {
    const whole = await summary()
    expect(whole).toMatchObject({
      from: today(),
      to: today(),
      timezone: 'America/Chicago',
      totals: {
        hits: number,
        scans: number,
        visits: number,
        calls: number,
        referrals: number,
        bookings: number,
        seen: number,
      },
      excluded: expect.objectContaining({}),
      evidence: expect.objectContaining({}),
      coverage: { known: number, all: number },
    })

    type Row = Record<'scans' | 'bookings' | 'referrals' | 'calls' | 'seen' | 'visits', number> & { referrerId: string }
    const referrers = await get<{ rows: Row[] }>(`/stats/referrers?from=${today()}&to=${today()}&compare=previous`)
    expect(referrers.status).toBe(200)
    const row = referrers.body.rows.find((one) => one.referrerId === practice.referrer.id)
    expect(row).toMatchObject({
      officeId: practice.office.id,
      name: practice.referrer.name,
      office: practice.office.name,
      conversion: { n: number, of: number, low: number, high: number },
      bookings: 2,
      referrals: 2,
      calls: 1,
    })
    expect(row).toHaveProperty('trend')
    for (const measure of ['scans', 'visits', 'calls', 'referrals', 'bookings', 'seen'] as const)
      expect(
        referrers.body.rows.reduce((sum, one) => sum + one[measure], 0),
        measure,
      ).toBe(whole.totals[measure])

    for (const interval of ['hour', 'day', 'week', 'month']) {
      const series = await get<{ points: (Row & { start: string })[] }>(
        `/stats/timeseries?from=${today()}&to=${today()}&interval=${interval}`,
      )
      expect(series.status, interval).toBe(200)
      for (const point of series.body.points)
        expect(point).toEqual({
          start: text,
          scans: number,
          visits: number,
          calls: number,
          referrals: number,
          bookings: number,
          seen: number,
          callStarts: number,
        })
      expect(series.body.points.reduce((sum, one) => sum + one.scans, 0)).toBe(whole.totals.scans)
      expect(series.body.points.reduce((sum, one) => sum + one.bookings, 0)).toBe(whole.totals.bookings)
    }
  })
})

describe('the public addresses', () => {
  test.each([
    ['/', 200, /html/],
    ['/p/northgate', 200, /html/],
    ['/p/northgate/consultation', 200, /html/],
    ['/visit', 200, /html/],
    ['/healthz', 200, /./],
    ['/readyz', 200, /./],
    ['/api/docs', 200, /html/],
    ['/api/v1/openapi.json', 200, /json/],
    ['/problems/slot-taken', 200, /html/],
    ['/p/nobody', 404, /html/],
    ['/p/northgate/nothing', 404, /html/],
    ['/problems/nothing', 404, /html/],
    ['/api/v1/nothing', 404, /problem\+json/],
  ])('%s answers %i', async (path, status, type) => {
    const answer = await fetch(`${stack.url}${path}`, { redirect: 'manual', headers: { Accept: 'text/html' } })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toMatch(type)
  })

  test('every page forbids strangers: a strict policy, no referrer, no sniffing, nothing stored', async () => {
    for (const path of ['/', '/p/northgate', '/p/northgate/consultation', '/visit', '/p/nobody', '/practice/stats']) {
      const { headers } = await fetch(`${stack.url}${path}`)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy, path).toMatch(/default-src '(self|none)'/)
      expect(policy, path).not.toMatch(/unsafe|\*|https?:/)
      expect(headers.get('referrer-policy'), path).toBe('no-referrer')
      expect(headers.get('x-content-type-options'), path).toBe('nosniff')
      expect(headers.get('cache-control'), path).toContain('no-store')
    }
  })

  test('the description of the API names every address of the contract', async () => {
    const { body } = await get<{ openapi: string; paths: Record<string, Record<string, unknown>> }>('/openapi.json')
    expect(body.openapi).toMatch(/^3\.1/)
    const described = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replace(/^\/api\/v1/, '').replace(/\{\w+\}/g, '…')}`,
      ),
    )
    expect(described).toEqual(
      expect.arrayContaining([
        'GET /services',
        'GET /offices',
        'POST /offices',
        'GET /referrers',
        'POST /referrers',
        'GET /links',
        'POST /links',
        'POST /links/…/retirement',
        'GET /links/…/qr.svg',
        'GET /links/…/qr.png',
        'PATCH /services/…',
        'GET /services/…/hours',
        'PUT /services/…/hours',
        'GET /hour-exceptions',
        'POST /hour-exceptions',
        'DELETE /hour-exceptions/…',
        'GET /calendar-feeds',
        'POST /calendar-feeds',
        'DELETE /calendar-feeds/…',
        'GET /practices/…/services/…/slots',
        'POST /practices/…/bookings',
        'POST /calls',
        'POST /bookings',
        'POST /bookings/…/attendance',
        'GET /stats/summary',
        'GET /stats/referrers',
        'GET /stats/timeseries',
      ]),
    )
  })
})

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, askUntil } from '../api.ts'
import { openBrowser, strangersOf, visitor } from '../browser.ts'
import { decodeQr } from '../decoders.ts'
import { type Installation, install } from '../installation.ts'
import { type Link, slotsOf } from '../practice.ts'
import { bookAsPatient, referenceOn } from './patient.ts'

/*
 * One card's whole way, on real parts: the commands that an operator runs, the production build, a real database, a
 * real browser. The figures at the end are exact: this practice has had one scan and nothing else.
 */

let site: Installation
let browser: Browser

beforeAll(async () => {
  ;[site, browser] = await Promise.all([install(), openBrowser()])
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await site?.remove()
}, 60_000)

const DOCTOR = 'Dr Amara Okonjo-Świątek'
const OFFICE = 'Riverside Family Medicine'

test('a card is scanned, two appointments and a call come of it, and the stats credit whom the card names', async () => {
  const said = await site.admin(
    ...['practice', 'create', '--name', 'Hollis Spine & Joint', '--slug', 'hollis', '--timezone', 'America/Denver'],
    ...['--demo', '--json'],
  )
  const made: { practice: { id: string; slug: string }; apiKey: string; signInUrl: string } = JSON.parse(said)
  expect(made).toEqual({
    practice: { id: expect.any(String), slug: 'hollis' },
    apiKey: expect.any(String),
    signInUrl: expect.stringMatching(`^${site.url}/practice/sign-in/`),
  })
  const key = made.apiKey
  const api = <T>(request: Parameters<typeof ask>[1], body?: unknown) => ask<T>(site.url, request, { key, body })

  // The practice prints a card for a doctor.
  const referrer = await api<{ id: string; officeId: string }>('POST /api/v1/referrers', {
    name: DOCTOR,
    npi: '2000000002',
    office: { name: OFFICE },
  })
  expect(referrer.status).toBe(201)
  const services = await api<{ items: { slug: string; name: string }[] }>('GET /api/v1/services')
  const service = services.body.items[0]
  const link = await api<Link>('POST /api/v1/links', {
    referrerId: referrer.body.id,
    service: service?.slug,
    channel: 'card',
  })
  expect(link.status).toBe(201)
  const png = await fetch(`${site.url}/api/v1/links/${link.body.id}/qr.png?size=1024`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  const decoded = await decodeQr(new Uint8Array(await png.arrayBuffer()))
  expect(decoded.jsqr).toBe(link.body.qrUrl)
  expect(decoded.zxing).toBe(link.body.qrUrl)
  expect(decoded.jsqr).toBe(`${site.url.toUpperCase()}/Q/${link.body.code}`)

  // A patient scans it, with a phone that runs no JavaScript, and books.
  const phone = await visitor(browser, { javaScript: false, timezone: 'Asia/Tokyo' })
  const strangers = strangersOf(phone, site.url)
  const addresses: string[] = []
  phone.on('request', (request) => addresses.push(request.url()))
  const page = await phone.newPage()
  const landed = await page.goto(decoded.jsqr ?? '')
  expect(landed?.status()).toBe(200)
  expect(new URL(page.url()).pathname).toBe(`/p/hollis/${service?.slug}`)
  const landing = await page.innerText('body')
  for (const named of [DOCTOR, OFFICE, 'Hollis Spine & Joint', link.body.display]) expect(landing).toContain(named)
  const pages = await bookAsPatient(page, {
    name: 'Maria Delgado-Hughes',
    email: 'maria.delgado@example.com',
    dateOfBirth: '1961-02-28',
    share: true,
  })
  expect(pages.length).toBeGreaterThan(4)
  const reference = await referenceOn(page)
  expect(strangers).toEqual([])
  expect(addresses.filter((address) => /maria|delgado|1961/i.test(address))).toEqual([])
  await phone.close()

  // Another patient calls and says the code: the desk logs the call and books.
  expect((await api('POST /api/v1/calls', { code: link.body.display.toLowerCase() })).status).toBe(201)
  const free = await slotsOf(site.url, { slug: 'hollis', service: service?.slug ?? '' })
  const desk = await api<{ id: string; reference: string }>('POST /api/v1/bookings', {
    service: service?.slug,
    start: free.at(-1)?.start,
    providerId: free.at(-1)?.providerId,
    patient: { name: 'Tomasz Wieczorek', phone: '(312) 555-0178', dateOfBirth: '1948-11-03' },
    code: link.body.display,
    shareWithReferrer: false,
  })
  expect(desk.status, JSON.stringify(desk.body)).toBe(201)
  expect(desk.body.reference.replace('-', '')).not.toBe(reference.replace('-', ''))
  const attended = await api(`POST /api/v1/bookings/${desk.body.id}/attendance`, {})
  expect(attended.status).toBeLessThan(300)

  // The API says exactly what happened.
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Denver' }).format(new Date())
  interface Summary {
    totals: Record<string, number>
    evidence: Record<string, number>
    coverage: { known: number; all: number }
  }
  const summary = await askUntil(
    () => api<Summary>(`GET /api/v1/stats/summary?from=${day}&to=${day}`),
    ({ body }) => body.totals.visits === 1,
    30_000,
  )
  const exactly = { scans: 1, visits: 1, calls: 1, referrals: 2, bookings: 2, seen: 1 }
  expect(summary.body.totals).toMatchObject({ hits: 1, ...exactly })
  const proven = Object.entries(summary.body.evidence).filter(([, n]) => n > 0)
  expect(Object.fromEntries(proven)).toEqual({ visit: 1, code: 1 })
  expect(summary.body.coverage).toEqual({ known: 2, all: 2 })
  interface Rows {
    rows: ({ referrerId: string; name: string } & Record<string, unknown>)[]
  }
  const referrers = await api<Rows>(`GET /api/v1/stats/referrers?from=${day}&to=${day}&compare=previous`)
  expect(referrers.body.rows.length).toBe(1)
  expect(referrers.body.rows[0]).toMatchObject({
    referrerId: referrer.body.id,
    name: DOCTOR,
    office: OFFICE,
    ...exactly,
  })

  // And so does the page, to the member of staff who holds the printed link.
  const desktop = await visitor(browser, { width: 1280, height: 900 })
  const staffStrangers = strangersOf(desktop, site.url)
  const staff = await desktop.newPage()
  await staff.goto(made.signInUrl)
  expect(new URL(staff.url()).pathname).toBe('/practice/stats')
  const shown = await staff.innerText('main')
  expect(shown).toContain(DOCTOR)
  for (const [word, n] of [
    ['Referred patients', 2],
    ['Scans', 1],
    ['Bookings', 2],
    ['Seen', 1],
  ])
    expect(shown).toMatch(new RegExp(`${word}\\s+${n}\\b`, 'i'))
  expect(shown).not.toMatch(/Delgado|Wieczorek/)
  expect(staffStrangers).toEqual([])

  // The printed link works once.
  const stranger = await (await visitor(browser)).newPage()
  await stranger.goto(made.signInUrl)
  expect(await stranger.innerText('body')).not.toContain(DOCTOR)
  await desktop.close()

  expect(JSON.parse(await site.admin('recount', '--json'))).toMatchObject({ differences: 0 })
}, 180_000)

test('Ctrl-C leaves no process behind and loses nothing: the second start shows the same', async () => {
  await site.stop()
  const again = await install({ dataDir: site.dataDir })
  try {
    expect(JSON.parse(await again.admin('recount', '--json'))).toMatchObject({ differences: 0 })
  } finally {
    await again.stop()
  }
}, 120_000)

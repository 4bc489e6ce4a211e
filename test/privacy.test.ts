import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from './api.ts'
import { openBrowser, visitor } from './browser.ts'
import { type Installation, install } from './installation.ts'
import { bookAsPatient, goOnAsPatient, referenceOn } from './journeys/patient.ts'
import { type Link, scan, slotsOf } from './practice.ts'

/*
 * Words that occur nowhere else are typed into every field that a patient or the desk has, in good requests and bad
 * ones. None may turn up outside the running program: not in a file of DATA_DIR (database, its log, scan log, copies),
 * not in what the program prints, not in an address, not in an error.
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

/** Half of it is letters that names may have; in the forms in which they could be stored as well. */
const CANARIES = {
  name: 'Zephyrina Quokkabottom',
  secondName: 'Xanthippe Wobblegong',
  email: 'quokkabottom.canary@example.com',
  phone: '(312) 555-0187',
  dateOfBirth: '1931-10-07',
  reason: 'snarklebone clicks at night',
  stated: 'Dr Plumbusworth',
  note: 'flimflamming about the parking',
}

/** What a telephone says of itself without being asked: its make, its address, where it is. */
const PHONE_SAYS = {
  'User-Agent':
    'Mozilla/5.0 (Linux; Android 14; GRUMBLEFINK-77 Build/UP1A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.7258.158 Mobile Safari/537.36',
  'X-Forwarded-For': '203.0.113.77',
  'CF-Connecting-IP': '203.0.113.77',
  'CF-IPLatitude': '41.88113',
  'Accept-Language': 'qya-ME',
}
const TRACES = [
  /zephyrina|quokkabottom|xanthippe|wobblegong/i,
  /312\D{0,3}555\D{0,2}0187/,
  /1931-10-07|10\/7\/1931|7\.10\.1931/,
  /snarklebone|plumbusworth|flimflamming/i,
  /grumblefink|139\.0\.7258|203\.0\.113\.77|41\.88113|qya-ME/i,
]
const traced = (text: string) => TRACES.filter((trace) => trace.test(text)).map(String)

test('what patients type is found in no file, no output, no address and no error', async () => {
  const made: { apiKey: string; signInUrl: string } = JSON.parse(
    await site.admin(
      'practice',
      'create',
      '--name',
      'Canary',
      '--slug',
      'canary',
      '--timezone',
      'America/Chicago',
      '--demo',
      '--json',
    ),
  )
  const key = made.apiKey
  const errors: string[] = []
  const addresses: string[] = []
  const tell = async (request: Parameters<typeof ask>[1], body: unknown, headers: Record<string, string> = {}) => {
    const answer = await ask(site.url, request, { key, body, headers })
    if (answer.status >= 400) errors.push(JSON.stringify(answer.body))
    return answer
  }
  const service = 'consultation'
  const link = (await tell('POST /api/v1/links', {
    officeId: (await tell('POST /api/v1/offices', { name: 'Riverside Control' })).body.id,
    service,
    channel: 'card',
  })) as { body: unknown } as { body: Link }

  // Through the pages, with a page of mistakes on the way.
  const phone = await visitor(browser, { javaScript: false })
  phone.on('request', (request) => addresses.push(request.url()))
  const page = await phone.newPage()
  await page.goto(link.body.url)
  const person = { ...CANARIES, share: true }
  await bookAsPatient(page, { ...person, email: 'quokkabottom.canary@@example' }).catch(() => {})
  expect(await page.title()).toMatch(/^Error:/)
  await goOnAsPatient(page, person)
  const reference = await referenceOn(page)
  await phone.close()

  // Through the API: good, replayed, taken, past, broken.
  const slots = await slotsOf(site.url, { slug: 'canary', service })
  const { receipt } = await scan(site.url, link.body.code, PHONE_SAYS)
  const visit = { method: 'POST', body: receipt, headers: PHONE_SAYS }
  expect((await fetch(`${site.url}/visits?p=canary`, visit)).status).toBe(204)
  for (const method of ['HEAD', 'PUT']) {
    const tried = await fetch(`${site.url}/q/${link.body.code}`, { method, redirect: 'manual', headers: PHONE_SAYS })
    expect(tried.status).toBe(method === 'HEAD' ? 302 : 405)
  }
  const patient = {
    name: CANARIES.name,
    email: CANARIES.email,
    phone: CANARIES.phone,
    dateOfBirth: CANARIES.dateOfBirth,
  }
  const body = {
    ...{ service, start: slots[3]?.start, providerId: slots[3]?.providerId, patient, reason: CANARIES.reason },
    ...{ receipt, statedReferrer: CANARIES.stated, shareWithReferrer: true, locale: 'en' },
  }
  const publicly = (sent: unknown, idempotencyKey: string = randomUUID()) =>
    tell('POST /api/v1/practices/canary/bookings', sent, { 'Idempotency-Key': idempotencyKey })
  const once = randomUUID()
  expect((await publicly(body, once)).status).toBe(201)
  expect((await publicly(body, once)).status).toBe(201)
  await publicly({ ...body, reason: `${CANARIES.reason} again` }, once)
  await publicly(body)
  await publicly({ ...body, start: '2020-01-01T10:00:00Z' })
  await publicly({ ...body, start: CANARIES.reason })
  await publicly({ ...body, service: CANARIES.name })
  await publicly({
    ...body,
    patient: { ...patient, email: CANARIES.reason, dateOfBirth: CANARIES.name, phone: CANARIES.email },
  })
  await publicly({ ...body, locale: CANARIES.name, receipt: CANARIES.name, code: CANARIES.name })
  await publicly(`${JSON.stringify(body).slice(0, -1)},`)
  const desk = {
    service,
    start: slots.at(-2)?.start,
    providerId: slots.at(-2)?.providerId,
    code: link.body.code,
    shareWithReferrer: false,
  }
  const booked = await tell('POST /api/v1/bookings', {
    ...desk,
    patient: { ...patient, name: CANARIES.secondName },
    reason: CANARIES.reason,
  })
  expect(booked.status, JSON.stringify(booked.body)).toBe(201)
  await tell('POST /api/v1/bookings', { ...desk, patient: { ...patient, name: CANARIES.secondName } })
  expect((await tell('POST /api/v1/calls', { code: link.body.code, note: CANARIES.note })).status).toBe(201)
  await tell('POST /api/v1/calls', { code: CANARIES.name, note: CANARIES.note })
  await tell(`POST /api/v1/bookings/${booked.body.id}/attendance`, {})

  // The errors that follow from a database that hangs up are printed by somebody, perhaps with what was asked of it.
  expect(errors.length).toBeGreaterThan(8)
  expect(errors.flatMap(traced)).toEqual([])
  expect(addresses.flatMap(traced)).toEqual([])

  // A visit is found again by its reference and date of birth, in a body and not in an address.
  expect(reference).toMatch(/\w{4}/)

  // While it runs the newest rows are in the database's log, afterwards in the database.
  lookThrough(filesIn(site.dataDir))
  await site.stop()
  lookThrough(filesIn(site.dataDir))
  expect(traced(site.output())).toEqual([])
}, 180_000)

function lookThrough(files: string[]) {
  const found: string[] = []
  let controls = 0
  for (const file of files) {
    const content = contentOf(file)
    if (!content) continue
    // As one byte a character and as two: SQLite may hold either.
    for (const text of [content.toString('latin1'), content.toString('utf16le')]) {
      found.push(...traced(text).map((trace) => `${file}: ${trace}`))
      // An office is no patient, and is stored as it stands: if it is not found, nothing would be.
      if (text.includes('Riverside Control')) controls++
    }
  }
  expect(controls).toBeGreaterThan(0)
  expect(found).toEqual([])
}

/** Undefined for what has gone meanwhile: a log file whose rows have just moved into the database, and are found there. */
function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

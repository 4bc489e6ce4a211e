import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, ask } from './api.ts'
import { openBrowser, visitor } from './browser.ts'
import { CANARIES, canariesBelow, canariesIn, contentOf } from './canary.ts'
import { everyWrite } from './every-write.ts'
import { type Installation, install } from './installation.ts'
import { bookAsPatient, goOnAsPatient, referenceOn } from './journeys/patient.ts'
import { type Link, scan, slotsOf, testPractice } from './practice.ts'
import { walked } from './proof/walker.ts'
import { type Stack, startStack } from './stack.ts'

/*
 * Words that occur nowhere else are typed into every field that a patient or the desk has, in good requests and bad
 * ones. None may turn up outside the running program: not in a file of DATA_DIR (database, its log, scan log, copies),
 * not in what the program prints, not in an address or a header, not in an error. In what forms they are looked for, and
 * that a leak would be found, is in test/canary.ts and its test.
 */

let site: Installation
let stack: Stack
let browser: Browser
const logged: string[] = []

beforeAll(async () => {
  site = await install()
  ;[stack, browser] = await Promise.all([startStack({ progress: (line) => logged.push(line) }), openBrowser()])
}, 240_000)
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
  await site?.remove()
}, 60_000)

/** What a telephone says of itself without being asked: its make, its address, where it is. */
const PHONE_SAYS = {
  'User-Agent':
    'Mozilla/5.0 (Linux; Android 14; GRUMBLEFINK-77 Build/UP1A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.7258.158 Mobile Safari/537.36',
  'X-Forwarded-For': '203.0.113.77',
  'CF-Connecting-IP': '203.0.113.77',
  'CF-IPLatitude': '41.88113',
  'Accept-Language': 'qya-ME',
}
const SAID = /grumblefink|139\.0\.7258|203\.0\.113\.77|41\.88113|qya-ME/i

const PATIENT = {
  name: CANARIES.name,
  email: CANARIES.email,
  phone: CANARIES.phone,
  dateOfBirth: CANARIES.dateOfBirth,
}

/** What answers said beyond what was asked for: every header, and the whole of an error. */
function listener() {
  const heard: string[] = []
  const hear = (name: string, status: number, headers: Iterable<[string, string]>, body: string) => {
    const told = [...headers].map(([header, value]) => `${header}: ${value}`).join('\n')
    for (const what of canariesIn(told)) heard.push(`${name}, a header: ${what}`)
    if (status >= 400) for (const what of canariesIn(body)) heard.push(`${name}, answered ${status}: ${what}`)
    if (status >= 400 && SAID.test(body + told)) heard.push(`${name}: what the telephone said`)
  }
  return { heard, hear }
}

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
  const { heard, hear } = listener()
  const refused = new Set<number>()
  const addresses: string[] = []
  const tell = async (
    request: Parameters<typeof ask>[1],
    body?: unknown,
    headers: Record<string, string> = {},
    as: string | undefined = key,
  ): Promise<Answer<Record<string, unknown>>> => {
    const answer = await ask(site.url, request, { key: as, body, headers })
    if (answer.status >= 400) refused.add(answer.status)
    hear(request, answer.status, answer.headers, JSON.stringify(answer.body))
    return answer
  }
  const page = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${site.url}${path}`, { redirect: 'manual', ...init })
    refused.add(answer.status)
    hear(path.split('?')[0] ?? '', answer.status, answer.headers, await answer.text())
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
  phone.on('response', async (answer) => {
    const all = await answer.headersArray().catch(() => [])
    hear(
      new URL(answer.url()).pathname,
      200,
      all.map(({ name, value }) => [name, value]),
      '',
    )
  })
  const tab = await phone.newPage()
  await tab.goto(link.body.url)
  const person = { ...CANARIES, share: true }
  await bookAsPatient(tab, { ...person, email: 'quokkabottom.canary@@example' }).catch(() => {})
  expect(await tab.title()).toMatch(/^Error:/)
  await goOnAsPatient(tab, person)
  const reference = await referenceOn(tab)
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
  const patient = PATIENT
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
  const calling = {
    ...{ service: 'spine', patient: { ...patient, actingName: CANARIES.secondName }, reason: CANARIES.reason },
    ...{ receipt, statedReferrer: CANARIES.stated, shareWithReferrer: true },
  }
  const request = (sent: unknown) =>
    tell('POST /api/v1/practices/canary/requests', sent, { 'Idempotency-Key': randomUUID() })
  const asked = await request(calling)
  expect(asked.status, JSON.stringify(asked.body)).toBe(201)
  await request({ ...calling, patient: { ...calling.patient, phone: CANARIES.name }, times: CANARIES.note })
  await tell(`POST /api/v1/requests/${asked.body.id}/outcome`, { outcome: CANARIES.note })
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

  // The desk: reasons of changes, notes, a patient erased and one who is not.
  const changed = `POST /api/v1/bookings/${booked.body.id}` as const
  await tell(`${changed}/no-show`, { reason: CANARIES.cancelled })
  await tell(`${changed}/cancellation`, { reason: CANARIES.cancelled, [CANARIES.name]: CANARIES.answer })
  const second = { ...desk, start: slots.at(-3)?.start, providerId: slots.at(-3)?.providerId }
  const keyed = { 'Idempotency-Key': randomUUID() }
  const other = { ...patient, name: CANARIES.actingName, email: CANARIES.secondEmail }
  const third = await tell('POST /api/v1/bookings', { ...second, patient: other, reason: CANARIES.answer }, keyed)
  expect(third.status).toBe(201)
  expect((await tell(`POST /api/v1/referrals/${third.body.referralId}/erasure`)).status).toBe(409)
  await tell(`POST /api/v1/bookings/${third.body.id}/cancellation`, { reason: CANARIES.cancelled })
  expect((await tell(`POST /api/v1/referrals/${third.body.referralId}/erasure`)).status).toBe(200)

  // Whatever is refused before it is read: another key, none, a method, a type, a size, half a body, no such thing.
  await tell('POST /api/v1/bookings', { ...desk, patient }, {}, `rlk_${encodeURIComponent(CANARIES.name)}`)
  await tell('POST /api/v1/bookings', { ...desk, patient }, {}, '')
  await tell('PUT /api/v1/bookings', { ...desk, patient })
  await tell('POST /api/v1/bookings', `patient=${CANARIES.name}`, { 'Content-Type': 'text/plain' })
  await tell('POST /api/v1/bookings', { ...desk, patient, reason: `${CANARIES.reason} `.repeat(5_000) })
  await tell('POST /api/v1/bookings', `{"patient":{"name":"${CANARIES.name}"`)
  await tell('POST /api/v1/bookings', { ...desk, patient: [CANARIES.name], [CANARIES.reason]: 1 })
  await tell(`POST /api/v1/bookings/${encodeURIComponent(CANARIES.name)}/arrival`, {})
  await tell(`GET /api/v1/bookings?status=${encodeURIComponent(CANARIES.name)}&cursor=${CANARIES.email}`)

  // The pages, refused likewise; answers that are gone; a reference tried too often.
  const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) })
  const typed = { ...PATIENT, told: CANARIES.stated, reason: CANARIES.reason }
  const steps = ['day', 'time', 'name', 'contact', 'date-of-birth', 'share', 'who-told-you', 'check', 'done', 'nothing']
  for (const step of steps) await page(`/p/canary/${service}/book/${step}`, form(typed))
  for (const step of steps)
    await page(`/p/canary/${service}/book/${step}`, {
      ...form(typed),
      headers: { Cookie: `rl_draft=${CANARIES.name}` },
    })
  await page('/visit', { method: 'POST', body: JSON.stringify(typed), headers: { 'Content-Type': 'application/json' } })
  await page('/visit', form({ name: `${CANARIES.name} `.repeat(6_000) }))
  await page('/visit', { ...form(typed), headers: { 'Sec-Fetch-Site': 'cross-site' } })
  await page('/visit', { method: 'PUT', body: CANARIES.name })
  for (let tries = 0; tries < 7; tries++)
    await page('/visit', form({ reference, 'birth-day': '1', 'birth-month': '1', 'birth-year': '1950', ...typed }))
  expect([...refused].toSorted()).toEqual(expect.arrayContaining([400, 401, 403, 404, 405, 409, 413, 415, 422, 429]))

  expect(heard).toEqual([])
  expect(addresses.flatMap((address) => canariesIn(address))).toEqual([])

  // A visit is found again by its reference and date of birth, in a body and not in an address.
  expect(reference).toMatch(/\w{4}/)

  // While it runs the newest rows are in the database's log, afterwards in the database.
  lookThrough(site.dataDir, 'Riverside Control')
  await site.stop()
  lookThrough(site.dataDir, 'Riverside Control')
  expect([...canariesIn(site.output()), SAID.exec(site.output())?.[0]]).toEqual([undefined])

  // The control: one that is planted there is found there, and nowhere else.
  const planted = join(site.dataDir, 'planted')
  writeFileSync(planted, Buffer.from(CANARIES.email).toString('base64'))
  const { found } = canariesBelow(site.dataDir)
  expect(found.some((line) => line.startsWith(planted))).toBe(true)
  const elsewhere = found.filter((line) => !line.startsWith(planted) && !line.startsWith(join(site.dataDir, 'mail')))
  expect(elsewhere).toEqual([])
}, 240_000)

test('nor by any write that the API describes, nor by a form', async () => {
  const practice = await testPractice(stack, 'every-write')
  const { heard, hear } = listener()
  const slots = await slotsOf(stack.url, practice, 60)
  // One of one's own, before anything is changed: what is written below is drawn at random, and may book nothing.
  const { start, providerId } = slots[0] ?? {}
  const body = { service: practice.service, start, providerId, patient: PATIENT }
  const { body: own } = await ask(stack.url, 'POST /api/v1/bookings', { key: practice.key, body })
  const known = {
    ...{ practice: [practice.slug], service: [practice.service], code: [practice.link.code] },
    ...{ start: slots.slice(5).map(({ start }) => start), providerId: slots.map(({ providerId }) => providerId) },
    ...{ officeId: [practice.office.id], referrerId: [practice.referrer.id], id: [practice.link.id] },
  }
  const first = await everyWrite(stack.url, practice, { known, times: 6 })
  // Once more with what these have made.
  const made = first.flatMap(({ answer }) => (answer.status === 201 ? [Object(answer.body)] : []))
  const id = made.flatMap((one) => [one.id, one.referralId]).filter(Boolean)
  const all = [...first, ...(await everyWrite(stack.url, practice, { known: { ...known, id }, times: 12 }))]
  expect(new Set(all.map(({ request }) => request)).size).toBeGreaterThan(12)
  expect(all.filter(({ answer }) => answer.status < 300).length).toBeGreaterThan(20)
  for (const { request, answer } of all) hear(request, answer.status, answer.headers, JSON.stringify(answer.body))

  // That booking, found by its link: whatever is sent below it.
  const typed = {
    ...{ name: CANARIES.name, email: CANARIES.email, phone: CANARIES.phone, told: CANARIES.stated },
    ...{ 'acting-name': CANARIES.actingName, reason: CANARIES.reason },
    ...{ 'birth-day': '7', 'birth-month': '10', 'birth-year': '1931' },
  }
  for (const way of ['book', 'book?request'])
    await walked(stack.url, `/p/${practice.slug}/${practice.service}`, { typed, way })
  const opened = await fetch(String(own.manageUrl), { redirect: 'manual' })
  hear('/visit', opened.status, opened.headers, '')
  const Cookie = opened.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  for (const page of ['', '/contact', '/move', '/move/day', '/move/time', '/cancel'])
    for (const email of [CANARIES.secondEmail, `${CANARIES.secondEmail}@@`]) {
      const body = new URLSearchParams({ ...typed, email, reference: String(own.reference) })
      const answer = await fetch(`${stack.url}/visit${page}`, {
        method: 'POST',
        body,
        headers: { Cookie },
        redirect: 'manual',
      })
      // A form with a mistake shows what was typed once more, to whoever typed it.
      hear(`/visit${page}`, answer.status === 422 ? 200 : answer.status, answer.headers, await answer.text())
    }
  for (let minute = 0; minute < 3; minute++) await stack.worker.scheduled(Date.now() + minute * 60_000)
  expect(heard).toEqual([])
  expect(canariesIn(logged.join('\n'))).toEqual([])
  lookThrough(stack.dataDir, practice.office.name)
}, 180_000)

test('nor while the database is away, hangs, or breaks', async () => {
  const practice = await testPractice(stack, 'away')
  const { heard, hear } = listener()
  const [slot] = await slotsOf(stack.url, practice)
  const { receipt } = await scan(stack.url, practice.link.code, PHONE_SAYS)
  await stack.worker.scheduled(Date.now())
  const statuses: Record<string, number[]> = {}
  const everything = async (when: string) => {
    const body = {
      ...{ service: practice.service, start: slot?.start, patient: PATIENT, reason: CANARIES.reason, receipt },
      ...{ statedReferrer: CANARIES.stated, shareWithReferrer: true, code: practice.link.code },
    }
    const requests: [Parameters<typeof ask>[1], unknown][] = [
      [`POST /api/v1/practices/${practice.slug}/bookings`, body],
      ['POST /api/v1/bookings', body],
      ['POST /api/v1/calls', { code: practice.link.code, note: CANARIES.note }],
      ['GET /api/v1/bookings', undefined],
    ]
    const answers = requests.map(async ([request, sent]) => {
      const headers = { 'Idempotency-Key': randomUUID(), ...PHONE_SAYS }
      const answer = await ask(stack.url, request, { key: practice.key, body: sent, headers })
      hear(`${request}, ${when}`, answer.status, answer.headers, JSON.stringify(answer.body))
      return answer.status
    })
    const book = `/p/${practice.slug}/${practice.service}/book`
    const pages = [
      `/p/${practice.slug}/${practice.service}?s=${receipt}`,
      `${book}/name`,
      `${book}/check`,
      '/visit',
    ].map(async (path) => {
      const posted = { method: 'POST', body: new URLSearchParams({ ...PATIENT, reference: '7HK2M4XR' }) }
      const birth = { 'birth-day': '7', 'birth-month': '10', 'birth-year': '1931' }
      for (const [name, value] of Object.entries(birth)) posted.body.set(name, value)
      const answer = await fetch(stack.url + path, {
        redirect: 'manual',
        headers: PHONE_SAYS,
        ...(path.includes('?') ? {} : posted),
      })
      // Whatever its status: in an outage a page shows nothing of what was typed.
      hear(`${path}, ${when}`, Math.max(answer.status, 400), answer.headers, await answer.text())
      return answer.status
    })
    statuses[when] = await Promise.all([...answers, ...pages])
  }
  await stack.database.stop()
  await everything('stopped')
  await stack.database.start()
  stack.database.freeze()
  await everything('hung')
  stack.database.thaw()
  await ask(stack.url, 'GET /readyz')
  const { client } = stack.db
  await client.execute('alter table patients rename to patients_away')
  await everything('broken')
  await client.execute('alter table patients_away rename to patients')

  expect(statuses.stopped).toEqual(expect.arrayContaining([503]))
  expect(statuses.hung).toEqual(expect.arrayContaining([503]))
  expect(statuses.broken).toEqual(expect.arrayContaining([500]))
  expect(heard).toEqual([])
  expect(logged.some((line) => line.includes('no such table'))).toBe(true)
  expect([...canariesIn(logged.join('\n')), SAID.exec(logged.join('\n'))?.[0]]).toEqual([undefined])
  lookThrough(stack.dataDir, practice.office.name)
}, 180_000)

/** None is in any file; what is no patient's, and stored as it stands, is: if it is not found, nothing would be. */
function lookThrough(dataDir: string, control: string) {
  const { found, looked } = canariesBelow(dataDir)
  const mail = join(dataDir, 'mail')
  expect(found.filter((line) => !line.startsWith(mail))).toEqual([])
  expect(looked.some((file) => contentOf(file).includes(control))).toBe(true)
  if (existsSync(mail)) expect(beyondConsent(mail)).toEqual([])
}

/**
 * A letter goes to the patient's own address, which stands where it is addressed, and in the calendar file as that of who
 * comes; nothing else of theirs is in it.
 */
const ADDRESSED = /^(?:to|attendee)[;:].*$/gim

function beyondConsent(mail: string): string[] {
  return readdirSync(mail, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const file = join(entry.parentPath, entry.name)
      const text = asRead(contentOf(file).toString('latin1')).replaceAll(ADDRESSED, '')
      return [...canariesIn(text), ...canariesIn(entry.name)].map((what) => `${file}: ${what}`)
    })
}

/** A message as a mail program shows it: its parts and headers decoded, its folded lines whole. */
const asRead = (message: string): string =>
  message
    .replaceAll(
      /(Content-Transfer-Encoding: base64[\s\S]*?\r?\n\r?\n)([\w+/=\r\n]+)/gi,
      (_, head: string, body: string) => `${head}${Buffer.from(body, 'base64').toString('latin1')}\r\n`,
    )
    .replaceAll(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, word: string) => Buffer.from(word, 'base64').toString('latin1'))
    .replaceAll(/\r?\n[ \t]/g, '')

test('what a letter holds beyond its address would be found in it', () => {
  const letter = (text: string) =>
    `To: <${CANARIES.email}>\r\nSubject: =?UTF-8?B?${Buffer.from('Termin ✓').toString('base64')}?=\r\n` +
    `Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n${
      Buffer.from(text)
        .toString('base64')
        .match(/.{1,76}/g)
        ?.join('\r\n') ?? ''
    }\r\n`
  const beyond = (text: string) => canariesIn(asRead(letter(text)).replaceAll(ADDRESSED, ''))
  const calendar = `ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:${CANARIES.email.slice(0, 9)}\r\n ${CANARIES.email.slice(9)}`
  expect(beyond(`BEGIN:VEVENT\r\n${calendar}\r\nEND:VEVENT`)).toEqual([])
  expect(beyond(`Your visit is on Monday. Dear ${CANARIES.name},`).length).toBeGreaterThan(0)
  expect(beyond(`We write to you since you gave us ${CANARIES.email}`).length).toBeGreaterThan(0)
})

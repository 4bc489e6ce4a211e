import { request } from 'node:http'
import { eq } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scans, visits } from '../../db/schema.ts'
import { displayCode } from '../../worker/links/codes.ts'
import { RECEIPT_DAYS, signReceipt } from '../../worker/scans/receipt.ts'
import { PHONE } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { counted, receiptIn, ride, type Scene, scene, until } from './scene.ts'

/* What counts as a scan and what as a visit, asked of the Worker as a stranger asks. */

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.stop())

const MINUTE_MS = 60_000
const GOOGLE = { 'User-Agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }
const MACHINES: [string, RequestInit][] = [
  ['head', { method: 'HEAD' }],
  ['bot', { headers: GOOGLE }],
  ['preview', { headers: { 'User-Agent': 'WhatsApp/2.23.20.0 A' } }],
  ['prefetch', { headers: { 'Sec-Purpose': 'prefetch' } }],
]

test('on each way only a GET by a person is a scan, and how the address came is kept with every hit', async () => {
  const at = await scene(stack, 'ways')
  const [code] = at.codes
  const ways = { qr: `/q/${code}`, click: `/r/${code}`, typed: `/${displayCode(code)}` }
  for (const path of Object.values(ways))
    for (const init of [{}, ...MACHINES.map(([, each]) => each)])
      expect((await ride(stack, path, init)).status).toBe(302)
  const rows = await until(
    () => scansOf(at),
    (found) => found.length === 15,
  )
  const each = ['bot', 'head', 'person', 'prefetch', 'preview']
  for (const via of Object.keys(ways))
    expect([
      via,
      rows
        .filter((row) => row.via === via)
        .map((row) => row.class as string)
        .sort(),
    ]).toEqual([via, each])
  expect(await counted(stack.db, at.practiceId)).toMatchObject({ 'hit:person': 3 })
})

test('a machine gets the very answer that a person gets: nothing stored, nothing indexed, no cookie', async () => {
  const at = await scene(stack, 'alike')
  const answerTo = async (init: RequestInit) => {
    const answer = await ride(stack, `/q/${at.codes[0]}`, init)
    // How long the empty body is goes without saying in the answer to a HEAD.
    const { date: _, 'content-length': __, location, ...headers } = Object.fromEntries(answer.headers)
    expect(location).toMatch(/^\/p\/alike\/[\w-]+\?s=[\w.-]+$/)
    return { status: answer.status, headers }
  }
  const person = await answerTo({})
  expect(person).toMatchObject({
    status: 302,
    headers: { 'cache-control': 'no-store', 'x-robots-tag': 'noindex', 'referrer-policy': 'no-referrer' },
  })
  expect(person.headers).not.toHaveProperty('set-cookie')
  for (const [kind, init] of MACHINES) expect([kind, await answerTo(init)]).toEqual([kind, person])
})

test('no word of the address that a stranger writes into Host is in the answer, whatever way he takes', async () => {
  const at = await scene(stack, 'forged-host')
  for (const path of [`/q/${at.codes[0]}`, `/r/${at.codes[0]}`, `/${at.codes[0]}`, '/q/K7M4HXR3']) {
    const { status, text } = await asked(path, { Host: 'evil.example', 'User-Agent': PHONE })
    expect([302, 404]).toContain(status)
    expect([path, text.includes('evil')]).toEqual([path, false])
  }
})

test('a visit is proven by a receipt of this practice, of its own time and unaltered, once; by nothing else', async () => {
  const [at, other] = [await scene(stack, 'proof'), await scene(stack, 'proof-other')]
  const now = Date.now()
  const of = (more: Partial<Parameters<typeof signReceipt>[1]>, env = stack.secrets) =>
    signReceipt(env, { practiceId: at.practiceId, scanId: nanoid(), code: at.codes[0], at: now, ...more })
  const good = of({})
  const wrong = {
    forged: of({}, { ...stack.secrets, SIGNING_KEY: 'somebody else' }),
    altered: good.replace(/^./, (first) => (first === 'a' ? 'b' : 'a')),
    'of another code': good.replace(at.codes[0], at.codes[1]),
    expired: of({ at: now - RECEIPT_DAYS * 86_400_000 - MINUTE_MS }),
    'from a day to come': of({ at: now + 25 * 60 * MINUTE_MS }),
    "another practice's": of({ practiceId: other.practiceId }),
    "another practice's card": of({ practiceId: other.practiceId, code: other.codes[0] }),
    "a bot's": of({ class: 'bot' }),
    "a preview's": of({ class: 'preview' }),
    'of a HEAD': of({ class: 'head' }),
    'of a test': of({ class: 'staff' }),
  }
  for (const receipt of Object.values(wrong)) await confirm(at, receipt)
  for (let time = 0; time < 3; time++) await confirm(at, good)
  await ride(stack, `/visits.gif?p=proof&s=${good}`)
  await until(
    () => visitsOf(at),
    (found) => found.length > 0,
  )
  // Whatever else were a visit came before the last of these, and would be written with it.
  expect(await visitsOf(at)).toMatchObject([{ id: good.split('.')[0], how: 'script' }])
  expect(await visitsOf(other)).toEqual([])
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 1, visit: 1 })
  // A scan that its visit brought back keeps nothing of what the visit's request looked like.
  expect(await scansOf(at)).toMatchObject([{ class: 'person', rules: 'receipt', features: '' }])
})

test("for half an hour a browser's scans of one card are one visit; a longer pause, another card, another's cookie are not", async () => {
  const at = await scene(stack, 'half-hour')
  const earlier = (minutes: number, more: Partial<Parameters<typeof signReceipt>[1]> = {}) => {
    const scanId = nanoid()
    const receipt = { practiceId: at.practiceId, scanId, code: at.codes[0], at: Date.now() - minutes * MINUTE_MS }
    return { scanId, receipt: signReceipt(stack.secrets, { ...receipt, ...more }) }
  }
  const goesOn = async ({ scanId, receipt }: ReturnType<typeof earlier>) => {
    const headers = { Cookie: `rl_${at.practiceId}=${receipt}` }
    return receiptIn(await ride(stack, `/q/${at.codes[0]}`, { headers })).startsWith(`${scanId}.`)
  }
  expect(await goesOn(earlier(29))).toBe(true)
  expect(await goesOn(earlier(31))).toBe(false)
  expect(await goesOn(earlier(5, { code: at.codes[1] }))).toBe(false)
  expect(await goesOn(earlier(5, { class: 'prefetch' }))).toBe(false)
  expect(await goesOn(earlier(5, { practiceId: 'another' }))).toBe(false)
  const { scanId, receipt } = earlier(5)
  expect(await goesOn({ scanId, receipt: receipt.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) })).toBe(false)
  // Each of them is a scan all the same.
  const rows = await until(
    () => scansOf(at),
    (found) => found.length === 6,
  )
  expect(rows.every((row) => row.class === 'person')).toBe(true)
})

const confirm = async (at: Scene, receipt: string) =>
  expect((await ride(stack, `/visits?p=${at.slug}`, { method: 'POST', body: receipt })).status).toBe(204)
const scansOf = ({ practiceId }: Scene) =>
  stack.db.read((sql) => sql.select().from(scans).where(eq(scans.practiceId, practiceId)))
const visitsOf = ({ practiceId }: Scene) =>
  stack.db.read((sql) => sql.select().from(visits).where(eq(visits.practiceId, practiceId)))

/** The whole answer as text; `fetch` would not let Host be forged. */
function asked(path: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asking = request(`${stack.url}${path}`, { headers }, async (answer) => {
      let body = ''
      for await (const part of answer) body += part
      resolve({ status: answer.statusCode ?? 0, text: JSON.stringify(answer.rawHeaders) + body })
    })
    asking.on('error', reject)
    asking.end()
  })
}

test('a card that staff try out, or a HEAD request, does not take the place of the card that a browser came by', async () => {
  const at = await scene(stack, 'kept')
  const keeps = async (query: string, method = 'GET') => {
    const answer = await ride(stack, `/q/${at.codes[0]}${query}`, { method })
    const page = await ride(stack, answer.headers.get('location') ?? '')
    expect(page.status).toBe(200)
    return page.headers.getSetCookie().some((cookie) => cookie.includes(`rl_${at.practiceId}=`))
  }
  expect([await keeps(''), await keeps('?test=1'), await keeps('', 'HEAD')]).toEqual([true, false, false])
})

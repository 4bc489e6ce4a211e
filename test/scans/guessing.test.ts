import { request } from 'node:http'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hosts, practices, scans } from '../../db/schema.ts'
import { displayCode, newCode } from '../../worker/links/codes.ts'
import { admin } from '../db/command.ts'
import { PATIENT, slotsOf, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { ride, type Scene, scene, until } from './scene.ts'

let stack: Stack
let at: Scene
const said: string[] = []
beforeAll(async () => {
  stack = await startStack({ trustProxy: true, progress: (line) => said.push(line) })
  at = await scene(stack, 'guessed')
})
afterAll(() => stack?.stop())

const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } })
const guess = (address: string) => ride(stack, `/q/${newCode()}`, from(address))
/** How many of so many guesses, a hundred at a time, got which status. */
async function guesses(address: string, n: number): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {}
  for (let done = 0; done < n; done += 100)
    for (const { status, body } of await Promise.all(Array.from({ length: 100 }, () => guess(address)))) {
      statuses[status] = (statuses[status] ?? 0) + 1
      await body?.cancel()
    }
  return statuses
}
const TABLES = ['scans', 'visits', 'events', 'replies', 'rollups', 'links']
const rowCounts = async () =>
  Promise.all(
    TABLES.map(async (table) => Number((await stack.db.client.execute(`select count(*) from ${table}`)).rows[0]?.[0])),
  )

test('a thousand unknown codes and more from one network are refused, write nothing, and leave everybody else alone', async () => {
  const before = await rowCounts()
  const { 404: unknown = 0, 429: refusals = 0, 503: busy = 0, ...others } = await guesses('192.0.2.7', 1_200)
  // A busy machine gives up some look-ups after 100 ms, and may take longer than the minute of one limit.
  expect([unknown === 30 || unknown === 60, unknown + refusals + busy, others]).toEqual([true, 1_200, {}])
  expect(refusals).toBeGreaterThan(busy)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(await rowCounts()).toEqual(before)

  const refused = await guess('192.0.2.7')
  const seconds = Number(refused.headers.get('retry-after'))
  expect(seconds).toBeGreaterThan(0)
  expect(seconds).toBeLessThanOrEqual(60)
  expect(refused.headers.get('ratelimit')).toBe(`"guesses";r=0;t=${seconds}`)
  expect(refused.headers.get('ratelimit-policy')).toBe('"guesses";q=30;w=60')
  const page = await refused.text()
  expect(page).toContain('Too many codes in a short time')
  expect(page).toContain('name="code"')
  expect(page).not.toContain('guessed')

  const followed = await ride(stack, `/q/${at.codes[0]}`, from('192.0.2.7'))
  expect(followed.status).toBe(302)
  const rows = await until(
    () => stack.db.read((sql) => sql.select().from(scans).where(eq(scans.practiceId, at.practiceId))),
    (found) => found.length > 0,
  )
  expect(rows.map((row) => row.class)).toEqual(['person'])
  expect((await guess('192.0.2.8')).status).toBe(404)
}, 120_000)

test('the operator is told at most once a minute, by the log and by doctor, and no address', async () => {
  const lines = said.filter((line) => line.includes('codes are being guessed'))
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.length).toBeLessThanOrEqual(3)
  expect(lines[0]).toMatch(/codes are being guessed: \d+ unknown codes within 10 minutes from one network$/)
  expect(said.join('\n')).not.toContain('192.0.2.7')
  const { status, out } = await admin(stack.dataDir, 'doctor')
  expect(out).toMatch(/WRONG {2}guessing: codes are being guessed: \d+ unknown codes within 10 minutes/)
  expect(status).toBe(1)
  for (const headers of [{}, { Authorization: 'Bearer x' }, { Authorization: 'Bearer ' }])
    expect((await ride(stack, '/healthz/guesses', { headers })).status).toBe(404)
})

test('neighbours in one /64 share a limit, the next /64 has its own, and so have typed codes and aliases', async () => {
  const ways = [
    () => `/q/${newCode()}`,
    () => `/${displayCode(newCode())}`,
    () => `/r/no-poster-${Math.random()}`.replace('.', ''),
  ]
  for (let n = 0; n < 30; n++) {
    const status = async () => (await ride(stack, ways[n % 3]?.() ?? '', from(`2001:db8:0:7::${n}`))).status
    // A busy machine gives up a look-up after 100 ms, and then nobody knows whether it was a guess.
    expect(await until(status, (found) => found !== 503)).toBe(404)
  }
  expect((await guess('2001:db8:0:7:ffff::1')).status).toBe(429)
  expect((await guess('2001:db8:0:8::1')).status).toBe(404)
})

test('who takes a new /64 for each try comes to the limit of the /48 around them', async () => {
  const status = async (address: string) => (await guess(address)).status
  for (let n = 0; n < 120; n++)
    expect(
      await until(
        () => status(`2001:db8:77:${n.toString(16)}::1`),
        (found) => found !== 503,
      ),
    ).toBe(404)
  expect(await status('2001:db8:77:ffff::1')).toBe(429)
  expect(await status('2001:db8:78::1')).toBe(404)
})

test('a booking is no other way to try codes', async () => {
  const practice = await testPractice(stack, 'tried')
  const [slot] = await slotsOf(stack.url, practice)
  const book = (code: string) =>
    ride(stack, `/api/v1/practices/tried/bookings`, {
      method: 'POST',
      headers: {
        'X-Forwarded-For': '192.0.2.9',
        'Content-Type': 'application/json',
        'Idempotency-Key': newCode(),
      },
      body: JSON.stringify({
        service: practice.service,
        start: slot?.start,
        patient: PATIENT,
        shareWithReferrer: false,
        code,
      }),
    })
  const statuses: number[] = []
  for (let n = 0; n < 30; n++) statuses.push((await book(newCode())).status)
  expect(new Set(statuses)).toEqual(new Set([422]))
  const refused = await book(newCode())
  expect([refused.status, await refused.text()]).toEqual([429, expect.stringContaining('/problems/too-many-requests"')])
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(refused.headers.get('ratelimit')).toMatch(/^"guesses";r=0;t=\d+$/)
  expect((await book(practice.link.code)).status).toBe(201)
})

test('mistyped codes are never limited, and are answered without the database', async () => {
  const ways = ['/q/K7M4HXR4', '/q/K7M4HXR3', '/K7M4-HXR4', '/r/K7M4HXR4']
  const tried = async (path: string) => {
    const answer = await ride(stack, path, from('192.0.2.10'))
    return [answer.status, await answer.text()]
  }
  const before = await Promise.all(ways.map(tried))
  expect(before.map(([status, page]) => [status, String(page).includes('a typing mistake')])).toEqual(
    ways.map(() => [404, true]),
  )
  await stack.database.stop()
  try {
    for (let n = 0; n < 20; n++) expect(await Promise.all(ways.map(tried))).toEqual(before)
  } finally {
    await stack.database.start()
  }
})

test("the page on a practice's own host names it and its telephone, on the shared host none", async () => {
  await stack.db.write((sql) => [
    sql
      .update(practices)
      .set({ name: 'Larkfield Heart', phone: '+13125550142' })
      .where(eq(practices.id, at.practiceId)),
    sql
      .insert(hosts)
      .values({ host: 'go.larkfield.example', practiceId: at.practiceId, isPrimary: true, createdAt: 0 }),
  ])
  const own = await until(
    () => pageAt('go.larkfield.example'),
    (page) => page.includes('Larkfield Heart'),
    90_000,
  )
  expect(own).toContain('(312) 555-0142')
  const shared = await pageAt('other.example')
  expect(shared).not.toContain('Larkfield Heart')
  expect(shared).toContain('That code has a typing mistake')
}, 120_000)

/** A Host header, which fetch does not set. */
const pageAt = (host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    request(`${stack.url}/q/K7M4HXR3`, { headers: { Host: host } }, (answer) => {
      let page = ''
      answer.on('data', (part) => {
        page += part
      })
      answer.on('end', () => resolve(page))
    })
      .on('error', reject)
      .end()
  })

test('without a trusted proxy all are one network, whatever they say, and codes that exist are followed', async () => {
  const untrusted = await startStack()
  try {
    const theirs = await scene(untrusted, 'untrusted')
    const statuses: number[] = []
    for (let n = 0; n < 31; n++)
      statuses.push(
        (
          await ride(untrusted, `/q/${newCode()}`, {
            headers: {
              'X-Forwarded-For': `198.51.100.${n}`,
              'CF-Connecting-IP': `198.51.100.${n}`,
              'MF-CF-Blob': '{}',
            },
          })
        ).status,
      )
    expect(statuses.slice(0, 30).every((status) => status === 404)).toBe(true)
    expect(statuses.at(-1)).toBe(429)
    expect((await ride(untrusted, `/q/${theirs.codes[0]}`)).status).toBe(302)
  } finally {
    await untrusted.stop()
  }
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createPractice } from '../worker/practices/create.ts'
import { type Stack, startStack } from './stack.ts'

let stack: Stack
let key: string
beforeAll(async () => {
  stack = await startStack()
  const asked = { name: 'Larkfield', slug: 'larkfield', timezone: 'UTC', demo: true }
  const made = await createPractice(stack.db, stack.secrets, asked, Date.now())
  if (!made.ok) throw new Error(made.problem)
  key = made.apiKey
})
afterAll(() => stack?.stop())

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(stack.url + path, { redirect: 'manual', headers })

const PAGES = ['/', '/api/docs', '/problems', '/problems/slot-taken', '/nothing/here']
const OTHERS = [
  '/api/v1/openapi.json',
  '/api/v1/offices',
  '/api/v1/nothing',
  '/healthz',
  '/readyz',
  '/q/nothing',
  '/visits.gif',
  '/icon.svg',
]

describe('every response', () => {
  test.each([...PAGES, ...OTHERS])('of %s carries the security headers', async (path) => {
    const { headers } = await get(path)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('permissions-policy')).toContain('camera=()')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(headers.get('strict-transport-security')).toBeNull()
    expect(headers.get('cache-control')).not.toBeNull()
  })

  test.each(PAGES)('%s is a page that is never stored', async (path) => {
    const { headers } = await get(path)
    expect(headers.get('content-type')).toMatch(/^text\/html/)
    expect(headers.get('cache-control')).toBe('private, no-store')
  })

  test('of the API is never stored', async () => {
    const answer = await get('/api/v1/offices', { Authorization: `Bearer ${key}` })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  })

  test("that is one of the site's own files is kept for a year, since its name changes with it", async () => {
    const file = /\/_astro\/[^"]+\.css/.exec(await (await get('/api/docs')).text())?.[0]
    const answer = await get(String(file))
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable'])
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })
})

test('over https browsers are told to stay there', async () => {
  const secure = await startStack({ publicUrl: 'https://refer.example' })
  const { headers } = await fetch(`${secure.url}/api/docs`)
  await secure.stop()
  expect(headers.get('strict-transport-security')).toBe('max-age=63072000')
  expect(headers.get('content-security-policy')).toContain('upgrade-insecure-requests')
})

describe('forms', () => {
  const TYPES = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/json',
  ]
  const send = (type: string, headers: Record<string, string>) =>
    fetch(`${stack.url}/practice/stats`, {
      method: 'POST',
      body: 'a=b',
      redirect: 'manual',
      headers: { 'Content-Type': type, ...headers },
    })

  test.each(TYPES)('of another site are refused, also as %s', async (type) => {
    const ways = [
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'cross-site', Origin: stack.publicUrl },
      { Origin: 'https://elsewhere.example' },
    ]
    for (const headers of ways) expect((await send(type, headers)).status).toBe(403)
  })

  test('of our own pages pass, also on an address of the network at home', async () => {
    const { host } = new URL(stack.url)
    const ways = [
      { 'Sec-Fetch-Site': 'same-origin', Origin: 'null' },
      { Origin: 'null' },
      { Origin: `http://${host}` },
      { Origin: stack.publicUrl },
    ]
    for (const headers of ways) expect((await send('application/x-www-form-urlencoded', headers)).status).not.toBe(403)
  })
})

describe('health', () => {
  test('alive and ready', async () => {
    expect((await get('/healthz')).status).toBe(200)
    expect((await get('/readyz')).status).toBe(200)
  })

  test('not ready while the database is down, and still alive', async () => {
    await stack.database.stop()
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect((await get('/readyz')).status).toBe(503)
    expect((await get('/healthz')).status).toBe(200)
    await stack.database.start()
    expect((await get('/readyz')).status).toBe(200)
  })
})

describe('what is text', () => {
  test.each(['/', '/p/larkfield/consultation', '/icon.svg'])(
    'goes out compressed at %s to who takes that',
    async (path) => {
      const [packed, plain] = await Promise.all([get(path), get(path, { 'Accept-Encoding': 'identity' })])
      expect(packed.headers.get('content-encoding')).toBe('gzip')
      expect(packed.headers.get('vary')).toContain('Accept-Encoding')
      expect(plain.headers.get('content-encoding')).toBeNull()
      expect(await packed.text()).toBe(await plain.text())
    },
  )
})

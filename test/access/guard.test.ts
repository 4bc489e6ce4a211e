import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SESSION_COOKIE } from '../../worker/access/cookies.ts'
import { createKey } from '../../worker/access/keys.ts'
import { useSignInLink } from '../../worker/access/sign-in.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { ask } from '../api.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let key: string
let practiceId: string
let signInToken: string
let otherKey: string

beforeAll(async () => {
  stack = await startStack()
  const larkfield = await practice('larkfield')
  const northBay = await practice('north-bay')
  key = larkfield.apiKey
  practiceId = larkfield.practice.id
  signInToken = larkfield.signInToken
  otherKey = northBay.apiKey
})
afterAll(() => stack?.stop())

async function practice(slug: string) {
  const made = await createPractice(stack.db, stack.secrets, { name: slug, slug, timezone: 'UTC' }, Date.now())
  if (!made.ok) throw new Error(made.problem)
  return made
}

const problemOf = (answer: { body: Record<string, unknown> }) => String(answer.body.type).split('/problems/')[1]

describe('who may ask', () => {
  test('without a key the answer is 401 and says how to send one', async () => {
    const answer = await ask(stack.url, 'GET /api/v1/offices')
    expect(answer.status).toBe(401)
    expect(problemOf(answer)).toBe('key-missing')
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })

  test.each(['rlk_unknown', 'x', `rlk_${'A'.repeat(43)}`])('the unknown key %s is 401', async (unknown) => {
    const answer = await ask(stack.url, 'GET /api/v1/offices', { key: unknown })
    expect([answer.status, problemOf(answer)]).toEqual([401, 'key-unknown'])
  })

  test('another scheme than Bearer is 401', async () => {
    const headers = { Authorization: `Basic ${btoa(`key:${key}`)}` }
    expect((await ask(stack.url, 'GET /api/v1/offices', { headers })).status).toBe(401)
  })

  test('a key without the scope is 403 and names it', async () => {
    const { apiKey } = await createKey(stack.db, { practiceId, name: 'x', scopes: ['referrers:read'] }, Date.now())
    expect((await ask(stack.url, 'GET /api/v1/offices', { key: apiKey })).status).toBe(200)
    const answer = await ask(stack.url, 'POST /api/v1/offices', { key: apiKey, body: { name: 'A' } })
    expect([answer.status, answer.body.detail]).toEqual([403, 'This needs the scope referrers:write.'])
  })

  test('an expired key is 401', async () => {
    const expired = { practiceId, name: 'x', scopes: ['referrers:read'] as const, expiresAt: Date.now() - 1 }
    const { apiKey } = await createKey(stack.db, expired, Date.now() - 1000)
    expect((await ask(stack.url, 'GET /api/v1/offices', { key: apiKey })).status).toBe(401)
  })

  test('what belongs to another practice is not found', async () => {
    const made = await ask(stack.url, 'POST /api/v1/referrers', { key, body: { name: 'Dr Amara Okonjo' } })
    const { id, officeId } = made.body
    const seen = await Promise.all([
      ask(stack.url, `GET /api/v1/referrers/${id}`, { key: otherKey }),
      ask(stack.url, `PATCH /api/v1/referrers/${id}`, { key: otherKey, body: { name: 'Mine' } }),
      ask(stack.url, `POST /api/v1/referrers/${id}/offices`, { key: otherKey, body: { office: { name: 'Mine' } } }),
      ask(stack.url, 'POST /api/v1/referrers', { key: otherKey, body: { name: 'Dr B', officeId } }),
    ])
    expect(seen.map(({ status }) => status)).toEqual([404, 404, 404, 422])
    expect((await ask(stack.url, 'GET /api/v1/offices', { key: otherKey })).body.items).toEqual([])
  })

  test('a member of staff who is signed in may read, from our own pages alone, and not write', async () => {
    const signedIn = await useSignInLink(stack.db, signInToken, Date.now())
    const Cookie = `${SESSION_COOKIE}=${signedIn?.token}`
    const ways = [
      {},
      { 'Sec-Fetch-Site': 'same-origin' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
    ]
    const seen = await Promise.all(
      ways.map((way) => ask(stack.url, 'GET /api/v1/offices', { headers: { Cookie, ...way } })),
    )
    expect(seen.map(({ status }) => status)).toEqual([200, 200, 401, 401])
    const write = await ask(stack.url, 'POST /api/v1/offices', { headers: { Cookie }, body: { name: 'A' } })
    expect(write.status).toBe(401)
  })
})

describe('what is there', () => {
  test('an unknown address is 404, with and without a key', async () => {
    for (const path of ['/nothing', '/offices/', '/', ''] as const) {
      const answer = await ask(stack.url, `GET /api/v1${path}`, { key })
      expect([path, answer.status, problemOf(answer)]).toEqual([path, 404, 'not-found'])
    }
    expect((await ask(stack.url, 'GET /api/v1/nothing')).status).toBe(404)
  })

  test('a method that an address does not take is 405 and says which it takes', async () => {
    const answer = await ask(stack.url, 'DELETE /api/v1/offices', { key })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, GET, HEAD, OPTIONS'])
  })

  test('OPTIONS says which methods there are, and lets no other site in', async () => {
    const answer = await fetch(`${stack.url}/api/v1/offices`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': 'POST' },
    })
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'POST, GET, HEAD, OPTIONS'])
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  test('HEAD is GET without the body', async () => {
    const answer = await fetch(`${stack.url}/api/v1/offices`, {
      method: 'HEAD',
      headers: { Authorization: `Bearer ${key}` },
    })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })
})

describe('bodies', () => {
  test.each(['hello', '{"name":', "{'name': 1}", '{"name": undefined}'])('%s is 400', async (body) => {
    const answer = await ask(stack.url, 'POST /api/v1/offices', { key, body })
    expect([answer.status, problemOf(answer)]).toEqual([400, 'not-json'])
  })

  test('JSON under another content type is 400', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const headers = { 'Content-Type': type }
      const answer = await ask(stack.url, 'POST /api/v1/offices', { key, body: '{"name":"A"}', headers })
      expect([type, answer.status]).toEqual([type, 400])
    }
  })

  test.each(['[]', '"a"', 'null', '{}', '{"name":7}', '{"name":"A","nane":"B"}'])(
    '%s is 422, field by field',
    async (body) => {
      const answer = await ask(stack.url, 'POST /api/v1/offices', { key, body })
      expect([answer.status, problemOf(answer)]).toEqual([422, 'invalid'])
      expect(answer.body.errors).not.toEqual([])
    },
  )

  test('no body at all is fine where none is needed, whatever type the client gives it', async () => {
    const headers = { 'Content-Type': 'application/json' }
    const answer = await ask(stack.url, 'POST /api/v1/bookings/unknown/arrival', { key, headers })
    expect([answer.status, problemOf(answer)]).toEqual([404, 'not-found'])
  })

  test('a body of 2 MB is 413', async () => {
    const body = { name: 'A'.repeat(2_000_000) }
    expect((await ask(stack.url, 'POST /api/v1/offices', { key, body })).status).toBe(413)
  })

  test('a body of 2 MB that does not say so beforehand is 413', async () => {
    expect(await sendInPieces('/api/v1/offices', 2_000_000)).toBe(413)
  })

  test('a key is asked for before the body is looked at', async () => {
    expect((await ask(stack.url, 'POST /api/v1/offices', { body: 'hello' })).status).toBe(401)
  })
})

/** Sends a body without Content-Length; returns the status. */
function sendInPieces(path: string, bytes: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'Transfer-Encoding': 'chunked',
    }
    const sent = request(`${stack.url}${path}`, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.on('error', reject)
    const piece = 'A'.repeat(10_000)
    for (let size = 0; size < bytes; size += piece.length) sent.write(piece)
    sent.end()
  })
}

describe('when the database is down', () => {
  test('the answer is 503 and says when to try again', async () => {
    await stack.database.stop()
    const answer = await ask(stack.url, 'GET /api/v1/offices', { key })
    expect([answer.status, problemOf(answer)]).toEqual([503, 'database-unavailable'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    await stack.database.start()
    expect((await ask(stack.url, 'GET /api/v1/offices', { key })).status).toBe(200)
  })
})

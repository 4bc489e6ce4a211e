import { Hono } from 'hono'
import { afterEach, expect, test, vi } from 'vitest'
import { DatabaseUnavailable } from '../db/database.ts'
import { failed } from '../worker/failure.ts'
import type { Api } from '../worker/http.ts'

const log = vi.spyOn(console, 'error').mockImplementation(() => {})
afterEach(() => log.mockClear())

const app = new Hono<Api>()
app.onError(failed)
app.get('/api/v1/patients/:name', (c) => {
  throw new TypeError(`cannot greet ${c.req.param('name')}`)
})
app.get('/p/:practice', () => {
  throw new Error('the page broke for Maria')
})
app.get('/api/v1/away', () => {
  throw new DatabaseUnavailable('the database is unavailable (refused)')
})
const get = (path: string) => app.request(path, {}, { PUBLIC_URL: 'https://refer.example' })

test('a fault of ours is 500, and neither the answer nor the log quotes anybody', async () => {
  const answer = await get('/api/v1/patients/Maria?reason=knee')
  expect(answer.status).toBe(500)
  expect(await answer.json()).toEqual({
    type: 'https://refer.example/problems/broken',
    title: 'Something went wrong on our side',
    status: 500,
    detail: expect.any(String),
  })
  expect(log).toHaveBeenCalledOnce()
  const logged = log.mock.calls.flat().join(' ')
  expect(logged).toContain('TypeError')
  expect(logged).toContain('failure.test.ts')
  expect(logged).not.toMatch(/Maria|knee/)
})

test('a person gets a page that says sorry and what to do', async () => {
  const answer = await get('/p/larkfield')
  expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'text/html; charset=UTF-8'])
  expect(await answer.text()).toMatch(/call the practice/)
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(log.mock.calls.flat().join(' ')).not.toContain('Maria')
})

test('a database that is away is 503, says when to try again, and is no fault to be logged', async () => {
  const answer = await get('/api/v1/away')
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  expect(log).not.toHaveBeenCalled()
})

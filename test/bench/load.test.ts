import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { apply } from './load.ts'

async function serving(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, stop: () => server.close() }
}

test('the load generator sends what it says and counts every answer by its status', async () => {
  const asked = new Map<string, number>()
  const server = await serving((request, response) => {
    asked.set(request.url ?? '', (asked.get(request.url ?? '') ?? 0) + 1)
    if (request.url === '/chunked') {
      response.write('a')
      response.end('b')
    } else response.writeHead(302, { 'Content-Length': 0 }).end()
  })
  const measured = await apply({
    origin: server.origin,
    paths: ['/plain', '/chunked'],
    connections: 4,
    seconds: 0.5,
    rate: 200,
  })
  server.stop()
  expect(measured.requests).toBe(100)
  expect(measured.statuses).toEqual({ 200: 50, 302: 50 })
  expect(Object.fromEntries(asked)).toEqual({ '/plain': 50, '/chunked': 50 })
})

test('a stall shows in the latency of every request that was due in it', async () => {
  let stalled = false
  const server = await serving((_, response) => {
    const answer = () => response.writeHead(204, { 'Content-Length': 0 }).end()
    setTimeout(answer, stalled ? 0 : 300)
    stalled = true
  })
  const measured = await apply({ origin: server.origin, paths: ['/'], connections: 1, seconds: 0.5, rate: 100 })
  server.stop()
  expect(measured.requests).toBe(50)
  expect(measured.p50).toBeGreaterThan(40)
  expect(measured.max).toBeGreaterThanOrEqual(295)
})

test('a server that is not there is counted as errors, not thrown', async () => {
  const server = await serving(() => {})
  server.stop()
  const measured = await apply({ origin: server.origin, paths: ['/'], connections: 2, seconds: 0.2, rate: 50 })
  expect(measured.statuses).toEqual({ error: 10 })
})

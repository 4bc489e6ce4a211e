import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OUTSIDE } from '../../db/worker.ts'

let miniflare: Miniflare
let asked = 0
const server = createServer((_, response) => {
  asked++
  response.end('inside')
})
let port = 0

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '::', resolve))
  port = (server.address() as AddressInfo).port
  miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      telemetry: { enabled: false },
      modules: true,
      compatibilityDate: '2026-08-01',
      serviceBindings: { OUTSIDE },
      script: `export default { async fetch(request, env) {
        const { address, outside } = await request.json()
        try { return await (outside ? env.OUTSIDE : globalThis).fetch(address, { redirect: 'manual' }) }
        catch (error) { return new Response('refused', { status: 502 }) }
      } }`,
    }),
  )
  await miniflare.ready
})
afterAll(async () => {
  await miniflare?.dispose()
  server.close().closeAllConnections()
})

const read = async (address: string, outside: boolean) => {
  const init = { method: 'POST', body: JSON.stringify({ address, outside }) }
  return (await miniflare.dispatchFetch('http://worker/', init)).text()
}

test('the way out leads to no address of this machine, by whatever name it is reached', async () => {
  // The Worker's own fetch shows that there is something to reach.
  expect(await read(`http://127.0.0.1:${port}/`, false)).toBe('inside')
  expect(await read(`http://localhost:${port}/`, false)).toBe('inside')
  asked = 0
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '127.1', '2130706433'])
    expect([host, await read(`http://${host}:${port}/`, true)]).toEqual([host, expect.not.stringMatching(/^inside/)])
  expect(asked).toBe(0)
})

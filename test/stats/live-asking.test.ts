import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Sqld, startSqld } from '../../db/sqld.ts'
import { scene } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'
import { listen } from './listening.ts'

/* What the feed asks of the database, heard on the way there. */

let folder: string
let sqld: Sqld
let way: Server
let stack: Stack
/** Every request, and those for events among them. */
const asked = { all: 0, forEvents: 0 }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'referloop-asked-'))
  sqld = await startSqld(folder)
  const { port } = new URL(sqld.url)
  way = createServer(async (from, to) => {
    const body: Buffer[] = []
    for await (const chunk of from) body.push(chunk)
    const sent = Buffer.concat(body)
    asked.all++
    if (/from \W*events\W* left join/.test(sent.toString())) asked.forEvents++
    const on = request(
      { port, host: '127.0.0.1', path: from.url, method: from.method, headers: from.headers },
      (back) => {
        to.writeHead(back.statusCode ?? 502, back.headers)
        back.pipe(to)
      },
    )
    on.on('error', () => to.destroy())
    on.end(sent)
  })
  await new Promise<void>((ready) => way.listen(0, '127.0.0.1', ready))
  stack = await startStack({ databaseUrl: `http://127.0.0.1:${(way.address() as AddressInfo).port}` })
})
afterAll(async () => {
  await stack?.stop()
  way?.closeAllConnections()
  way?.close()
  await sqld?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a stream asks less than 50 times, as Cloudflare allows, and nobody asks for a client who left', async () => {
  const { apiKey } = await scene(stack, 'asked')
  const url = `${stack.url}/api/v1/stats/live`
  const headers = { Authorization: `Bearer ${apiKey}` }
  await stack.worker.scheduled(Date.now())
  const before = asked.all
  const whole = await listen(url, headers)
  expect(await whole.ended()).toBe(true)
  expect([asked.forEvents, asked.all - before < 50]).toEqual([40, true])

  const left = await listen(url, headers)
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  left.leave()
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const then = asked.forEvents
  expect(then).toBeGreaterThan(41)
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  expect(asked.forEvents).toBe(then)
}, 120_000)

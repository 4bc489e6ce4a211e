import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, strangersOf, visitor } from './browser.ts'

const PAGE = `<title>cold</title><script>document.title = 'warm'</script><meta name="viewport" content="width=device-width">
  <img src="http://tracker.example/pixel.gif">`
const agents: (string | undefined)[] = []
const server = createServer((request, response) => {
  agents.push(request.headers['user-agent'])
  response.setHeader('Content-Type', 'text/html').end(PAGE)
})
let browser: Browser
let origin = ''

beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  origin = `http://localhost:${(server.address() as AddressInfo).port}`
  browser = await openBrowser()
}, 60_000)
afterAll(async () => {
  await browser?.close()
  server.close()
})

test('a phone opens a page with and without JavaScript, and a request to a stranger is noticed', async () => {
  for (const [javaScript, title] of [
    [true, 'warm'],
    [false, 'cold'],
  ] as const) {
    const context = await visitor(browser, { javaScript })
    const strangers = strangersOf(context, origin)
    const page = await context.newPage()
    await page.goto(`${origin}/`)
    expect(await page.title()).toBe(title)
    expect(page.viewportSize()?.width).toBe(390)
    expect(strangers).toEqual(['http://tracker.example/pixel.gif'])
    await context.close()
  }
  expect(agents.length).toBeGreaterThan(0)
  expect(agents.filter((agent) => /headless/i.test(agent ?? ''))).toEqual([])
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { welcome } from '../../db/welcome.ts'
import { type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let practice: TestPractice
beforeAll(async () => {
  stack = await startStack()
  practice = await testPractice(stack, 'welcome')
})
afterAll(() => stack.stop())

const QR = /[█▀▄]{20}/
const HINT = 'To scan it with a phone: HOST=0.0.0.0 npm start'

/** What is printed for a service that listens on the loopback and is known by this address. */
const printed = (publicUrl: string, isTerminal = true) => welcome({ ...stack, publicUrl }, Date.now(), isTerminal)

test('behind a proxy both addresses are told: the one for people, and the one for the proxy', async () => {
  const text = await printed('https://refer.example.org')
  expect(text).toContain('Referloop is running at https://refer.example.org\n')
  expect(text).toContain(`\nOn this machine, where a proxy would lead: ${stack.url}\n`)
  expect(text).toContain(`  https://refer.example.org/r/${practice.link.code}\n`)
})

test('an address is told once where both are the same', async () => {
  for (const publicUrl of [stack.publicUrl, stack.url])
    expect(await printed(publicUrl)).not.toContain('On this machine')
})

test.each(['https://refer.example.org', 'http://192.168.1.20:8787'])(
  'a card of %s is drawn for a phone to scan',
  async (publicUrl) => {
    const text = await printed(publicUrl)
    expect(text).toMatch(QR)
    expect(text).not.toContain(HINT)
    expect(await printed(publicUrl, false)).not.toMatch(QR)
  },
)

test('an address of IPv6, which no card can hold, is told without one', async () => {
  const text = await printed('http://[fd00::20]:8787')
  expect(text).toContain('Ctrl-C stops it')
  expect(text).not.toMatch(QR)
})

test.each(['http://localhost:8787', 'http://127.0.0.1:8787', 'http://[::1]:8787'])(
  'a card of %s is not, as no phone can open it: how to change that is said in a line',
  async (publicUrl) => {
    const text = await printed(publicUrl)
    expect(text).not.toMatch(QR)
    expect(text).toContain(`/r/${practice.link.code}\n  ${HINT}\n`)
    expect(await printed(publicUrl, false)).not.toContain(HINT)
  },
)

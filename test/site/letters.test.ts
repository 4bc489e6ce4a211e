import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../api.ts'
import { openBrowser, visitor } from '../browser.ts'
import { boxOf } from '../mail/box.ts'
import { PATIENT, slotsOf, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let browser: Browser
let practice: TestPractice
let other: TestPractice

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), openBrowser()])
  practice = await testPractice(stack, 'reading')
  other = await testPractice(stack, 'curious', '2987654326')
  const [slot] = (await slotsOf(stack.url, practice)).slice(-1)
  await ask(stack.url, 'POST /api/v1/bookings', {
    key: practice.key,
    body: { service: practice.service, start: slot?.start, providerId: slot?.providerId, patient: PATIENT },
  })
  await boxOf(stack).to(PATIENT.email)
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

async function signedIn(whose: TestPractice) {
  const context = await visitor(browser)
  const page = await context.newPage()
  await page.goto(whose.signInUrl)
  await page.goto(`${stack.url}/practice/mail`)
  return { context, page }
}

test('the owner reads the letters that left as files, shut in and with their own looks', async () => {
  const { context, page } = await signedIn(practice)
  expect(await page.locator('main').innerText()).toContain(PATIENT.email)
  const [answer] = await Promise.all([
    page.waitForResponse((response) => /\/practice\/mail\/./.test(response.url())),
    page.locator('.letters a').first().click(),
  ])
  expect(answer.headers()['content-security-policy']).toContain("sandbox allow-popups; default-src 'none'")
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Your appointment is booked')
  await context.close()
})

test('the owner of another practice sees none of them, and nobody else sees any', async () => {
  const { context, page } = await signedIn(other)
  expect(await page.locator('main').innerText()).toContain('None has left yet')
  const [name = ''] = boxOf(stack).names()
  const id = name.replace('.eml', '')
  expect((await page.goto(`${stack.url}/practice/mail/${id}`))?.status()).toBe(404)
  await context.close()
  for (const path of ['/practice/mail', `/practice/mail/${id}`]) {
    const answer = await fetch(`${stack.url}${path}`, { redirect: 'manual' })
    expect(answer.status).toBe(303)
  }
})

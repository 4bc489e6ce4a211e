import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LAYOUTS } from '../../worker/cards/layouts.ts'
import { ask } from '../api.ts'
import { openBrowser, visitor } from '../browser.ts'
import { type Link, type TestPractice, testPractice } from '../practice.ts'
import { wrongWith } from '../site/walk.ts'
import { type Stack, startStack } from '../stack.ts'
import { badlyRead } from './conditions.ts'
import { cut, pdfPixels } from './pixels.ts'

let stack: Stack
let oak: TestPractice
let browser: Browser
beforeAll(async () => {
  stack = await startStack()
  oak = await testPractice(stack, 'oak')
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

test('cards are printed from the browser at their true size, with nothing around them, and are read', async () => {
  const context = await visitor(browser, { width: 1280, height: 900 })
  const page = await context.newPage()
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  await page.goto(oak.signInUrl)
  await page.goto(`${stack.url}/practice/cards`)
  for (const [layout, width, height] of [
    ['avery-5371', 215.9, 279.4],
    ['poster-a6', 105, 148],
    ['slip-half-letter', 279.4, 215.9],
    ['kit-a4', 210, 297],
  ] as const) {
    await page.getByLabel('Paper').selectOption(layout)
    await page.getByRole('button', { name: 'Print from this browser' }).click()
    await page.locator('.sheets svg').first().waitFor()
    const pages = await pdfPixels(await page.pdf({ preferCSSPageSize: true, printBackground: true }))
    expect(pages.map((one) => [one.width.toFixed(0), one.height.toFixed(0)])).toEqual([
      [width.toFixed(0), height.toFixed(0)],
    ])
    const { places, item } = LAYOUTS[layout]
    for (const place of places) {
      const card = await cut(pages[0]?.png ?? Buffer.alloc(0), { ...place, ...item })
      expect(await badlyRead(card, oak.link.qrUrl)).toEqual([])
    }
  }
  expect(await wrongWith(page)).toEqual([])
  // Fewer: the download names those that are left.
  await page.getByLabel('All of them').uncheck()
  await page.getByRole('button', { name: 'Download as PDF' }).click()
  expect(await page.getByRole('status').textContent()).toBe('Choose at least one.')
  await page.getByLabel(oak.link.display).check()
  expect(await page.locator('[name=links]').inputValue()).toBe('all')
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as PDF' }).click(),
  ])
  expect(saved.suggestedFilename()).toBe('kit-a4.pdf')
  expect(errors).toEqual([])
  await context.close()
})

test('a file that is refused leaves its reader on the page, which says why', async () => {
  const elm = await testPractice(stack, 'elm', '2987654326')
  const office = await ask<{ id: string }>(stack.url, 'POST /api/v1/offices', { key: elm.key, body: { name: '王' } })
  const body = { officeId: office.body.id, service: elm.service, channel: 'card' }
  const link = await ask<Link>(stack.url, 'POST /api/v1/links', { key: elm.key, body })
  const context = await visitor(browser)
  const page = await context.newPage()
  await page.goto(elm.signInUrl)
  await page.goto(`${stack.url}/practice/cards`)
  await page.getByRole('button', { name: 'Download as PDF' }).click()
  const status = page.getByRole('status').filter({ hasText: 'lacks: “王”' })
  await status.waitFor()
  expect(await status.textContent()).toContain(
    `This cannot be printed yet: ${link.body.display}: The office's name “王”`,
  )
  expect(new URL(page.url()).pathname).toBe('/practice/cards')
  // More than an address holds: it is said before anything is asked for.
  await page.locator('[data-cards]').evaluate((form: HTMLElement) => {
    form.dataset.most = '0'
  })
  await page.getByLabel(link.body.display).uncheck()
  await page.getByRole('button', { name: 'Download as PDF' }).click()
  await page.getByRole('status').filter({ hasText: 'at most 500 that are chosen' }).waitFor()
  await context.close()
})

test('nobody sees the page who is not signed in', async () => {
  const context = await visitor(browser, { javaScript: false })
  const page = await context.newPage()
  await page.goto(`${stack.url}/practice/cards`)
  expect(new URL(page.url()).pathname).toBe('/practice/sign-in')
  await context.close()
})

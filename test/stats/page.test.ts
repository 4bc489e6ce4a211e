import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stored } from '../../db/database.ts'
import { days } from '../../site/text/numbers.ts'
import { count } from '../../worker/counts/count.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { dayAfter, localDay } from '../../worker/practices/day.ts'
import { ask } from '../api.ts'
import { openBrowser, strangersOf, visitor } from '../browser.ts'
import { type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

/*
 * Two practices with a card each: the north one had 12 scans, 10 visits, 4 hits of bots and 4 referred patients today,
 * one of whom named somebody whom nobody knows; and before that one hit of a bot, ten days ago. The south had none.
 */
const DAY_MS = 86_400_000

let stack: Stack
let browser: Browser
let north: TestPractice
let south: TestPractice
beforeAll(async () => {
  stack = await startStack()
  browser = await openBrowser()
  north = await testPractice(stack, 'north')
  south = await testPractice(stack, 'south')
  const card = { officeId: north.office.id, referrerId: north.referrer.id, linkId: north.link.id, at: Date.now() }
  stored(
    await stack.db.write((sql) =>
      count(sql, { id: north.id, timezone: 'America/Chicago' }, [
        { ...card, measure: 'hit:person', n: 12 },
        { ...card, measure: 'visit', n: 10 },
        { ...card, measure: 'hit:bot', n: 4 },
        { ...card, measure: 'hit:bot', at: card.at - 10 * DAY_MS },
        { ...card, measure: 'referral', n: 2 },
        { ...card, measure: 'evidence:code', n: 2 },
        { ...card, measure: 'referral', officeId: '', referrerId: '', linkId: '' },
        { ...card, measure: 'evidence:none', officeId: '', referrerId: '', linkId: '' },
        { ...card, measure: 'referral', officeId: '', referrerId: '', linkId: '' },
        { ...card, measure: 'evidence:patient', officeId: '', referrerId: '', linkId: '' },
      ]),
    ),
  )
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

const open = (path: string, cookie = '', headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${stack.url}${path}`, { method, redirect: 'manual', headers: { ...headers, ...(cookie ? { cookie } : {}) } })
const cookieOf = (answer: Response) => answer.headers.get('set-cookie')?.split(';')[0] ?? ''
const cookies = new Map<TestPractice, string>()
async function signedIn(practice: TestPractice): Promise<string> {
  const cookie = cookies.get(practice) ?? cookieOf(await open(new URL(practice.signInUrl).pathname))
  cookies.set(practice, cookie)
  return cookie
}
const pageOf = async (practice: TestPractice, query = '') =>
  (await open(`/practice/stats${query}`, await signedIn(practice))).text()

describe('signing in', () => {
  test('without a session the stats page leads to a page that says how to get a link, and shows no number', async () => {
    const answer = await open('/practice/stats')
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/practice/sign-in')
    expect(await answer.text()).not.toContain(north.referrer.name)
    expect(await (await open('/practice/sign-in')).text()).toContain('How to get a link')
  })

  test('while the database is away a staff page says so with 503, and nobody is signed in or out', async () => {
    const created = await createPractice(
      stack.db,
      stack.secrets,
      { name: 'Harbor', slug: 'harbor', timezone: 'UTC' },
      Date.now(),
    )
    const path = `/practice/sign-in/${created.ok && created.signInToken}`
    await stack.database.stop()
    try {
      for (const page of ['/practice/stats', path]) {
        const answer = await open(page, 'rl_session=anything')
        expect([answer.status, answer.headers.get('retry-after')], page).toEqual([503, '5'])
        expect(answer.headers.get('set-cookie')).toBeNull()
        expect(await answer.text()).toContain('cannot be reached')
      }
    } finally {
      await stack.database.start()
    }
    expect((await open(path)).status).toBe(303)
  })

  const SLACK = { 'User-Agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' }

  test('the link signs in once; a HEAD request, a browser that looks ahead or a preview does not use it up', async () => {
    const created = await createPractice(
      stack.db,
      stack.secrets,
      { name: 'East', slug: 'east', timezone: 'UTC' },
      Date.now(),
    )
    const path = `/practice/sign-in/${created.ok && created.signInToken}`
    expect(cookieOf(await open(path, '', {}, 'HEAD'))).toBe('')
    for (const ahead of [
      { 'Sec-Purpose': 'prefetch;prerender' },
      { Purpose: 'Prefetch' },
      { 'X-Moz': 'prefetch' },
      SLACK,
    ])
      expect(cookieOf(await open(path, '', ahead))).toBe('')

    const first = await open(path)
    expect([first.status, first.headers.get('location')]).toEqual([303, '/practice/stats'])
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly.*SameSite=Lax/)
    const again = await open(path)
    expect([again.status, cookieOf(again)]).toEqual([410, ''])
    expect(await again.text()).toContain('How to get a link')
    expect((await open(path, cookieOf(first))).headers.get('location')).toBe('/practice/stats')
  })

  test('who signs out is out everywhere, also with the old cookie', async () => {
    const created = await createPractice(
      stack.db,
      stack.secrets,
      { name: 'West', slug: 'west', timezone: 'UTC' },
      Date.now(),
    )
    const cookie = cookieOf(await open(`/practice/sign-in/${created.ok && created.signInToken}`))
    expect((await open('/practice/stats', cookie)).status).toBe(200)
    const answer = await open(
      '/practice/sign-out',
      cookie,
      { origin: stack.publicUrl, 'Sec-Fetch-Site': 'same-origin' },
      'POST',
    )
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/practice/sign-in?signed-out'])
    expect((await open('/practice/stats', cookie)).status).toBe(303)
  })

  test('/practice leads to the stats', async () => {
    expect((await open('/practice')).headers.get('location')).toBe('/practice/stats')
  })
})

describe('the stats page', () => {
  test('a practice sees its own people and none of another practice', async () => {
    const own = await pageOf(north)
    expect(own).toContain(north.referrer.name)
    expect(own).toContain('Practice north')
    const other = await pageOf(south)
    expect(other).toContain('Here you will see who sends you patients')
    expect(other).not.toContain('Practice north')
    expect(other).not.toContain(north.office.name)
  })

  test('is never kept by a cache', async () => {
    const answer = await open('/practice/stats', await signedIn(north))
    expect(answer.headers.get('cache-control')).toContain('no-store')
  })

  test.each([
    ['2026-11-20', '2026-11-01', 'To', 'Choose a last day that is not before the first.'],
    ['1900-01-01', '2026-11-01', 'From', 'Choose days from 2000 to 2100.'],
    ['2010-01-01', '2026-11-01', 'From', 'Choose ten years or less.'],
  ])('days that cannot be shown, %s to %s: the form says why and keeps them', async (from, to, wrong, why) => {
    const page = await pageIn(390, 'light', false, `?from=${from}&to=${to}`)
    expect(await page.title()).toMatch(/^Error: /)
    expect([await dayField(page, 'From').inputValue(), await dayField(page, 'To').inputValue()]).toEqual([from, to])
    const field = dayField(page, wrong)
    expect(await field.evaluate((input) => input === document.activeElement)).toBe(true)
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    const words = page.locator(`#${await field.getAttribute('aria-describedby')}`)
    expect([await words.isVisible(), await words.innerText()]).toEqual([true, why])
    await expect(figure(page, 'Referred patients')).resolves.toBe('4')
    await page.context().close()
  })

  test('a day that no calendar has is named as it was typed', async () => {
    expect(await pageOf(north, '?from=2026-02-30&to=2026-03-01')).toContain(
      '“2026-02-30” is not a day of the calendar.',
    )
    expect(await pageOf(north, '?from=<b>')).toContain('“&lt;b&gt;” is not a day')
  })

  test('says up to which time a day that is not over is compared, and nothing of days that are', async () => {
    const upTo = /until \d+:(00|15|30|45)\s[AP]M (of that day|on \w+ \d+, \d{4})|Too early to compare/
    for (const query of ['?range=today', `?from=${dayOf(3)}&to=${dayOf(0)}`])
      expect(await pageOf(north, query)).toMatch(upTo)
    for (const query of ['?range=today&compare=none', `?from=${dayOf(3)}&to=${dayOf(1)}`])
      expect(await pageOf(north, query)).not.toMatch(upTo)
  })

  test('says once when counting began instead of a change against days before it, and leaves those out', async () => {
    const began = `Counting began on ${days({ from: dayOf(10), to: dayOf(10) })}.`
    for (const query of ['', '?range=7&compare=year', '?range=90&compare=none']) {
      const page = await pageOf(north, query)
      expect(page.split(began)).toHaveLength(2)
      expect(page).not.toMatch(/\d before<|may be chance/)
      expect([...page.matchAll(/<rect class="column/g)].length).toBe(query.startsWith('?range=7') ? 7 : 11)
    }
    for (const query of ['?range=today', '?range=7&compare=none'])
      expect(await pageOf(north, query)).not.toContain('Counting began')
  })

  test.each([
    [1280, 'light'],
    [390, 'dark'],
    [320, 'light'],
  ] as const)(
    '%i px wide, without JavaScript: the numbers, and nothing that scrolls sideways',
    async (width, colorScheme) => {
      const page = await pageIn(width, colorScheme, false)
      await expect(figure(page, 'Referred patients')).resolves.toBe('4')
      await expect(figure(page, 'Scans')).resolves.toBe('12')
      const row = page.getByRole('row', { name: north.referrer.name })
      expect(await row.getByRole('cell').allInnerTexts()).toEqual(
        expect.arrayContaining([expect.stringContaining('12')]),
      )
      expect(await page.getByRole('row', { name: 'Source not known' }).innerText()).toContain('2')
      expect(await page.innerText('main')).toMatch(/Bots and scanners\s*5/)
      expect(await page.innerText('main')).toContain('Source known for 2 of 4 referred patients')
      const why = page.getByRole('region', { name: 'How we know' })
      expect(await why.locator('dd').allInnerTexts()).toEqual(['2', '2'])
      expect(await why.locator('.unknown').innerText()).toMatch(
        /Source not known\s+1 named somebody who is not matched/,
      )
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      await page.context().close()
    },
  )

  test.each([320, 360, 390, 800, 1280])('an interval %i px wide is a line, not a dot alone', async (width) => {
    const page = await pageIn(width, 'light', false)
    const row = page.getByRole('row', { name: north.referrer.name })
    const line = await row.locator('.share line').evaluate((one) => one.getBoundingClientRect().width)
    const dot = await row.locator('.share circle').evaluate((one) => one.getBoundingClientRect().width)
    expect(line).toBeGreaterThan(3 * dot)
    await page.context().close()
  })

  test.each([390, 1280])('names of two hundred letters without a space widen no page %i px wide', async (width) => {
    const long = 'Ł'.repeat(200)
    const names = [
      ['offices', north.office.name],
      ['referrers', north.referrer.name],
      ['practices', 'Practice north'],
    ] as const
    const rename = (to: (name: string) => string) =>
      stack.db.client.batch(
        names.map(([table, name]) => ({
          sql: `UPDATE ${table} SET name = ? WHERE ${table === 'practices' ? 'id' : 'practice_id'} = ?`,
          args: [to(name), north.id],
        })),
        'write',
      )
    await rename(() => long)
    const page = await pageIn(width, 'light', false)
    expect(await page.innerText('main')).toContain(long)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await rename((name) => name)
    await page.context().close()
  })

  test('a number opens to what it means', async () => {
    const page = await pageIn(1280, 'light', false)
    const words = page.getByText('Bots, link previews and prefetches are left out.')
    expect(await words.isVisible()).toBe(false)
    await page.locator('summary[aria-label="What “Scans” means"]').click()
    expect(await words.isVisible()).toBe(true)
    await page.context().close()
  })

  test('with JavaScript what opens closes with Escape and with a click elsewhere, and the focus is where it was', async () => {
    const page = await pageIn(1280, 'light', true)
    const sign = page.locator('summary[aria-label="What “Scans” means"]')
    const words = page.getByText('Bots, link previews and prefetches are left out.')
    const holdsFocus = () => sign.evaluate((summary) => summary === document.activeElement)
    await sign.click()
    await words.click()
    expect(await words.isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    expect([await words.isVisible(), await holdsFocus()]).toEqual([false, true])

    await page.keyboard.press('Enter')
    expect(await words.isVisible()).toBe(true)
    await page.getByRole('heading', { name: 'Referrers' }).click()
    expect([await words.isVisible(), await holdsFocus()]).toEqual([false, true])

    await page.getByText('Other days').click()
    await page.getByText('The same as a table').click()
    expect(await dayField(page, 'From').isVisible()).toBe(false)
    expect(await page.getByRole('link', { name: 'Download CSV' }).first().isVisible()).toBe(true)
    expect(await page.getByText('The same as a table').evaluate((one) => one === document.activeElement)).toBe(true)
    await page.keyboard.press('Escape')
    expect(await page.getByRole('link', { name: 'Download CSV' }).first().isVisible()).toBe(true)
    await page.context().close()
  })

  test.each([320, 390, 800, 1040, 1280])('what opens stays within a page %i px wide', async (width) => {
    const page = await pageIn(width, 'light', false)
    for (const summary of await page.locator('summary:visible').all()) {
      await summary.click()
      const words = page.locator('details[open] > .words')
      for (const box of await Promise.all((await words.all()).map((one) => one.boundingBox()))) {
        expect(box?.x).toBeGreaterThanOrEqual(0)
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width)
      }
      await summary.click()
    }
    await page.context().close()
  })

  test('with JavaScript the arrow keys read the chart, and nothing comes from elsewhere', async () => {
    const page = await pageIn(1280, 'light', true)
    const strangers = strangersOf(page.context(), stack.publicUrl)
    const broken: string[] = []
    page.on('console', (message) => message.type() === 'error' && broken.push(message.text()))
    await page.reload()
    await page.locator('.ground').focus()
    await page.keyboard.press('ArrowLeft')
    await expect
      .poll(() => page.locator('[data-chart]').getByRole('status').innerText())
      .toMatch(/12 scans, 0 bookings/)
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => page.locator('[data-chart]').getByRole('status').innerText()).toMatch(/0 scans, 0 bookings/)
    expect([strangers, broken]).toEqual([[], []])
    await page.context().close()
  })
})

async function pageIn(width: number, colorScheme: 'light' | 'dark', javaScript: boolean, query = ''): Promise<Page> {
  const context = await visitor(browser, { width, colorScheme, javaScript })
  const [name = '', value = ''] = (await signedIn(north)).split('=')
  await context.addCookies([{ name, value, url: stack.publicUrl }])
  const page = await context.newPage()
  await page.goto(`${stack.publicUrl}/practice/stats${query}`)
  return page
}

/** The day so many days ago where the practice is. */
const dayOf = (daysAgo: number) => dayAfter(localDay(Date.now(), 'America/Chicago'), -daysAgo)
const dayField = (page: Page, label: string) => page.getByLabel(label, { exact: true })
const figure = (page: Page, name: string) => page.getByRole('region', { name }).locator('.figure').first().innerText()

describe('the API', () => {
  test('answers as the page, and as a table', async () => {
    const summary = await ask(stack.url, 'GET /api/v1/stats/summary', { key: north.key })
    expect(summary.body).toMatchObject({
      timezone: 'America/Chicago',
      countedSince: dayOf(10),
      totals: { hits: 17, scans: 12, visits: 10, calls: 0, referrals: 4, bookings: 0, seen: 0 },
      excluded: { bot: 5, prefetch: 0, head: 0, preview: 0, staff: 0 },
      evidence: { office: 0, code: 2, visit: 0, browser: 0, patient: 1, letter: 0, system: 0, none: 1 },
      coverage: { known: 2, all: 4 },
      unmatched: 1,
    })
    const csv = await ask<string>(stack.url, 'GET /api/v1/stats/referrers.csv', { key: north.key })
    expect(csv.headers.get('content-type')).toContain('text/csv')
    expect(csv.headers.get('content-disposition')).toMatch(/referrers-\d{4}-\d{2}-\d{2}-\d{4}-\d{2}-\d{2}\.csv/)
    expect(csv.body).toContain(`${north.referrer.id},${north.office.id},${north.referrer.name},`)
  })

  test.each([
    ['summary?from=2026-02-30', 'from'],
    ['summary?from=2026-03-02&to=2026-03-01', 'to'],
    ['summary?from=1000-01-01', 'from'],
    ['timeseries?interval=year', 'interval'],
    ['timeseries?from=2026-01-01&to=2026-11-01&interval=hour', 'interval'],
    ['timeseries?referrerId=nobody', 'referrerId'],
    ['timeseries?linkId=nothing', 'linkId'],
    ['referrers?compare=everything', 'compare'],
  ])('%s is refused, with the field', async (path, field) => {
    const { status, body } = await ask<{ errors: { field: string; detail: string }[] }>(
      stack.url,
      `GET /api/v1/stats/${path}`,
      { key: north.key },
    )
    expect(status).toBe(422)
    expect(body.errors.map((error) => error.field)).toEqual([field])
    expect(body.errors[0]?.detail).not.toBe('')
  })

  test('of another practice: its people are unknown and its counts are not seen', async () => {
    const foreign = await ask(stack.url, `GET /api/v1/stats/timeseries?linkId=${north.link.id}`, { key: south.key })
    expect(foreign.status).toBe(422)
    const summary = await ask<{ totals: object }>(stack.url, 'GET /api/v1/stats/summary', { key: south.key })
    expect(Object.values(summary.body.totals)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    const { body } = await ask<{ rows: { referrerId: string }[] }>(stack.url, 'GET /api/v1/stats/referrers', {
      key: south.key,
    })
    expect(body.rows.map(({ referrerId }) => referrerId)).toEqual([south.referrer.id])
  })

  test('its reports can be told apart by name', async () => {
    const { body } = await ask<{ paths: Record<string, { get?: { summary: string } }> }>(
      stack.url,
      'GET /api/v1/openapi.json',
    )
    const names = Object.entries(body.paths).flatMap(([path, { get }]) =>
      path.startsWith('/stats/') ? get?.summary : [],
    )
    expect(names.length).toBeGreaterThan(5)
    expect(new Set(names).size).toBe(names.length)
  })

  test('without a key there is nothing', async () => {
    for (const path of ['summary', 'summary.csv', 'referrers', 'timeseries'])
      expect((await ask(stack.url, `GET /api/v1/stats/${path}`)).status).toBe(401)
  })
})

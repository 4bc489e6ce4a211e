import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { and, eq } from 'drizzle-orm'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  callStarts,
  hosts,
  locations,
  practices,
  practiceTexts,
  providers,
  services,
  serviceTexts,
} from '../../db/schema.ts'
import { schedulerLink } from '../../site/landing/elsewhere.ts'
import { mapLink } from '../../site/landing/map.ts'
import { LANGUAGES } from '../../site/text/languages.ts'
import { signReceipt } from '../../worker/scans/receipt.ts'
import { openBrowser, strangersOf, type Visitor, visitor } from '../browser.ts'
import { PHONE } from '../practice.ts'
import { receiptIn, ride, type Scene, scene, until } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'
import { scanCard, wrongWith } from './walk.ts'

let stack: Stack
let browser: Browser
let clinic: Scene

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), openBrowser()])
  clinic = await scene(stack, 'landing')
  // Before anybody asks whose host it is: the answer is remembered for a minute.
  const own = await scene(stack, 'own-host')
  await stack.db.write((sql) => [
    sql.insert(hosts).values({ host: 'cards.example.org', practiceId: own.practiceId, isPrimary: true, createdAt: 0 }),
  ])
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

const origin = () => stack.publicUrl
const opened = async (person: Visitor = {}) => {
  const context = await visitor(browser, person)
  const page = await context.newPage()
  return { context, page, strangers: strangersOf(context, origin()) }
}
/** A landing page as a phone gets it, without a browser. */
const pageOf = async (path: string, headers: Record<string, string> = {}) =>
  (await ride(stack, path, { headers: { 'Accept-Language': 'en', ...headers } })).text()
/** The same under another name of the host, which fetch does not set. */
const pageAt = (host: string, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    request(stack.url + path, { headers: { Host: host } }, (answer) => resolve(text(answer)))
      .on('error', reject)
      .end()
  })
const main = (page: Page) => page.locator('main').innerText()

describe('the way to a scheduler elsewhere', () => {
  test('passes the receipt on after whatever the address asks, and the address alone where there is none', () => {
    const receipt = 'abc_-123.K7.x'
    expect(schedulerLink('https://a.example/s', receipt)).toBe('https://a.example/s?referloop=abc_-123.K7.x')
    expect(schedulerLink('https://a.example/?x=a%20b&y', receipt)).toBe(
      'https://a.example/?x=a%20b&y&referloop=abc_-123.K7.x',
    )
    expect(schedulerLink('https://a.example/s?#at', receipt)).toBe('https://a.example/s?referloop=abc_-123.K7.x#at')
    expect(schedulerLink('https://a.example/s?x#at', null)).toBe('https://a.example/s?x#at')
    for (const bad of ['javascript:alert(1)', 'data:text/html,x', '//a.example', 'https://a b', 'https://'])
      expect(schedulerLink(bad, receipt), bad).toBeNull()
  })

  test('stands in the page of such a service, and says what it passes on', async () => {
    const receipt = receiptIn(await ride(stack, `/q/${clinic.codes[0]}`))
    const html = await pageOf(`/p/landing/imaging?s=${receipt}`)
    expect(html).toContain(`href="https://imaging.example.com/schedule?referloop=${receipt}" rel="noreferrer"`)
    expect(html).toContain('by a number that says nothing about you')
    const plain = await pageOf('/p/landing/imaging')
    expect(plain).toContain('href="https://imaging.example.com/schedule" rel="noreferrer"')
    expect(plain).not.toContain('by a number that says nothing about you')
  })

  test('of a forged receipt, or of one by which staff tried the card, is the plain address', async () => {
    const receipt = receiptIn(await ride(stack, `/q/${clinic.codes[0]}`))
    const tried = signReceipt(stack.secrets, {
      ...{ practiceId: clinic.practiceId, scanId: 'scan-of-staff', code: clinic.codes[0], at: Date.now() },
      class: 'staff',
    })
    for (const one of [`${receipt.slice(0, -2)}xx`, tried])
      expect(await pageOf(`/p/landing/imaging?s=${one}`)).not.toContain('referloop=')
  })
})

describe('the telephone', () => {
  test('tells once a visit that a call began, with the receipt that the address no longer shows', async () => {
    const { context, page, strangers } = await opened()
    await scanCard(page, origin(), clinic)
    expect(page.url()).not.toContain('?s=')
    // The browser is not to leave for a telephone that it has not.
    await page.evaluate(() => addEventListener('click', (event) => event.preventDefault()))
    for (const link of await page.locator('main a[href^="tel:"]').all()) {
      const beacon = page.waitForRequest((request) => request.url() === `${origin()}/calls/started?p=landing`)
      await link.click()
      expect((await beacon).postData()).toMatch(/^[\w-]{8,}\./)
    }
    const rows = await until(
      () => stack.db.read((sql) => sql.select().from(callStarts).where(eq(callStarts.practiceId, clinic.practiceId))),
      (found) => found.length > 0,
    )
    expect(rows).toMatchObject([{ officeId: clinic.officeId, referrerId: clinic.referrerId }])
    expect(strangers).toEqual([])
    await context.close()
  })
})

describe('a landing page', () => {
  test('answers what a patient asks, in every language, with nothing that is empty', async () => {
    for (const [tag, words] of Object.entries(LANGUAGES)) {
      const { context, page, strangers } = await opened({ locale: tag })
      await scanCard(page, origin(), clinic)
      const said = await main(page)
      const { landing: t, clinic: c } = words
      for (const heading of [
        c.who,
        t.visit,
        t.where,
        t.bring,
        t.insurance,
        t.cost,
        t.driver,
        c.interpreter,
        c.changing,
      ])
        expect(said, tag).toContain(heading)
      for (const sentence of [c.notSure, c.map, t.privacy, t.emergency, 'Prairie Mutual', 'Dr Minh-Anh Nguyễn'])
        expect(said, tag).toContain(sentence)
      const empty = await page
        .locator('main :is(section, p, ul, div, dd, li):not(:has(img))')
        .evaluateAll((all) => all.filter((one) => !one.textContent?.trim()).map((one) => one.outerHTML))
      expect(empty, tag).toEqual([])
      expect(await wrongWith(page), tag).toEqual([])
      expect(strangers).toEqual([])
      await context.close()
    }
  })

  test('names the doctors of its service alone', async () => {
    const html = await pageOf('/p/landing/joint-class')
    expect(html).toContain('Dr Folake Adeyemi')
    expect(html).not.toContain('Dr Håkan Lindqvist')
  })

  test('of a practice that says nothing has no empty heading, and a sentence of ours on changes', async () => {
    const quiet = await scene(stack, 'quiet-words')
    await stack.db.write((sql) => [
      sql.delete(practiceTexts).where(eq(practiceTexts.practiceId, quiet.practiceId)),
      sql.delete(serviceTexts).where(eq(serviceTexts.practiceId, quiet.practiceId)),
      sql.update(practices).set({ insurers: '' }).where(eq(practices.id, quiet.practiceId)),
    ])
    const { context, page } = await opened()
    await page.goto(`${origin()}/p/quiet-words/consultation`)
    const headings = await page.locator('main h2').allInnerTexts()
    const { landing: t, clinic: c } = LANGUAGES.en ?? {}
    expect(headings).toEqual([c?.who, t?.visit, t?.where, c?.changing, t?.privacy, t?.emergencyTitle])
    expect(await main(page)).toContain('Allow about 30 minutes.')
    expect(await main(page)).toContain(c?.change.book ?? '')
    await context.close()
  })

  test('opens the address in a map of the reader’s own, which nobody is asked for before', () => {
    const address = '1400 Larkfield Avenue\nChicago, IL 60600'
    const query = '1400%20Larkfield%20Avenue%2C%20Chicago%2C%20IL%2060600'
    expect(mapLink(address, PHONE)).toBe(`https://maps.apple.com/?q=${query}`)
    for (const agent of ['Mozilla/5.0 (Linux; Android 10; K)', 'Mozilla/5.0 (X11; Linux x86_64)', ''])
      expect(mapLink(address, agent)).toBe(`https://www.google.com/maps/search/?api=1&query=${query}`)
  })

  test('weighs 30 kB at most over the wire, whatever is in it, in every language', async () => {
    const paths = ['consultation', 'hip-and-knee', 'spine', 'imaging'].map((service) => `/p/landing/${service}`)
    const weights: Record<string, number> = {}
    for (const locale of Object.keys(LANGUAGES)) {
      const { context, page } = await opened({ locale })
      const session = await context.newCDPSession(page)
      await session.send('Network.enable')
      await session.send('Network.setCacheDisabled', { cacheDisabled: true })
      let bytes = 0
      session.on('Network.loadingFinished', ({ encodedDataLength }) => {
        bytes += encodedDataLength
      })
      for (const path of [...paths, `/q/${clinic.codes[0]}`]) {
        bytes = 0
        await page.goto(origin() + path, { waitUntil: 'networkidle' })
        weights[`${path} ${locale}`] = bytes
      }
      await context.close()
    }
    expect(Object.entries(weights).filter(([, weight]) => weight < 1_000 || weight > 30_000)).toEqual([])
  })
})

describe('the practice’s own words', () => {
  test('are formatted, and can do no harm', async () => {
    const odd = await scene(stack, 'own-words')
    const visit =
      'We **look**.\n\n- one\n- two\n\n[map](https://a.example) [bad](javascript:alert(1))\n\n<img src=x onerror=alert(1)>'
    await stack.db.write((sql) => [
      sql
        .update(serviceTexts)
        .set({ visit, summary: '<script>alert(1)</script> **plain**' })
        .where(and(eq(serviceTexts.practiceId, odd.practiceId), eq(serviceTexts.locale, 'en'))),
    ])
    const { context, page, strangers } = await opened()
    const complaints: string[] = []
    page.on('dialog', (dialog) => complaints.push(dialog.message()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(`${origin()}/p/own-words/consultation`)
    const words = page.locator('.words').filter({ hasText: 'We look' })
    expect(await words.locator('strong').innerText()).toBe('look')
    expect(await words.locator('li').allInnerTexts()).toEqual(['one', 'two'])
    expect(await words.locator('a').evaluateAll((all) => all.map((one) => one.outerHTML))).toEqual([
      '<a href="https://a.example" rel="noreferrer">map</a>',
    ])
    expect(await main(page)).toContain('<script>alert(1)</script> **plain**')
    expect(await wrongWith(page)).toEqual([])
    expect([complaints, strangers]).toEqual([[], []])
    await context.close()
  })
})

describe('what machines read', () => {
  const dataIn = async (page: Page) =>
    JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? 'null')

  test('says of schema.org which clinics and doctors these are, and nothing refuses it', async () => {
    const { context, page } = await opened()
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(`${origin()}/p/landing/consultation`)
    const { '@graph': graph } = await dataIn(page)
    expect(graph[0]).toMatchObject({
      '@type': 'MedicalClinic',
      '@id': `${origin()}/p/landing#chicago`,
      telephone: '+13125550101',
      address: {
        '@type': 'PostalAddress',
        streetAddress: '1400 Larkfield Avenue',
        addressLocality: 'Chicago',
        addressRegion: 'IL',
        postalCode: '60600',
      },
    })
    expect(graph[0].openingHoursSpecification).toContainEqual({
      '@type': 'OpeningHoursSpecification',
      dayOfWeek: ['Saturday'],
      opens: '09:00',
      closes: '12:00',
    })
    expect(graph.filter((one: { '@type': string }) => one['@type'] === 'Physician')).toContainEqual(
      expect.objectContaining({
        name: 'Dr Minh-Anh Nguyễn',
        parentOrganization: { '@id': `${origin()}/p/landing#chicago` },
      }),
    )
    expect(complaints).toEqual([])
    await context.close()
  })

  test('cannot be ended by a name', async () => {
    const odd = await scene(stack, 'ends-script')
    const name = '</script><script>alert(1)</script><!--\u2028'
    await stack.db.write((sql) => [
      sql.update(practices).set({ name }).where(eq(practices.id, odd.practiceId)),
      sql.update(providers).set({ name }).where(eq(providers.practiceId, odd.practiceId)),
      sql.update(locations).set({ address: name, name }).where(eq(locations.practiceId, odd.practiceId)),
    ])
    const { context, page } = await opened()
    await page.goto(`${origin()}/p/ends-script/consultation`)
    const { '@graph': graph } = await dataIn(page)
    expect(graph.at(-1).name).toBe(name)
    expect(await page.locator('script').evaluateAll((all) => all.map((one) => one.textContent))).not.toContain(
      'alert(1)',
    )
    await context.close()
  })

  test('has the page’s address in each language, and its name for a preview', async () => {
    const { context, page } = await opened({ locale: 'es' })
    await page.goto(`${origin()}/p/landing/consultation?lang=es`)
    const at = (tag = '') => `${origin()}/p/landing/consultation${tag && `?lang=${tag}`}`
    const head = (selector: string, name: string) =>
      page.locator(`head ${selector}`).evaluateAll((all, name) => all.map((one) => one.getAttribute(name)), name)
    expect(await head('link[rel=canonical]', 'href')).toEqual([at('es')])
    expect(await head('link[rel=alternate]', 'hreflang')).toEqual(['en', 'es', 'ar', 'x-default'])
    expect(await head('link[rel=alternate]', 'href')).toEqual([at('en'), at('es'), at('ar'), at()])
    expect(await head('meta[property="og:url"]', 'content')).toEqual([at()])
    expect(await head('meta[property="og:title"]', 'content')).toEqual([await page.title()])
    expect(await head('meta[property="og:locale"]', 'content')).toEqual(['es_US'])
    const described = await head('meta[name=description]', 'content')
    expect(described[0]).toMatch(/^Para dolor/)
    expect(await head('meta[property="og:description"]', 'content')).toEqual(described)
    await context.close()
  })

  test('is not to be found with a receipt, nor in the steps of a booking', async () => {
    const receipt = receiptIn(await ride(stack, `/q/${clinic.codes[0]}`))
    const html = await pageOf(`/p/landing/consultation?s=${receipt}`)
    expect(html).toContain('<meta name="robots" content="noindex">')
    expect(html).not.toMatch(/rel="canonical"|ld\+json/)
  })

  test('lists every landing page in every language; on a practice’s own host its own', async () => {
    const robots = await pageOf('/robots.txt')
    expect(robots).toContain(`Sitemap: ${origin()}/sitemap.xml`)
    const locs = (xml: string) => [...xml.matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, loc = '']) => loc)
    const all = locs(await pageOf('/sitemap.xml'))
    for (const tag of Object.keys(LANGUAGES)) {
      expect(all).toContain(`${origin()}/p/landing?lang=${tag}`)
      expect(all).toContain(`${origin()}/p/landing/spine?lang=${tag}`)
    }
    const [offered, known] = await stack.db.read((sql) =>
      Promise.all([sql.select().from(services), sql.select().from(practices)]),
    )
    const theirs = (practiceId: string) => offered.filter((service) => service.practiceId === practiceId).length
    const shared = known.filter(({ slug }) => slug !== 'own-host')
    const pages = shared.reduce((sum, { id }) => sum + 1 + theirs(id), 0)
    expect(all).toHaveLength(pages * (Object.keys(LANGUAGES).length + 1))
    expect(all.filter((loc) => loc.includes('own-host'))).toEqual([])
    const own = stack.publicUrl.replace(/\/\/.*/, '//cards.example.org')
    expect(await pageAt('cards.example.org', '/robots.txt')).toContain(`Sitemap: ${own}/sitemap.xml`)
    const here = locs(await pageAt('cards.example.org', '/sitemap.xml'))
    expect(here).toContain(`${own}/p/own-host/imaging?lang=ar`)
    expect(here.filter((loc) => !loc.startsWith(`${own}/p/own-host`))).toEqual([])
    expect(await pageOf('/p/own-host/imaging')).toContain(`<link rel="canonical" href="${own}/p/own-host/imaging">`)
  })
})

import { eq } from 'drizzle-orm'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { linkRetirements, links, offices, practices } from '../../db/schema.ts'
import { LANGUAGES } from '../../site/text/languages.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { openBrowser, press, strangersOf, type Visitor, visitor } from '../browser.ts'
import { ride, type Scene, scene } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'
import { begin, bookIt, scanCard, TYPED, walkToCheck, wrongWith } from './walk.ts'

let stack: Stack
let browser: Browser
let clinic: Scene

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), openBrowser()])
  clinic = await scene(stack, 'larkfield')
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

const origin = () => stack.publicUrl

/** A page of which every complaint of the browser is written down. */
async function watched(person: Visitor = {}) {
  const context = await visitor(browser, person)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/Content.Security|Refused|violat/i.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await context.addInitScript(() =>
    addEventListener('securitypolicyviolation', () => console.error('violates the Content-Security-Policy')),
  )
  return { context, page, complaints, strangers: strangersOf(context, origin()) }
}

/** Shows each page once, in the order in which a patient meets them, and asks the same of all. */
async function everyPage(page: Page, ask: (name: string) => Promise<void>) {
  await page.goto(origin())
  await ask('home')
  await page.goto(`${origin()}/K7M4-HXR1`)
  await ask('code help')
  await page.goto(`${origin()}/p/nobody/nothing`)
  await ask('not found')
  await page.goto(`${origin()}/p/larkfield`)
  await ask('practice')
  for (const service of ['joint-class', 'spine', 'imaging']) {
    await page.goto(`${origin()}/p/larkfield/${service}`)
    await ask(service)
  }
  await scanCard(page, origin(), clinic)
  await ask('landing')
  const button = page.locator('form .button')
  await press(page.locator('.way .button').first())
  await ask('day')
  await press(button)
  await ask('day with a mistake')
  await page.locator('input[name=day]').nth(2).check()
  await press(button)
  await ask('time')
  await page.locator('input[name=time]').nth(1).check()
  await press(button)
  await press(button)
  await ask('reason with a mistake')
  const choose = async (name: string) => {
    await page.locator(`input[name=${name}]`).first().check()
    await press(button)
  }
  await choose('reason')
  await ask('for')
  await choose('for')
  await ask('name')
  await page.locator('#name').fill(TYPED.name)
  await press(button)
  await press(button)
  await ask('date of birth with a mistake')
  for (const [part, value] of Object.entries(TYPED.birth)) await page.locator(`#birth-${part}`).fill(value)
  await press(button)
  await press(button)
  await ask('contact with a mistake')
  await page.locator('#email').fill(TYPED.email)
  await press(button)
  await ask('email')
  await choose('email')
  await ask('seen')
  await choose('seen')
  await ask('share')
  await page.locator('#share-yes').check()
  await press(button)
  await ask('check')
  await press(button)
  await ask('done')
  const reference = await page.locator('.code').innerText()
  await page.goto(`${origin()}/visit`)
  await ask('visit')
  await page.locator('#reference').fill(reference.toLowerCase())
  for (const [part, value] of Object.entries(TYPED.birth)) await page.locator(`#birth-${part}`).fill(value)
  await press(button)
  await ask('found')
  await page.goto(`${origin()}/visit/contact`)
  await ask('contact of a booking')
  await press(button)
  await ask('contact of a booking with a mistake')
  await page.goto(`${origin()}/visit/move/day`)
  await ask('day to move to')
  await press(button)
  await ask('day to move to, with a mistake')
  await page.locator('input[name=day]').nth(2).check()
  await press(button)
  await ask('time to move to')
  await page.locator('input[name=time]').nth(1).check()
  await press(button)
  await ask('a look at the move')
  await press(button)
  await ask('moved')
  await page.goto(`${origin()}/visit/cancel`)
  await ask('cancel')
  await press(button)
  await ask('cancelled')
}

const READERS: [string, Visitor][] = [
  ['on a phone', {}],
  ['in the dark, at 320 px', { colorScheme: 'dark', width: 320 }],
  ...Object.keys(LANGUAGES)
    .filter((tag) => tag !== 'en')
    .map((tag): [string, Visitor] => [`in ${tag}, on a wide screen`, { locale: tag, width: 1280 }]),
]

describe.each(READERS)('every page, %s,', (_, person) => {
  test('has nothing that axe objects to, fits its width, and asks nobody else for anything', async () => {
    const { context, page, complaints, strangers } = await watched(person)
    const wrong: string[] = []
    await everyPage(page, async (name) => {
      wrong.push(...(await wrongWith(page)).map((line) => `${name}: ${line}`))
      const [needs, has] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
      if (needs > has) wrong.push(`${name}: is ${needs} px wide, of ${has}`)
      const low = await page.locator('a, button, input').evaluateAll((all) =>
        all
          .filter((one) =>
            one.matches('.button, .telephone, .more, .back, input:not([type=radio], [type=checkbox], [tabindex="-1"])'),
          )
          .filter((one) => one.getBoundingClientRect().height < 43.5)
          .map((one) => one.outerHTML),
      )
      wrong.push(...low.map((html) => `${name}: too low to hit: ${html}`))
    })
    expect(wrong).toEqual([])
    expect(complaints).toEqual([])
    expect(strangers).toEqual([])
    await context.close()
  }, 120_000)
})

describe('weight', () => {
  test('no page is heavier than 30 kB over the wire, stylesheets and scripts included', async () => {
    const { context, page } = await watched()
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    let bytes = 0
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength
    })
    for (const path of ['', '/p/larkfield', `/q/${clinic.codes[0]}`, '/p/larkfield/consultation/book', '/visit']) {
      bytes = 0
      await page.goto(origin() + path, { waitUntil: 'networkidle' })
      expect(bytes).toBeGreaterThan(1_000)
      expect(bytes, path).toBeLessThan(30_000)
    }
    await context.close()
  })
})

describe('a landing page', () => {
  test('confirms the visit with JavaScript, and takes the receipt out of the address', async () => {
    const { context, page } = await watched()
    const beacon = page.waitForRequest((request) => request.url().includes('/visits?p=larkfield'))
    await scanCard(page, origin(), clinic)
    const sent = await beacon
    expect(sent.method()).toBe('POST')
    expect(sent.postData()).toMatch(/^[\w-]{8,}\./)
    expect(page.url()).toBe(`${origin()}/p/larkfield/consultation`)
    await context.close()
  })

  test('confirms it with an image without JavaScript', async () => {
    const { context, page } = await watched({ javaScript: false })
    const image = page.waitForResponse((response) => response.url().includes('/visits.gif'))
    await scanCard(page, origin(), clinic)
    expect((await image).status()).toBe(200)
    await context.close()
  })

  test('of a shared pad names the office alone', async () => {
    const { context, page } = await watched()
    await scanCard(page, origin(), clinic, 1)
    const main = await page.locator('main').innerText()
    expect(main).toContain('Riverside Family Medicine gave you our card')
    expect(main).not.toContain('Okonjo')
    await context.close()
  })

  test('of a retired card names nobody, says so, and can still be booked', async () => {
    const retired = await scene(stack, 'retired-cards')
    const [link] = await stack.db.read((sql) => sql.select().from(links).where(eq(links.code, retired.codes[0])))
    if (!link) throw new Error('the scene has links')
    await stack.db.write((sql) => [
      sql.insert(linkRetirements).values({ practiceId: retired.practiceId, linkId: link.id, at: 1, by: 'system' }),
    ])
    const { context, page } = await watched({ javaScript: false })
    await scanCard(page, origin(), retired)
    const main = await page.locator('main').innerText()
    expect(main).toContain('This card is no longer in use')
    expect(main).not.toMatch(/Okonjo|Riverside/)
    await begin(page)
    expect(page.url()).toMatch(/\/book\/day$/)
    await context.close()
  })

  test('on paper still says whom to call and the code to say', async () => {
    const { context, page } = await watched()
    await scanCard(page, origin(), clinic)
    await page.emulateMedia({ media: 'print' })
    const [code] = clinic.codes
    const spoken = page.getByText(`Call us and say ${code.slice(0, 4)}-${code.slice(4)}`)
    expect(await spoken.isVisible()).toBe(true)
    expect(await page.getByText('(312) 555-0100').last().isVisible()).toBe(true)
    expect(await page.getByText('Next free time').isVisible()).toBe(false)
    await context.close()
  })

  test('says in which language the words are that the practice has in one alone', async () => {
    const { context, page } = await watched({ locale: 'es-MX' })
    await scanCard(page, origin(), clinic)
    expect(await page.locator('html').getAttribute('lang')).toBe('es')
    expect(await page.getByRole('heading', { level: 1 }).getAttribute('lang')).toBe('es')
    const ways = page.locator('.place bdi[lang]')
    expect(await ways.first().getAttribute('lang')).toBe('en')
    await context.close()
  })

  test('of a practice without services says so, and is no dead end', async () => {
    const made = await createPractice(
      stack.db,
      stack.secrets,
      { name: 'North Bay', slug: 'north-bay', timezone: 'America/Chicago', demo: false },
      Date.now(),
    )
    expect(made.ok).toBe(true)
    const { context, page } = await watched()
    await page.goto(`${origin()}/p/north-bay`)
    expect(await page.locator('main').innerText()).toContain('There is nothing to book online here yet.')
    await context.close()
  })

  test('shows what is in the names, and never lets it become markup', async () => {
    const odd = await scene(stack, 'odd-names')
    await stack.db.write((sql) => [
      sql.update(practices).set({ name: '<b>“Å & Σ”</b> Orthopaedics 🦴' }).where(eq(practices.id, odd.practiceId)),
    ])
    const { context, page } = await watched()
    await page.goto(`${origin()}/p/odd-names`)
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('<b>“Å & Σ”</b> Orthopaedics 🦴')
    await context.close()
  })

  test('in an outage still shows office, doctor, telephone, code and address, and says to call', async () => {
    // A Worker that has been started anew remembers nothing: what it shows comes from the outage copy.
    await stack.worker.scheduled(Date.now())
    const { context, page } = await watched()
    await stack.database.stop()
    try {
      await stack.killWorker()
      await scanCard(page, origin(), clinic)
      const main = await page.locator('main').innerText()
      expect(main).toContain('Dr Amara Okonjo at Riverside Family Medicine')
      expect(main).toContain('Please call us')
      expect(main).toContain(`${clinic.codes[0].slice(0, 4)}-${clinic.codes[0].slice(4)}`)
      expect(main).toContain('(312) 555-0100')
      expect(main).toContain('1400 Larkfield Avenue')
      expect(await page.getByRole('link', { name: 'Book online' }).count()).toBe(0)
    } finally {
      await stack.database.start()
    }
    await context.close()
  })
})

describe('finding a booking', () => {
  test('needs both reference and date of birth, and five wrong guesses are enough', async () => {
    const { context, page } = await watched({ javaScript: false })
    await scanCard(page, origin(), clinic)
    await walkToCheck(page, { day: 8 })
    await bookIt(page)
    const reference = await page.locator('.code').innerText()
    const ask = async (year: string) => {
      await page.goto(`${origin()}/visit`)
      await page.locator('#reference').fill(reference)
      for (const [part, value] of Object.entries({ ...TYPED.birth, year }))
        await page.locator(`#birth-${part}`).fill(value)
      await press(page.locator('form .button'))
      return page.locator('main').innerText()
    }
    expect(await ask(TYPED.birth.year)).toContain('Your booking')
    await context.clearCookies()
    for (const year of ['1950', '1952', '1953', '1954', '1955'])
      expect(await ask(year)).toContain('We found no booking with this reference and date of birth')
    const tooMany = page.waitForResponse((response) => response.status() === 429)
    expect(await ask(TYPED.birth.year)).toContain('Too many tries')
    const seconds = Number((await tooMany).headers()['retry-after'])
    expect(seconds).toBeGreaterThan(600)
    expect((await tooMany).headers().ratelimit).toBe(`"guesses";r=0;t=${seconds}`)
    await context.close()
  })
})

describe('a name of two hundred letters without a space', () => {
  test('widens no page', async () => {
    const long = await scene(stack, 'long-names')
    const name = 'Ł'.repeat(200)
    await stack.db.write((sql) => [
      sql.update(offices).set({ name }).where(eq(offices.practiceId, long.practiceId)),
      sql.update(practices).set({ name }).where(eq(practices.id, long.practiceId)),
    ])
    const { context, page } = await watched()
    await scanCard(page, origin(), long)
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth)
    expect(await wide()).toBe(390)
    await walkToCheck(page, { day: 2 })
    expect(await wide()).toBe(390)
    await context.close()
  })
})

describe('an address that leads nowhere', () => {
  test('is a 404 that helps', async () => {
    for (const path of [
      '/p/nobody',
      '/p/larkfield/nothing',
      '/p/larkfield/consultation/book/nothing',
      '/no/such/page',
    ]) {
      const answer = await ride(stack, path)
      expect(answer.status, path).toBe(404)
      expect(await answer.text()).toMatch(/<h1/)
    }
  })

  test('a code typed at / leads to its card; a mistyped one is explained', async () => {
    const { context, page } = await watched({ javaScript: false })
    await page.goto(origin())
    await page.getByLabel('Code on your card').fill(clinic.codes[0].toLowerCase())
    await press(page.getByRole('button', { name: 'Go to the practice' }))
    expect(page.url()).toContain('/p/larkfield/consultation')
    for (const alias of ['larkfield-poster', 'oakridge', 'oak-ridge']) {
      await page.goto(`${origin()}/?code=${alias}`)
      expect(page.url()).not.toContain('/?code')
    }
    await page.goto(`${origin()}/?code=K7M4-HXR1`)
    expect(await page.title()).toMatch(/^Error: /)
    expect(await page.locator('#code').inputValue()).toBe('K7M4-HXR1')
    await page.goto(`${origin()}/k7m4-hxr1`)
    expect(await page.locator('#code').inputValue()).toBe('k7m4-hxr1')
    await context.close()
  })

  test('steps of a booking are kept out of search engines, landing pages are not', async () => {
    expect(await (await ride(stack, '/p/larkfield/consultation')).text()).not.toContain('noindex')
    expect(await (await ride(stack, '/visit')).text()).toContain('noindex')
  })
})

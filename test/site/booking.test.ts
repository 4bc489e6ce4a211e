import { and, desc, eq } from 'drizzle-orm'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bookings, credits, holds, referrals } from '../../db/schema.ts'
import { openBrowser, press, strangersOf, visitor } from '../browser.ts'
import { type Scene, scene } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'
import {
  begin,
  bookIt,
  choose,
  chooseTime,
  giveBirth,
  giveContact,
  giveName,
  giveReason,
  go,
  scanCard,
  TYPED,
  walkToCheck,
} from './walk.ts'

/*
 * Booking with JavaScript switched off, in a real browser, on the production build and a real database.
 */

let stack: Stack
let browser: Browser
let clinic: Scene
let context: BrowserContext
let page: Page

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), openBrowser()])
  clinic = await scene(stack, 'larkfield')
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

const patient = async () => {
  context = await visitor(browser, { javaScript: false })
  page = await context.newPage()
  return page
}
const origin = () => stack.publicUrl
const booked = () =>
  stack.db.read((sql) => sql.select().from(bookings).where(eq(bookings.practiceId, clinic.practiceId)))
const newestHold = async () => {
  const [newest] = await stack.db.read((sql) => sql.select().from(holds).orderBy(desc(holds.madeAt)).limit(1))
  if (!newest) throw new Error('no time is held')
  return newest
}
const heading = () => page.getByRole('heading', { level: 1 }).innerText()
const step = () => new URL(page.url()).pathname.split('/').pop()

describe('a booking without JavaScript', () => {
  test('goes from the card to a confirmation, and nothing that was typed is ever in an address', async () => {
    await patient()
    const addresses: string[] = []
    context.on('request', (request) => addresses.push(decodeURIComponent(request.url())))
    const strangers = strangersOf(context, origin())
    await scanCard(page, origin(), clinic)
    await walkToCheck(page)
    const check = await page.locator('main').innerText()
    for (const value of [TYPED.name, TYPED.email, TYPED.phone, 'February 27, 1951', 'Yes, you may tell them'])
      expect(check).toContain(value)
    expect(await booked()).toHaveLength(0)

    await bookIt(page)
    expect(step()).toBe('done')
    const [row] = await booked()
    const done = await page.locator('main').innerText()
    expect(done).toContain(`${row?.reference.slice(0, 4)}-${row?.reference.slice(4)}`)
    expect(done).toContain('You do not need to do anything else')
    expect(await heading()).toBe('Your appointment is booked')

    const canaries = ['Zsófia', 'Brien', 'zsofia', '5550188', '555-0188', '1951']
    expect(addresses.filter((address) => canaries.some((canary) => address.includes(canary)))).toEqual([])
    expect(strangers).toEqual([])
  })

  test('is credited to the card of this visit', async () => {
    const [credit] = await stack.db.read((sql) =>
      sql.select().from(credits).where(eq(credits.practiceId, clinic.practiceId)),
    )
    expect(credit).toMatchObject({ officeId: clinic.officeId, officeEvidence: 'visit', referrerId: clinic.referrerId })
  })

  test('leaves nothing of the patient in the browser, and going back does not book again', async () => {
    const kept = (await context.cookies()).map(({ name }) => name)
    expect(kept).not.toContain('rl_draft')
    await page.goBack()
    expect(step()).toBe('done')
    await page.goto(`${origin()}/p/larkfield/consultation/book/check`)
    expect(step()).toBe('done')
    expect(await booked()).toHaveLength(1)
    await context.close()
  })

  test('is one booking when the last page is sent twice at once', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    await walkToCheck(page, { time: 1 })
    const before = (await booked()).length
    const twice = await Promise.all(
      [1, 2].map(() =>
        context.request.post(page.url(), { maxRedirects: 0, headers: { 'Sec-Fetch-Site': 'same-origin' } }),
      ),
    )
    expect(twice.map((answer) => answer.status())).toEqual([303, 303])
    for (const answer of twice) expect(answer.headers().location).toMatch(/\/book\/done$/)
    expect(await booked()).toHaveLength(before + 1)
    await context.close()
  })

  test('with only the cookie of an earlier visit asks who told them, and names no office', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    expect(await page.locator('main').innerText()).toContain('Dr Amara Okonjo at Riverside Family Medicine')
    await page.goto(`${origin()}/p/larkfield/consultation`)
    expect(await page.locator('body').innerText()).not.toMatch(/Okonjo|Riverside/)
    await begin(page)
    await chooseTime(page, { day: 2 })
    await giveName(page, 'Bo Li')
    await giveBirth(page, { month: '12', day: '1', year: '2001' })
    await giveContact(page, { email: '', phone: TYPED.phone })
    expect(step()).toBe('who-told-you')
    await go(page)
    expect(await page.locator('body').innerText()).not.toMatch(/Okonjo|Riverside/)
    await bookIt(page)
    expect(step()).toBe('done')
    const credited = await stack.db.read((sql) =>
      sql
        .select({ evidence: credits.officeEvidence })
        .from(credits)
        .innerJoin(referrals, and(eq(referrals.practiceId, credits.practiceId), eq(referrals.id, credits.referralId)))
        .where(eq(credits.practiceId, clinic.practiceId)),
    )
    expect(credited.map(({ evidence }) => evidence)).toContain('browser')
    await context.close()
  })
})

describe('a mistake', () => {
  const problem = async () => {
    expect(await page.title()).toMatch(/^Error: /)
    expect(await page.locator('.problem h2').innerText()).toBe('There is a problem')
    expect(await page.evaluate('document.activeElement.className')).toBe('problem')
    const links = await page.locator('.problem a').all()
    const lines: string[] = []
    for (const link of links) {
      const target = (await link.getAttribute('href')) ?? ''
      expect(await page.locator(target).count()).toBe(1)
      lines.push(await link.innerText())
    }
    const beside = await page.locator('.error').allInnerTexts()
    expect(beside.map((text) => text.replace(/^Error:\s*/, ''))).toEqual(lines)
    return lines
  }

  test('on any page is named at the top and beside its field, and what was typed stays', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    await begin(page)
    await go(page)
    expect(await problem()).toEqual(['Select a day'])
    await page.locator('input[name=day]').nth(3).check()
    await go(page)
    await go(page)
    expect(await problem()).toEqual(['Select a time'])
    await page.locator('input[name=time]').first().check()
    await go(page)
    await go(page)
    expect(await problem()).toEqual(['Select an answer'])
    await giveReason(page)
    await go(page)
    expect(await problem()).toEqual(['Select who the appointment is for'])
    await choose(page, 'Me')
    await go(page)
    expect(await problem()).toEqual(['Enter your full name'])
    await giveName(page)
    await giveBirth(page, { month: '', day: '', year: '' })
    expect(await problem()).toEqual(['Enter your date of birth'])
    await giveBirth(page, { month: '2', day: '', year: '' })
    expect(await problem()).toEqual(['Date of birth must include a day and a year'])
    await giveBirth(page, { month: '2', day: '30', year: '1951' })
    expect(await problem()).toEqual(['Date of birth must be a real date'])
    await giveBirth(page, { month: '2', day: '3', year: '51' })
    expect(await problem()).toEqual(['Year must include 4 numbers'])
    await giveBirth(page, { month: '2', day: '3', year: '2151' })
    expect(await problem()).toEqual(['Date of birth must be in the past'])
    await giveBirth(page)
    await giveContact(page, { email: '', phone: '' })
    expect(await problem()).toEqual(['Enter an email address or a phone number, or select that you have neither'])
    await giveContact(page, { email: 'zsofia@', phone: '555' })
    expect(await problem()).toHaveLength(2)
    expect(await page.getByLabel('Email').inputValue()).toBe('zsofia@')
    expect(await page.getByLabel('Phone').inputValue()).toBe('555')
    await page.getByLabel('Email').fill(TYPED.email)
    await page.getByLabel('Phone').fill(TYPED.phone)
    await go(page)
    await go(page)
    expect(await problem()).toEqual(['Select yes if we may email you'])
    await choose(page, 'No, do not email me')
    await go(page)
    expect(await problem()).toEqual(['Select who you saw, or select that you are not sure'])
    await choose(page, 'I am not sure')
    await go(page)
    expect(await problem()).toEqual(['Select yes if we may tell Riverside Family Medicine'])
    await choose(page, 'No, do not tell them')
    expect(step()).toBe('check')
    await context.close()
  })
})

describe('a browser that several people use', () => {
  test('shows nothing of one patient to the next who scans a card in it, nor what the first allowed', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    await walkToCheck(page, { day: 3 })
    expect(step()).toBe('check')
    await scanCard(page, origin(), clinic, 1)
    await begin(page)
    expect(step()).toBe('day')
    await page.goto(`${origin()}/p/larkfield/consultation/book/check`)
    expect(step()).toBe('day')
    await context.close()
  })

  test('nor to the next who comes without a card', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    await walkToCheck(page, { day: 3 })
    await page.goto(`${origin()}/p/larkfield/consultation`)
    await begin(page)
    expect(step()).toBe('day')
    await chooseTime(page, { day: 3, time: 1 })
    await giveReason(page)
    await choose(page, 'Me')
    expect(await page.getByLabel('Full name').inputValue()).toBe('')
    await context.close()
  })
})

describe('the confirmation', () => {
  test('stays when another booking is begun, and once it is put away denies no booking', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    await walkToCheck(page, { day: 9 })
    await bookIt(page)
    const done = page.url()
    await page.goto(`${origin()}/p/larkfield/consultation`)
    await begin(page)
    await page.goto(done)
    expect(await heading()).toBe('Your appointment is booked')
    await context.clearCookies({ name: 'rl_done' })
    await page.reload()
    expect(await heading()).toBe('This page is no longer kept')
    expect(await page.locator('main').innerText()).toContain('your appointment stands')
    await press(page.getByRole('link', { name: 'Find your booking' }))
    expect(new URL(page.url()).pathname).toBe('/visit')
    await context.close()
  })
})

describe('going back', () => {
  test('with the browser shows what was answered, without asking to send again', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    await begin(page)
    await chooseTime(page, { day: 4 })
    await giveName(page)
    await giveBirth(page)
    expect(step()).toBe('contact')
    await page.goBack()
    expect(step()).toBe('date-of-birth')
    expect(await page.getByLabel('Year').inputValue()).toBe(TYPED.birth.year)
    await page.goBack()
    expect(await page.getByLabel('Full name').inputValue()).toBe(TYPED.name)
    await giveName(page, 'Zee')
    expect(step()).toBe('contact')
    await giveContact(page)
    await choose(page, 'Someone else there')
    await choose(page, 'Yes, you may tell them')
    await go(page)
    await press(page.getByRole('link', { name: 'Change Contact' }))
    await giveContact(page, { email: 'other@example.com', phone: '' })
    expect(step()).toBe('check')
    const check = await page.locator('main').innerText()
    expect(check).toContain('other@example.com')
    expect(check).not.toContain('555-0188')
    await context.close()
  })

  test('nobody jumps ahead by address', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    await begin(page)
    await page.goto(`${origin()}/p/larkfield/consultation/book/check`)
    expect(step()).toBe('day')
    await context.close()
  })
})

describe('the chosen time', () => {
  test('is held from the moment it is chosen, and the page says until when', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    await begin(page)
    await chooseTime(page, { day: 5 })
    expect(await page.locator('.held').innerText()).toMatch(
      /^We keep this time for you until \d+:\d\d\s[AP]M \(\w+ time\)/,
    )
    const other = await visitor(browser, { javaScript: false })
    const theirs = await other.newPage()
    await theirs.goto(`${origin()}/p/larkfield/consultation/book`)
    await theirs.locator('input[name=day]').nth(5).check()
    await go(theirs)
    const held = await newestHold()
    const offered = await theirs
      .locator('input[name=time]')
      .evaluateAll((inputs) => inputs.map((input) => input.getAttribute('value')))
    expect(offered.length).toBeGreaterThan(0)
    expect(offered).not.toContain(`${held.startsAt}.${held.locationId}.${held.providerId}`)
    await other.close()
    await context.close()
  })

  test('when the hold ran out and somebody was quicker, the nearest free times are offered and nothing is lost', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    await walkToCheck(page, { day: 6 })
    const newest = await newestHold()
    // Ten minutes later, by the book of the database: the hold is over and another's is there.
    await stack.db.write((sql) => [
      sql.delete(holds).where(eq(holds.id, newest.id)),
      sql.insert(holds).values({ ...newest, id: 'somebody-else', until: Date.now() + 600_000 }),
    ])
    await bookIt(page)
    expect(step()).toBe('time')
    expect(await page.title()).toMatch(/^Error: /)
    expect(await page.locator('.problem').innerText()).toContain('That time has just been taken')
    expect(await page.locator('input[name=time]').count()).toBeGreaterThan(2)
    await page.locator('input[name=time]').first().check()
    await go(page)
    expect(step()).toBe('check')
    expect(await page.locator('main').innerText()).toContain(TYPED.name)
    await bookIt(page)
    expect(step()).toBe('done')
    await context.close()
  })
})

describe('when something is missing', () => {
  test('answers that are gone are said to be gone, kindly, with a way back', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    await begin(page)
    await context.clearCookies({ name: 'rl_draft' })
    await page.locator('input[name=day]').first().check()
    await go(page)
    expect(await heading()).toBe('We no longer have your answers')
    await press(page.getByRole('link', { name: 'Start again' }))
    expect(step()).toBe('day')
    await context.close()
  })

  test('with the database away the page says to call, and afterwards everything typed is still there', async () => {
    await patient()
    await scanCard(page, origin(), clinic)
    await begin(page)
    await chooseTime(page, { day: 7 })
    await giveName(page)
    await giveBirth(page)
    await stack.database.stop()
    try {
      await giveContact(page)
      expect(await heading()).toBe('Please call us to book')
      const main = await page.locator('main').innerText()
      expect(main).toContain('(312) 555-0100')
      expect(main).toContain(`${clinic.codes[0].slice(0, 4)}-${clinic.codes[0].slice(4)}`)
    } finally {
      await stack.database.start()
    }
    await page.goto(`${origin()}/p/larkfield/consultation/book/contact`)
    expect(await page.getByLabel('Email').inputValue()).toBe(TYPED.email)
    await giveContact(page)
    expect(step()).toBe('seen')
    await context.close()
  })

  test('a form that another site sends is turned away', async () => {
    const answer = await fetch(`${stack.url}/p/larkfield/consultation/book/day`, {
      method: 'POST',
      headers: { 'Sec-Fetch-Site': 'cross-site', 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'day=2026-01-01',
    })
    expect(answer.status).toBe(403)
  })
})

import { and, desc, eq } from 'drizzle-orm'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, bookings, consents, mails, patients, referrals, requests, services } from '../../db/schema.ts'
import { textOf } from '../../site/text/languages.ts'
import { openVault } from '../../worker/practices/vault.ts'
import { openBrowser, press, strangersOf, type Visitor, visitor } from '../browser.ts'
import { receiptIn, ride, type Scene, scene } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'
import {
  begin,
  choose,
  chooseTime,
  giveBirth,
  giveContact,
  giveName,
  giveReason,
  go,
  TYPED,
  wrongWith,
} from './walk.ts'

/*
 * The questions that a patient is asked, in a real browser, on the production build and a real database.
 */

let stack: Stack
let browser: Browser
let clinic: Scene
beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), openBrowser()])
  clinic = await scene(stack, 'larkfield')
  await stack.db.write((sql) => [sql.update(services).set({ asksFreeReason: true }).where(eq(services.id, 'spine'))])
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

const origin = () => stack.publicUrl
async function patient(person: Visitor = { javaScript: false }): Promise<{ context: BrowserContext; page: Page }> {
  const context = await visitor(browser, person)
  return { context, page: await context.newPage() }
}
const heading = (page: Page) => page.getByRole('heading', { level: 1 }).innerText()
const step = (page: Page) => new URL(page.url()).pathname.split('/').pop()
const main = (page: Page) => page.locator('main').innerText()

/** A card of the whole office was scanned, then the page of a service is opened with its receipt. */
async function scanFor(page: Page, service: string, which: 0 | 1 = 1): Promise<void> {
  const receipt = receiptIn(await ride(stack, `/q/${clinic.codes[which]}`))
  await page.goto(`${origin()}/p/larkfield/${service}?s=${encodeURIComponent(receipt)}`)
}
const askToBeCalled = (page: Page) => press(page.getByRole('link', { name: 'Ask us to call you' }))
const send = (page: Page) => press(page.getByRole('button', { name: 'Ask us to call you' }))

const newestRequest = async () => {
  const [row] = await stack.db.read((sql) => sql.select().from(requests).orderBy(desc(requests.createdAt)).limit(1))
  if (!row) throw new Error('nobody asked to be called')
  return row
}
const newestBooking = async () => {
  const [row] = await stack.db.read((sql) => sql.select().from(bookings).orderBy(desc(bookings.createdAt)).limit(1))
  if (!row) throw new Error('nobody booked')
  return row
}
const patientOf = async ({ patientId }: { patientId: string }) => {
  const [row] = await stack.db.read((sql) => sql.select().from(patients).where(eq(patients.id, patientId)))
  if (!row) throw new Error('no patient')
  return row
}
async function opened(table: string, id: string, column: string, ciphertext: string | null) {
  const vault = await openVault(stack.db, stack.secrets, clinic.practiceId)
  return ciphertext && vault.open(table, id, column, ciphertext)
}

describe.each([
  ['without JavaScript', { javaScript: false }],
  ['with JavaScript, at 320 px', { width: 320 }],
] satisfies [string, Visitor][])('asking to be called, %s', (_, person) => {
  test('goes from the card to the promise of a call, and nothing typed is ever in an address', async () => {
    const { context, page } = await patient(person)
    const addresses: string[] = []
    context.on('request', (request) => addresses.push(decodeURIComponent(request.url())))
    const strangers = strangersOf(context, origin())
    await scanFor(page, 'spine')
    await askToBeCalled(page)
    expect(await heading(page)).toBe('When can you come?')
    await page.getByRole('group', { name: 'Tuesday' }).getByLabel('Afternoon').check()
    await page.getByRole('group', { name: 'Friday' }).getByLabel('Morning').check()
    await go(page)
    await choose(page, 'In the afternoon')
    await page.getByLabel('Your own words').fill('Stairs are worst.\nSince May.')
    await go(page)
    await giveName(page)
    await giveBirth(page)
    expect(await heading(page)).toBe('Which number may we call?')
    await page.getByLabel('Email').fill(TYPED.email)
    await page.getByLabel('Phone').fill(TYPED.phone)
    await go(page)
    await choose(page, 'Yes, you may leave a message')
    expect(await page.getByLabel(/remind/).count()).toBe(0)
    await choose(page, 'Yes, you may email me')
    await choose(page, 'Dr Amara Okonjo')
    await choose(page, 'Yes, you may tell them')
    const check = await main(page)
    for (const said of [
      'Tuesday, Afternoon',
      'Friday, Morning',
      'In the afternoon',
      'Since May.',
      TYPED.name,
      TYPED.phone,
    ])
      expect(check).toContain(said)
    await send(page)

    expect(step(page)).toBe('asked')
    const row = await newestRequest()
    const done = await main(page)
    expect(await heading(page)).toBe('We will call you')
    expect(done).toContain(`${row.reference.slice(0, 4)}-${row.reference.slice(4)}`)
    expect(done).toContain('If we have not called by then, call (312) 555-0100.')
    expect(done).toMatch(/Chicago time/)
    expect(JSON.parse((await opened('requests', row.id, 'times', row.times)) ?? '')).toEqual({
      days: [
        { weekday: 2, part: 'afternoon' },
        { weekday: 5, part: 'morning' },
      ],
      call: 'afternoon',
    })
    expect(await opened('requests', row.id, 'reason', row.reason)).toBe('Stairs are worst.\nSince May.')
    expect(await patientOf(row)).toMatchObject({ relationship: 'self', mayLeaveMessage: true, agreesToMail: true })
    const [mail] = await stack.db.read((sql) => sql.select().from(mails).where(eq(mails.requestId, row.id)))
    expect(mail).toMatchObject({ kind: 'request', sentAt: null })
    const [written] = await stack.db.read((sql) => sql.select().from(audit).where(eq(audit.subject, row.id)))
    expect(written?.act).toBe('request made')

    expect((await context.cookies()).map(({ name }) => name)).not.toContain('rl_draft')
    await page.goBack()
    expect(step(page)).toBe('asked')
    const canaries = ['Zsófia', 'zsofia', '5550188', '555-0188', '1951', 'Stairs']
    expect(addresses.filter((address) => canaries.some((canary) => address.includes(canary)))).toEqual([])
    expect(strangers).toEqual([])
    await context.close()
  })
})

test('the last page sent twice at once asks once', async () => {
  const { context, page } = await patient()
  await scanFor(page, 'spine')
  await askToBeCalled(page)
  await page.getByLabel('Any time').check()
  await go(page)
  await choose(page, 'In the morning')
  await go(page)
  await giveName(page, 'Bo Li')
  await giveBirth(page)
  await giveContact(page, { email: '' })
  await choose(page, 'No, do not leave a message')
  await choose(page, 'I am not sure')
  await choose(page, 'No, do not tell them')
  const count = async () => (await stack.db.read((sql) => sql.select().from(requests))).length
  const before = await count()
  const twice = await Promise.all(
    [1, 2].map(() =>
      context.request.post(page.url(), { maxRedirects: 0, headers: { 'Sec-Fetch-Site': 'same-origin' } }),
    ),
  )
  expect(twice.map((answer) => answer.headers().location)).toEqual([1, 2].map(() => expect.stringMatching(/\/asked$/)))
  expect(await count()).toBe(before + 1)
  await context.close()
})

describe('what the practice asks first', () => {
  test('leads on to the times', async () => {
    const { context, page } = await patient()
    await scanFor(page, 'sports-injury')
    await begin(page)
    expect(await heading(page)).toBe('When did the injury happen?')
    await choose(page, 'In the last six weeks')
    expect(step(page)).toBe('day')
    await context.close()
  })

  test('leads to the telephone, with the code to say, and back', async () => {
    const { context, page } = await patient()
    await scanFor(page, 'sports-injury')
    await begin(page)
    await choose(page, /^Today or yesterday/)
    expect(await heading(page)).toBe('Please call us')
    expect(await main(page)).toContain(`${clinic.codes[1].slice(0, 4)}-${clinic.codes[1].slice(4)}`)
    expect(await page.getByRole('link', { name: 'Call (312) 555-0100' }).getAttribute('href')).toBe('tel:+13125550100')
    await page.goto(`${origin()}/p/larkfield/sports-injury/book/check`)
    expect(step(page)).toBe('call')
    await press(page.getByRole('link', { name: 'Back', exact: true }))
    expect(step(page)).toBe('choice-1')
    expect(await page.getByLabel(/^Today or yesterday/).isChecked()).toBe(true)
    await choose(page, 'In the last six weeks')
    expect(step(page)).toBe('day')
    await context.close()
  })

  test('leads to another service, says so, and takes receipt and answers along', async () => {
    const { context, page } = await patient()
    await scanFor(page, 'sports-injury')
    await begin(page)
    await choose(page, 'Longer ago')
    expect(new URL(page.url()).pathname).toBe('/p/larkfield/consultation/book/day')
    expect(await main(page)).toContain('Orthopaedic consultation is the right place')
    await page.goBack()
    expect(step(page)).toBe('choice-1')
    await choose(page, 'Longer ago')
    await chooseTime(page, { day: 5 })
    await giveReason(page)
    await giveName(page)
    await giveBirth(page)
    await giveContact(page)
    await choose(page, 'Dr Amara Okonjo')
    await choose(page, 'Yes, you may tell them')
    await press(page.getByRole('button', { name: 'Book this time' }))
    expect(step(page)).toBe('done')
    const booking = await newestBooking()
    expect(JSON.parse((await opened('bookings', booking.id, 'answers', booking.answers)) ?? '')).toEqual([
      'sports-injury-longer',
      'consultation-reason-pain',
    ])
    const referral = await fetch(`${stack.url}/api/v1/referrals/${booking.referralId}`, {
      headers: { Authorization: `Bearer ${clinic.apiKey}` },
    })
    expect(await referral.json()).toMatchObject({
      credit: {
        office: { id: clinic.officeId, evidence: 'visit' },
        clinician: { id: clinic.referrerId, evidence: 'patient' },
      },
      statedReferrer: 'Dr Amara Okonjo',
    })
    expect(await patientOf(booking)).toMatchObject({ agreesToMail: true, wantsReminder: true, mayLeaveMessage: null })
    await context.close()
  })

  test('leads to a call back for a service that is booked online, whose times are then not asked for', async () => {
    const { context, page } = await patient()
    await scanFor(page, 'sports-injury')
    await begin(page)
    await choose(page, /^At work/)
    expect(step(page)).toBe('when')
    await page.goto(`${origin()}/p/larkfield/sports-injury/book/day`)
    expect(step(page)).toBe('when')
    await context.close()
  })
})

describe('for somebody else', () => {
  async function toActing(page: Page, birth: { month: string; day: string; year: string }, who = 'Someone else') {
    await scanFor(page, 'consultation')
    await begin(page)
    await chooseTime(page, { day: 7, time: 1 })
    await giveReason(page)
    await choose(page, who)
    await page.getByLabel('Full name').fill('Noor Haddad')
    await go(page)
    await giveBirth(page, birth)
  }
  const child = { month: '3', day: '1', year: String(new Date().getUTCFullYear() - 9) }

  test('under 18 the messages go to a parent or guardian, and to nobody else', async () => {
    const { context, page } = await patient()
    await toActing(page, child)
    expect(await heading(page)).toBe('Who is the parent or guardian?')
    expect(await page.locator('input[name=relationship]').count()).toBe(2)
    await page.getByLabel('Full name of the parent or guardian').fill('Lena Haddad')
    await choose(page, 'Parent')
    await giveContact(page, { phone: '' })
    await choose(page, 'I was not sent by this office')
    expect(step(page)).toBe('who-told-you')
    await page.getByLabel(/Name of the doctor/).fill('My neighbour')
    await go(page)
    await press(page.getByRole('button', { name: 'Book this time' }))
    const booking = await newestBooking()
    const row = await patientOf(booking)
    expect(row).toMatchObject({ relationship: 'parent' })
    expect(await opened('patients', row.id, 'actingName', row.actingName)).toBe('Lena Haddad')
    const [referral] = await stack.db.read((sql) =>
      sql
        .select()
        .from(referrals)
        .where(and(eq(referrals.practiceId, clinic.practiceId), eq(referrals.id, booking.referralId))),
    )
    expect(await opened('referrals', booking.referralId, 'statedReferrer', referral?.statedReferrer ?? null)).toBe(
      'My neighbour',
    )
    const [consent] = await stack.db.read((sql) =>
      sql.select().from(consents).where(eq(consents.referralId, booking.referralId)),
    )
    expect(consent?.answer).toBe('not asked')
    await context.close()
  })

  test('who books for themselves and is under 18 is asked for a parent or guardian too', async () => {
    const { context, page } = await patient()
    await toActing(page, child, 'Me')
    expect(await heading(page)).toBe('Who is the parent or guardian?')
    await context.close()
  })

  test('an adult’s son says who he is; without mobile or email another number is asked for, and whether to speak', async () => {
    const { context, page } = await patient()
    await toActing(page, TYPED.birth)
    await page.getByLabel('Your full name').fill('Karim Haddad')
    await choose(page, 'Son or daughter')
    await page.getByLabel('I have neither').check()
    await go(page)
    await page.getByLabel('Phone number').fill('312 555 0166')
    await go(page)
    await choose(page, 'Yes, you may leave a message')
    expect(step(page)).toBe('seen')
    await page.goto(`${origin()}/p/larkfield/consultation/book/contact`)
    expect(await page.getByLabel('I have neither').isChecked()).toBe(true)
    expect(await page.getByLabel('Phone', { exact: true }).inputValue()).toBe('')
    await go(page)
    expect(step(page)).toBe('seen')
    await choose(page, 'Someone else there')
    await choose(page, 'No, do not tell them')
    expect(await heading(page)).toBe('What is the name of the person you saw?')
    await page.getByLabel(/^Name, if you know it/).fill('The nurse')
    await go(page)
    const check = await main(page)
    for (const said of ['Noor Haddad', 'Karim Haddad', '(312) 555-0166', 'The nurse']) expect(check).toContain(said)
    await context.close()
  })
})

describe.each(['en', 'es', 'ar'])('every question sent empty, in %s,', (tag) => {
  test('says what to do at the top, focused, and in the same words beside the field; axe has nothing against it', async () => {
    const { context, page } = await patient({ locale: tag, width: 320 })
    const text = textOf(tag)
    const passed: string[] = []
    const empty = async () => {
      await press(page.locator('main form .button'))
      expect(await page.title()).toMatch(new RegExp(`^${text.errorTitle('')}`))
      // The browser focuses it with the first picture that it draws, which may come after the load.
      await expect.poll(() => page.evaluate('document.activeElement.className')).toBe('problem')
      const lines = await page.locator('.problem a').allInnerTexts()
      const beside = await page.locator('main .error').allInnerTexts()
      expect(beside.map((line) => line.replace(text.errorWord, '').trim())).toEqual(lines.map((line) => line.trim()))
      expect(lines.length).toBeGreaterThan(0)
      for (const link of await page.locator('.problem a').all())
        expect(await page.locator((await link.getAttribute('href')) ?? '').count()).toBe(1)
      expect(await wrongWith(page)).toEqual([])
      const [needs, has] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth])
      expect(needs).toBeLessThanOrEqual(has ?? 0)
      passed.push(step(page) ?? '')
    }
    const next = () => press(page.locator('main form .button'))
    const first = async (name: string, which = 0) => {
      await empty()
      await page.locator(`input[name=${name}]`).nth(which).check()
      await next()
    }
    await scanFor(page, 'sports-injury')
    await press(page.locator('.way .button').first())
    await first('choice-1', 3)
    await empty()
    await page.locator('#when-any').check()
    await next()
    await first('call-when')
    await first('for', 1)
    await empty()
    await page.locator('#name').fill(TYPED.name)
    await next()
    await empty()
    for (const [part, value] of Object.entries(TYPED.birth)) await page.locator(`#birth-${part}`).fill(value)
    await next()
    await empty()
    await page.locator('#acting').fill(TYPED.name)
    await page.locator('#relationship-0').check()
    await next()
    await empty()
    await page.locator('#email').fill(TYPED.email)
    await page.locator('#neither').check()
    await next()
    await empty()
    await page.locator('#landline').fill('555')
    await empty()
    await page.locator('#landline').fill(TYPED.phone)
    await next()
    await first('message')
    await first('email')
    await first('seen')
    await first('share')
    expect(step(page)).toBe('check')
    expect(await wrongWith(page)).toEqual([])
    await next()
    expect(step(page)).toBe('asked')
    expect(await wrongWith(page)).toEqual([])
    expect(new Set(passed).size).toBe(13)
    await context.close()
  })
})

test('a request is made with the keyboard alone', async () => {
  const { context, page } = await patient({})
  await scanFor(page, 'spine')
  const press = (key: string) => page.keyboard.press(key)
  /** Tabs to a field or button, by its CSS. */
  const reach = async (selector: string) => {
    for (let i = 0; i < 60; i++) {
      if (await page.evaluate((css) => document.activeElement?.matches(css) ?? false, selector)) return
      await press('Tab')
    }
    throw new Error(`the keyboard does not reach ${selector} on ${page.url()}`)
  }
  const onward = async () => {
    const before = page.url()
    await reach('main form .button')
    await press('Enter')
    await page.waitForURL((url) => url.href !== before)
  }
  await reach('.way .button')
  await press('Enter')
  await page.waitForURL(/when$/)
  await reach('#when-any')
  await press('Space')
  await onward()
  const radio = async (name: string) => {
    await reach(`input[name=${name}]`)
    await press('Space')
    await onward()
  }
  const type = async (selector: string, text: string) => {
    await reach(selector)
    await page.keyboard.type(text)
  }
  await radio('call-when')
  await onward()
  await radio('for')
  await type('#name', 'Kay Board')
  await onward()
  await type('#birth-month', '2')
  await type('#birth-day', '3')
  await type('#birth-year', '1951')
  await onward()
  await type('#phone', '3125550144')
  await onward()
  await radio('message')
  await radio('seen')
  await radio('share')
  await onward()
  expect(step(page)).toBe('asked')
  await context.close()
})

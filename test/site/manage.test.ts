import { and, eq } from 'drizzle-orm'
import ICAL from 'ical.js'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, bookingEvents, bookings } from '../../db/schema.ts'
import { openVault } from '../../worker/practices/vault.ts'
import { openBrowser, press, visitor } from '../browser.ts'
import { boxOf, calendarOf, textOf } from '../mail/box.ts'
import { type Scene, scene } from '../scans/scene.ts'
import { type Stack, startStack } from '../stack.ts'
import { begin, bookIt, choose, chooseTime, giveBirth, giveContact, giveName, go, scanCard, TYPED } from './walk.ts'

/*
 * What a patient does with a booking that was made: from the letter or by reference, with JavaScript switched off.
 */

let stack: Stack
let browser: Browser
let clinic: Scene
let context: BrowserContext
let page: Page
let box: ReturnType<typeof boxOf>
let people = 0

beforeAll(async () => {
  ;[stack, browser] = await Promise.all([startStack(), openBrowser()])
  clinic = await scene(stack, 'larkfield')
  box = boxOf(stack)
})
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
})

const origin = () => stack.publicUrl
const heading = () => page.getByRole('heading', { level: 1 }).innerText()
const main = () => page.locator('main').innerText()
const path = () => new URL(page.url()).pathname
const rows = () => stack.db.read((sql) => sql.select().from(bookings).where(eq(bookings.practiceId, clinic.practiceId)))
const rowBy = async (reference: string) => {
  const row = (await rows()).find((one) => one.reference === reference)
  if (!row) throw new Error('no booking')
  return row
}

/** A booking made through the pages, by somebody with an address of their own; the letter has its link. */
async function booked(day = 1): Promise<{ reference: string; email: string; link: string }> {
  context = await visitor(browser, { javaScript: false })
  page = await context.newPage()
  const email = `person-${people++}@example.com`
  await scanCard(page, origin(), clinic)
  await begin(page)
  await chooseTime(page, { day })
  await giveName(page, `${TYPED.name} ${people}`)
  await giveBirth(page)
  await giveContact(page, { email, phone: '' })
  await choose(page, 'Dr Amara Okonjo')
  await choose(page, 'Yes, you may tell them')
  await bookIt(page)
  expect(await heading()).toBe('Your appointment is booked')
  const reference = (await page.locator('.code').innerText()).replace('-', '')
  const [letter] = await box.to(email)
  if (!letter) throw new Error('no letter')
  const [link = ''] = /http\S+\/visit\?t=\S+/.exec(textOf(letter)) ?? []
  return { reference, email, link }
}

async function moveTo({ day = 3, time = 0 } = {}): Promise<void> {
  await page.goto(`${origin()}/visit/move/day`)
  await chooseTime(page, { day, time })
}

describe('the confirmation', () => {
  test('says what happens next, and leads to the calendar file and to the booking without asking again', async () => {
    const { reference } = await booked()
    expect(await main()).toContain('You do not need to do anything else')
    expect(await main()).toContain('What happens next')
    expect(await main()).toContain('1400 Larkfield Avenue')
    const address = await page.getByRole('link', { name: 'Add to your calendar' }).getAttribute('href')
    const file = await context.request.get(`${origin()}${address}`)
    expect(file.headers()['content-type']).toBe('text/calendar; charset=utf-8; method=PUBLISH')
    const event = new ICAL.Component(ICAL.parse(await file.text())).getFirstSubcomponent('vevent')
    const row = await rowBy(reference)
    expect(event?.getFirstPropertyValue('uid')).toBe(`${row.id}@localhost`)
    expect(event?.getFirstPropertyValue('summary')).toMatch(/^Appointment, /)
    expect(await file.text()).not.toMatch(/Zsófia|consult|spine|ATTENDEE/i)
    await press(page.getByRole('link', { name: 'Change or cancel this appointment' }))
    expect(path()).toBe('/visit')
    expect(new URL(page.url()).search).toBe('')
    expect(await heading()).toBe('Your booking')
    await context.close()
  })
})

describe('moving', () => {
  test('asks for a day and a time, holds it, and leaves one booking at the new time with the old reference', async () => {
    const { reference, email, link } = await booked()
    await page.goto(link)
    const before = await rowBy(reference)
    await press(page.getByRole('link', { name: 'Choose another time' }))
    await chooseTime(page, { day: 4 })
    expect(path()).toBe('/visit/move/check')
    expect(await page.locator('.held').innerText()).toMatch(/^We keep this time for you until/)
    await press(page.getByRole('button', { name: 'Move my appointment' }))
    expect(path()).toBe('/visit')
    expect(await heading()).toBe('Your appointment has moved')
    const after = await rowBy(reference)
    expect(after).toMatchObject({ movedFrom: before.id, status: 'booked', sequence: 1, referralId: before.referralId })
    expect(after.startsAt).not.toBe(before.startsAt)
    expect((await rows()).find(({ id }) => id === before.id)?.status).toBe('rescheduled')
    const letters = await box.to(email, 2)
    expect(letters.map(textOf).some((text) => text.includes('has a new time'))).toBe(true)
    const [kept] = await stack.db.read((sql) =>
      sql
        .select()
        .from(audit)
        .where(and(eq(audit.subject, after.id), eq(audit.act, 'booking moved'))),
    )
    expect(kept?.by).toBe('patient')
    await context.close()
  })

  test('the link and the reference from before lead to the booking where it is now', async () => {
    const { reference, link } = await booked()
    await page.goto(link)
    await moveTo({ day: 5 })
    await press(page.getByRole('button', { name: 'Move my appointment' }))
    const other = await visitor(browser, { javaScript: false })
    page = await other.newPage()
    await page.goto(link)
    expect(await heading()).toBe('Your appointment has moved')
    await press(page.getByRole('link', { name: 'Find another booking' }))
    await page.locator('#reference').fill(reference)
    for (const [part, value] of Object.entries(TYPED.birth)) await page.locator(`#birth-${part}`).fill(value)
    await press(page.getByRole('button', { name: 'Find booking' }))
    expect(await heading()).toBe('Your appointment has moved')
    const file = await (await other.request.get(`${origin()}/visit/calendar.ics`)).text()
    expect(file).toContain('SEQUENCE:1')
    await other.close()
    await context.close()
  })

  test('sent twice at once, it is moved once', async () => {
    const { reference, link } = await booked()
    await page.goto(link)
    await moveTo({ day: 6 })
    const twin = await context.newPage()
    await twin.goto(page.url())
    await Promise.all([page, twin].map((one) => one.getByRole('button', { name: 'Move my appointment' }).click()))
    await page.goto(`${origin()}/visit`)
    expect(await heading()).toBe('Your appointment has moved')
    expect(await rowBy(reference)).toMatchObject({ status: 'booked', sequence: 1 })
    await context.close()
  })

  test('when somebody was quicker the nearest times are offered, and the old time is kept until then', async () => {
    const { reference, link } = await booked()
    await page.goto(link)
    await moveTo({ day: 7 })
    const [held] = (await stack.db.client.execute('SELECT * FROM holds ORDER BY made_at DESC LIMIT 1')).rows
    await stack.db.client.batch(
      [
        { sql: 'DELETE FROM holds WHERE id = ?', args: [held?.id ?? ''] },
        {
          sql: `INSERT INTO holds (practice_id, id, service_id, provider_id, location_id, starts_at, ends_at, capacity, made_at, until)
            VALUES (?, 'quicker', ?, ?, ?, ?, ?, 1, ?, ?)`,
          args: [
            ...[held?.practice_id, held?.service_id, held?.provider_id, held?.location_id].map(String),
            ...[held?.starts_at, held?.ends_at].map(Number),
            ...[Date.now(), Date.now() + 600_000],
          ],
        },
      ],
      'write',
    )
    await press(page.getByRole('button', { name: 'Move my appointment' }))
    expect(path()).toBe('/visit/move/time')
    expect(await page.locator('.problem').innerText()).toContain('That time has just been taken')
    expect((await rowBy(reference)).sequence).toBe(0)
    await page.locator('input[name=time]').first().check()
    await go(page)
    await press(page.getByRole('button', { name: 'Move my appointment' }))
    expect((await rowBy(reference)).sequence).toBe(1)
    await context.close()
  })

  test('nobody comes to these pages without a booking of theirs that can be moved', async () => {
    const stranger = await visitor(browser, { javaScript: false })
    page = await stranger.newPage()
    for (const where of ['move/day', 'move/time', 'move/check', 'move/nowhere', 'contact', 'cancel', 'calendar.ics']) {
      await page.goto(`${origin()}/visit/${where}`)
      expect(await heading(), where).toBe('Find your booking')
    }
    await stranger.close()
  })
})

describe('cancelling', () => {
  test('asks why without needing an answer, keeps it sealed, and takes the entry out of calendars', async () => {
    const { reference, email, link } = await booked(2)
    await page.goto(link)
    await press(page.getByRole('link', { name: 'Cancel this appointment' }))
    await page.getByLabel('I no longer need it').check()
    await press(page.getByRole('button', { name: 'Cancel this appointment' }))
    expect(await heading()).toBe('Your appointment is cancelled')
    const row = await rowBy(reference)
    expect(row).toMatchObject({ status: 'cancelled', sequence: 1 })
    const [event] = await stack.db.read((sql) =>
      sql
        .select()
        .from(bookingEvents)
        .where(and(eq(bookingEvents.bookingId, row.id), eq(bookingEvents.status, 'cancelled'))),
    )
    expect(event?.by).toBe('patient')
    expect(event?.reason).not.toContain('longer')
    const vault = await openVault(stack.db, stack.secrets, row.practiceId)
    expect(await vault.open('booking_events', event?.id ?? '', 'reason', event?.reason ?? '')).toBe('no longer needed')
    const letters = await box.to(email, 2)
    expect(letters.map(calendarOf).filter((text) => text.includes('METHOD:CANCEL'))).toHaveLength(1)
    const file = await (await context.request.get(`${origin()}/visit/calendar.ics`)).text()
    expect(file).toMatch(/METHOD:CANCEL[\s\S]*SEQUENCE:1[\s\S]*STATUS:CANCELLED/)
    await page.goto(`${origin()}/visit/move/day`)
    expect(path()).toBe('/visit')
    await context.close()
  })
})

describe('correcting how one is reached', () => {
  test('shows nothing of what is on file, and letters go to the new address from then on', async () => {
    const { reference, email, link } = await booked(3)
    await page.goto(link)
    await press(page.getByRole('link', { name: 'Correct your email or phone' }))
    expect(await page.content()).not.toContain(email)
    await press(page.getByRole('button', { name: 'Save' }))
    expect(await page.title()).toMatch(/^Error: /)
    await page.getByLabel('Email').fill('nobody@@example')
    await press(page.getByRole('button', { name: 'Save' }))
    expect(await page.locator('.problem').innerText()).toContain('like name@example.com')
    await page.getByLabel('Email').fill('corrected@example.com')
    await press(page.getByRole('button', { name: 'Save' }))
    expect(await main()).toContain('We have saved how to reach you')
    const [letter] = await box.to('corrected@example.com')
    expect(letter && textOf(letter)).toContain('Your appointment is booked')
    const row = await rowBy(reference)
    const acts = await stack.db.read((sql) => sql.select().from(audit).where(eq(audit.subject, row.id)))
    expect(acts.map(({ act }) => act)).toEqual(['booking made', 'contact corrected'])
    await press(page.getByRole('link', { name: 'Cancel this appointment' }))
    await press(page.getByRole('button', { name: 'Cancel this appointment' }))
    expect(await box.to('corrected@example.com', 2)).toHaveLength(2)
    expect(await box.to(email)).toHaveLength(1)
    await context.close()
  })
})

describe('a booking that is over', () => {
  test('says so, and offers nothing that cannot be done', async () => {
    const { reference, link } = await booked(2)
    const row = await rowBy(reference)
    await stack.db.write((sql) => [
      sql
        .update(bookings)
        .set({ startsAt: Date.now() - 7_200_000, endsAt: Date.now() - 3_600_000 })
        .where(eq(bookings.id, row.id)),
    ])
    await page.goto(link)
    expect(await heading()).toBe('This appointment is in the past')
    for (const name of ['Choose another time', 'Cancel this appointment', 'Correct your email or phone'])
      expect(await page.getByRole('link', { name }).count()).toBe(0)
    await context.close()
  })
})

import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { audit, credits, mails, patients, practices, referralEvents, referrals, requests } from '../../db/schema.ts'
import { recount } from '../../worker/counts/recount.ts'
import { ask } from '../api.ts'
import { PATIENT, scan, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { deskOf, patientNumber } from './desk.ts'

let stack: Stack
let practice: TestPractice
let desk: ReturnType<typeof deskOf>
beforeAll(async () => {
  stack = await startStack()
  practice = await testPractice(stack, 'ridgeway')
  desk = deskOf(stack, practice)
})
afterAll(() => stack?.stop())

const request = (changed: Record<string, unknown> = {}, key: string = randomUUID(), slug = practice.slug) =>
  ask(stack.url, `POST /api/v1/practices/${slug}/requests`, {
    headers: { 'Idempotency-Key': key },
    body: { service: 'spine', patient: PATIENT, ...changed },
  })
const rowsOf = (id: unknown) =>
  stack.db.read((sql) =>
    sql
      .select()
      .from(requests)
      .where(and(eq(requests.practiceId, practice.id), eq(requests.id, String(id)))),
  )

describe('a request to be called', () => {
  test('is stored sealed, with a referral that is requested, its credit, its consent and its place in the counts', async () => {
    const before = { referrals: await desk.counted('referral'), bookings: await desk.counted('booking') }
    const { receipt } = await scan(stack.url, practice.link.code)
    const times = { days: [{ weekday: 2, part: 'afternoon' }], call: 'morning' }
    const { status, body } = await request({ receipt, times, reason: 'It runs into my leg', shareWithReferrer: true })
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.any(String),
      reference: expect.stringMatching(/^[0-9A-Z]{8}$/),
      callBy: expect.any(String),
      timezone: 'America/Chicago',
    })
    expect(Date.parse(String(body.callBy))).toBeGreaterThan(Date.now())

    const [row] = await rowsOf(body.id)
    expect(row).toMatchObject({ callBy: Date.parse(String(body.callBy)), closedAt: null })
    expect(JSON.stringify(row)).not.toMatch(/afternoon|leg/)
    const referral = await desk.get(`/referrals/${row?.referralId}`)
    expect(referral.body).toMatchObject({
      status: 'requested',
      consent: 'yes',
      bookings: 0,
      credit: { evidence: 'visit', office: { id: practice.office.id }, clinician: { id: practice.referrer.id } },
    })
    expect(await desk.counted('referral')).toBe(before.referrals + 1)
    expect(await desk.counted('booking')).toBe(before.bookings)
    expect((await recount(stack.db, practice.id, { write: false }))[0]?.differences).toEqual([])
    const written = await stack.db.read((sql) =>
      sql
        .select()
        .from(audit)
        .where(eq(audit.subject, String(body.id))),
    )
    expect(written).toMatchObject([{ practiceId: practice.id, act: 'request made', by: 'patient' }])
  })

  test('sent again is the same request; another body with its key is refused', async () => {
    const key = randomUUID()
    const patient = patientNumber(1)
    const [one, two] = await Promise.all([request({ patient }, key), request({ patient }, key)])
    expect([one.status, two.status]).toEqual([201, 201])
    expect(two.body).toEqual(one.body)
    expect((await request({ patient }, key)).body).toEqual(one.body)
    expect((await request({ patient: patientNumber(2) }, key)).status).toBe(422)
    const same = await desk.get<{ items: { reference: string }[] }>('/requests?limit=200')
    expect(same.body.items.filter(({ reference }) => reference === one.body.reference)).toHaveLength(1)
  })

  test('joins the open referral, as a booking does, and sets back none that is further', async () => {
    const patient = patientNumber(3)
    const first = await request({ patient })
    const second = await request({ patient })
    const [[a], [b]] = [await rowsOf(first.body.id), await rowsOf(second.body.id)]
    expect(b?.referralId).toBe(a?.referralId)
    expect(b?.patientId).not.toBe(a?.patientId)

    const slots = await desk.slots()
    const booked = await desk.book({ start: slots[0]?.start, patient: patientNumber(4) })
    expect(booked.status).toBe(201)
    const after = await request({ service: 'consultation', patient: patientNumber(4) })
    const [c] = await rowsOf(after.body.id)
    expect((await desk.get(`/referrals/${c?.referralId}`)).body).toMatchObject({ status: 'scheduled', bookings: 1 })
  })

  test('of twenty at once by one patient opens one referral', async () => {
    const patient = patientNumber(5)
    const all = await Promise.all(Array.from({ length: 20 }, () => request({ patient })))
    expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201))
    const ids = await Promise.all(all.map(async ({ body }) => (await rowsOf(body.id))[0]?.referralId))
    expect(new Set(ids).size).toBe(1)
  })

  test('is told by mail where the patient gave an address and agreed, and only there', async () => {
    const mailed = async (changed: Record<string, unknown>) => {
      const { body } = await request({ patient: { ...patientNumber(6), ...changed } })
      const rows = await stack.db.read((sql) =>
        sql
          .select()
          .from(mails)
          .where(eq(mails.requestId, String(body.id))),
      )
      return rows.map(({ kind, bookingId }) => [kind, bookingId])
    }
    expect(await mailed({ email: 'six@example.com' })).toEqual([])
    expect(await mailed({ agreesToMail: true })).toEqual([])
    expect(await mailed({ email: 'six@example.com', agreesToMail: false })).toEqual([])
    expect(await mailed({ email: 'six@example.com', agreesToMail: true })).toEqual([['request', null]])
  })

  test('needs a number to call, a key, and a practice that calls back', async () => {
    const { phone: _, ...noPhone } = PATIENT
    const lacking = await request({ patient: noPhone })
    expect(lacking.status).toBe(422)
    expect(lacking.body.errors).toMatchObject([{ field: 'patient/phone' }])
    const noKey = await ask(stack.url, `POST /api/v1/practices/${practice.slug}/requests`, {
      body: { service: 'spine' },
    })
    expect(noKey.status).toBe(422)
    expect((await request({ service: 'imaging' })).body.type).toMatch(/no-requests$/)
    expect((await request({ service: 'nothing' })).body.type).toMatch(/service-unknown$/)
    expect((await request({}, randomUUID(), 'nobody')).status).toBe(404)
    const quiet = await testPractice(stack, 'attribution-only', '2987654326')
    await stack.db.write((sql) => [
      sql.update(practices).set({ mode: 'attribution' }).where(eq(practices.id, quiet.id)),
    ])
    expect((await request({}, randomUUID(), quiet.slug)).body.type).toMatch(/no-requests$/)
    const stored = await stack.db.read((sql) => sql.select().from(patients).where(eq(patients.practiceId, quiet.id)))
    expect(stored).toEqual([])
  })
})

describe('the desk', () => {
  test('sees the open ones, the one that is due first, page by page, with a name and nothing more', async () => {
    const seen: { id: string; callBy: string; patient: unknown }[] = []
    for (let cursor = ''; ; ) {
      const { body } = await desk.get<{ items: typeof seen; next: string | null }>(`/requests?limit=5${cursor}`)
      seen.push(...body.items)
      if (!body.next) break
      cursor = `&cursor=${body.next}`
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
    const due = seen.map(({ callBy }) => Date.parse(callBy))
    expect(due).toEqual(due.toSorted((a, b) => a - b))
    expect(seen.map(({ patient }) => patient)).toContainEqual({ name: PATIENT.name })
  })

  test('opens one to call, and that it did is written down', async () => {
    const times = { days: [{ weekday: 5, part: 'morning' }], call: 'afternoon' }
    const patient = { ...patientNumber(7), actingName: 'Ada Seven', relationship: 'parent', mayLeaveMessage: true }
    const { body } = await request({
      patient,
      times,
      reason: 'Stairs',
      answers: ['consultation-reason-pain', 'no such'],
    })
    const opened = await desk.get(`/requests/${body.id}`)
    expect(opened.body).toMatchObject({
      times,
      reason: 'Stairs',
      answers: ['What is the main reason for your visit? Pain'],
      patient: {
        name: patient.name,
        actingName: 'Ada Seven',
        relationship: 'parent',
        mayLeaveMessage: true,
        phone: expect.stringMatching(/^\+1200555/),
      },
    })
    const acts = await stack.db.read((sql) =>
      sql
        .select({ act: audit.act })
        .from(audit)
        .where(eq(audit.subject, String(body.id))),
    )
    expect(acts.map(({ act }) => act)).toEqual(['request made', 'request seen'])
    expect((await desk.get('/requests/nothing')).status).toBe(404)
  })

  test.each([
    ['booked', 'scheduled'],
    ['could not reach', 'no_response'],
    ['declined', 'declined_by_patient'],
  ])('%s closes it once, and the referral is %s', async (outcome, referralStatus) => {
    const { body } = await request({ patient: patientNumber(10 + outcome.length) })
    const closed = await desk.post(`/requests/${body.id}/outcome`, { outcome })
    expect(closed.status).toBe(200)
    expect(closed.body).toMatchObject({ id: body.id, outcome, referralStatus })
    const again = await desk.post(`/requests/${body.id}/outcome`, { outcome: 'declined' })
    expect(again.status).toBe(409)
    const open = await desk.get<{ items: { id: string }[] }>('/requests?limit=200')
    expect(open.body.items.map(({ id }) => id)).not.toContain(body.id)
    expect((await desk.get(`/requests/${body.id}`)).body).toMatchObject({ closedAt: closed.body.closedAt })
  })

  test('of two who write it down at once one is first', async () => {
    const { body } = await request({ patient: patientNumber(40) })
    const both = await Promise.all(
      ['declined', 'could not reach'].map((outcome) => desk.post(`/requests/${body.id}/outcome`, { outcome })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    const [row] = await rowsOf(body.id)
    const events = await stack.db.read((sql) =>
      sql
        .select({ status: referralEvents.status })
        .from(referralEvents)
        .where(eq(referralEvents.referralId, String(row?.referralId))),
    )
    expect(events).toHaveLength(2)
  })

  test('names the booking that was made, of the same referral', async () => {
    const patient = patientNumber(41)
    const { body } = await request({ service: 'consultation', patient })
    const slots = await desk.slots()
    const other = await desk.book({ start: slots[3]?.start, patient: patientNumber(42) })
    const wrong = await desk.post(`/requests/${body.id}/outcome`, { outcome: 'booked', bookingId: other.body.id })
    expect(wrong.body.errors).toMatchObject([{ field: 'bookingId' }])
    const own = await desk.post('/bookings', { service: 'consultation', start: slots[5]?.start, patient })
    const closed = await desk.post(`/requests/${body.id}/outcome`, { outcome: 'booked', bookingId: own.body.id })
    expect(closed.body).toMatchObject({ referralStatus: 'scheduled', referralId: own.body.referralId })
  })

  test('of another practice sees none of it', async () => {
    const other = await testPractice(stack, 'far-side', '1234567893')
    const { body } = await request({ patient: patientNumber(43) })
    const theirs = deskOf(stack, other)
    expect((await theirs.get(`/requests/${body.id}`)).status).toBe(404)
    expect((await theirs.post(`/requests/${body.id}/outcome`, { outcome: 'declined' })).status).toBe(404)
    expect((await theirs.get('/requests')).body).toEqual({ items: [], next: null })
  })
})

describe('whom the patient saw', () => {
  const creditFor = async (id: unknown) => {
    const [row] = await rowsOf(id)
    const [credit] = await stack.db.read((sql) =>
      sql
        .select()
        .from(credits)
        .where(eq(credits.referralId, String(row?.referralId))),
    )
    const [referral] = await stack.db.read((sql) =>
      sql
        .select()
        .from(referrals)
        .where(eq(referrals.id, String(row?.referralId))),
    )
    return { credit, hasWords: referral?.statedReferrer !== null, referralId: row?.referralId }
  }

  test('is named on a card of the whole office, with weaker evidence than the card’s', async () => {
    const shared = await desk.post('/links', { officeId: practice.office.id, service: 'spine', channel: 'card' })
    const { receipt } = await scan(stack.url, String(shared.body.code))
    const { body } = await request({ patient: patientNumber(50), receipt, sawReferrerId: practice.referrer.id })
    const { credit, hasWords } = await creditFor(body.id)
    expect(credit).toMatchObject({
      officeId: practice.office.id,
      officeEvidence: 'visit',
      referrerId: practice.referrer.id,
      referrerEvidence: 'patient',
    })
    expect(hasWords).toBe(true)
  })

  test('never overrides the card, and is kept in words', async () => {
    const second = await desk.post('/referrers', { name: 'Dr Otis Vale', officeId: practice.office.id })
    const { receipt } = await scan(stack.url, practice.link.code)
    const { body } = await request({ patient: patientNumber(51), receipt, sawReferrerId: second.body.id })
    const { credit, referralId } = await creditFor(body.id)
    expect(credit).toMatchObject({ referrerId: practice.referrer.id, referrerEvidence: 'visit' })
    expect((await desk.get(`/referrals/${referralId}`)).body).toMatchObject({ statedReferrer: 'Dr Otis Vale' })
  })

  test('of another office, or nobody of ours, credits nobody', async () => {
    const elsewhere = await desk.post('/referrers', { name: 'Dr Far Away', office: { name: 'Far Clinic' } })
    const shared = await desk.post('/links', { officeId: practice.office.id, service: 'spine', channel: 'card' })
    const { receipt } = await scan(stack.url, String(shared.body.code))
    for (const [n, sawReferrerId] of [elsewhere.body.id, 'nobody'].entries()) {
      const { body } = await request({ patient: patientNumber(52 + n), receipt, sawReferrerId })
      const { credit } = await creditFor(body.id)
      expect(credit).toMatchObject({ officeId: practice.office.id, officeEvidence: 'visit', referrerId: null })
    }
  })
})

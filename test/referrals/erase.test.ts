import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { audit, bookings, calls, mails, patients, replies, requests } from '../../db/schema.ts'
import { recount } from '../../worker/counts/recount.ts'
import { SEALED } from '../../worker/practices/reseal.ts'
import { openVault } from '../../worker/practices/vault.ts'
import { erase } from '../../worker/referrals/erase.ts'
import { eraseOld, eraseOldOf } from '../../worker/referrals/retention.ts'
import { ask } from '../api.ts'
import { deskOf, patientNumber } from '../bookings/desk.ts'
import { type Slot, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

const DAY_MS = 86_400_000

let stack: Stack
let practice: TestPractice
let desk: ReturnType<typeof deskOf>
let free: Slot[]
let made = 0

beforeAll(async () => {
  stack = await startStack()
}, 120_000)
afterAll(() => stack?.stop())
beforeEach(async () => {
  practice = await testPractice(stack, `erased-${++made}`)
  desk = deskOf(stack, practice)
  free = await desk.slots()
})

/** A patient with a word in every place that holds one: two bookings, a request, a call, a message to be sent. */
async function knownPatient(n = 1) {
  const { db, secrets } = stack
  const ids: string[] = []
  const manageUrls: string[] = []
  let referralId = ''
  for (const slot of free.splice(0, 2)) {
    const { status, body } = await desk.post(
      '/bookings',
      {
        ...{ service: practice.service, start: slot.start, providerId: slot.providerId, code: practice.link.code },
        ...{ patient: { ...patientNumber(n), email: `p${n}@example.com` }, reason: 'Knee', statedReferrer: 'Dr Who' },
      },
      { 'Idempotency-Key': randomUUID() },
    )
    expect(status, JSON.stringify(body)).toBe(201)
    ids.push(String(body.id))
    manageUrls.push(String(body.manageUrl))
    referralId = String(body.referralId)
    await desk.post(`/bookings/${body.id}/cancellation`, { reason: 'On holiday' }, { 'Idempotency-Key': randomUUID() })
  }
  const vault = await openVault(db, secrets, practice.id)
  const [patientRow] = await db.read((sql) =>
    sql
      .select()
      .from(patients)
      .innerJoin(bookings, and(eq(bookings.practiceId, patients.practiceId), eq(bookings.patientId, patients.id)))
      .where(and(eq(bookings.practiceId, practice.id), eq(bookings.id, ids[0] ?? ''))),
  )
  const row = patientRow?.bookings
  if (!row) throw new Error('no booking')
  const own = { practiceId: practice.id, referralId }
  const seal = (table: string, id: string, column: string) => vault.seal(table, id, column, 'a word')
  const requestId = `request-${n}`
  const call = await desk.post('/calls', { officeId: practice.office.id, note: 'They will come' })
  expect(call.status).toBe(201)
  const values = {
    request: {
      ...{
        ...own,
        id: requestId,
        patientId: row.patientId,
        serviceId: row.serviceId,
        reference: `R${n}`,
        locale: 'en',
      },
      ...{ times: await seal('requests', requestId, 'times'), reason: await seal('requests', requestId, 'reason') },
      ...{ answers: await seal('requests', requestId, 'answers'), callBy: 1, createdAt: row.createdAt },
    },
    acting: { actingName: await seal('patients', row.patientId, 'actingName'), relationship: 'carer' as const },
  }
  const written = await db.write((sql) => [
    sql.insert(requests).values(values.request),
    sql
      .update(calls)
      .set({ referralId })
      .where(and(eq(calls.practiceId, practice.id), eq(calls.id, String(call.body.id)))),
    sql
      .update(patients)
      .set(values.acting)
      .where(and(eq(patients.practiceId, practice.id), eq(patients.id, row.patientId))),
    sql.insert(mails).values({ practiceId: practice.id, id: `m-${n}`, kind: 'reminder', bookingId: row.id, dueAt: 1 }),
    sql.insert(mails).values({ practiceId: practice.id, id: `q-${n}`, kind: 'request', requestId, dueAt: 1 }),
  ])
  expect(written).toMatchObject({ ok: true })
  return { referralId, bookingIds: ids, manageUrls }
}

/** Every sealed value of the practice, by its column; and every keyed hash of a patient. */
async function held(): Promise<string[]> {
  const found: string[] = []
  for (const { table, columns } of SEALED)
    for (const [name, column] of Object.entries(columns)) {
      const rows = await stack.db.read((sql) =>
        sql.select({ value: column }).from(table).where(eq(table.practiceId, practice.id)),
      )
      if (rows.some(({ value }) => value)) found.push(name)
    }
  const rows = await stack.db.read((sql) => sql.select().from(patients).where(eq(patients.practiceId, practice.id)))
  for (const row of rows)
    for (const [name, value] of Object.entries(row))
      if (/Index$|^relationship$/.test(name) && value !== null) found.push(name)
  return [...new Set(found)].toSorted()
}
/** Whether the link that belongs to a booking shows it. */
async function shownBy(manageUrl: string): Promise<boolean> {
  const opened = await fetch(manageUrl, { redirect: 'manual' })
  const cookie = opened.headers.getSetCookie().map((one) => one.split(';')[0])
  const page = await fetch(`${stack.url}/visit`, { headers: { Cookie: cookie.join('; ') } })
  return (await page.text()).includes('Your appointment is cancelled')
}
const stats = async () => (await desk.get('/stats/summary')).body
const nothingDiffers = async () => {
  const [found] = await recount(stack.db, practice.id, { write: false })
  expect(found?.differences).toEqual([])
}
const erasure = (id: string, headers = {}) => desk.post(`/referrals/${id}/erasure`, undefined, headers)

describe('erasing a patient', () => {
  test('leaves no word and no hash of theirs, and every count as it was', async () => {
    const { referralId, bookingIds, manageUrls } = await knownPatient()
    const ofPatient = () => Promise.all(manageUrls.map(shownBy))
    expect(await ofPatient()).toEqual([true, true])
    const before = await stats()
    expect((await held()).length).toBeGreaterThan(12)
    const { status, body } = await erasure(referralId)
    expect({ status, body }).toEqual({ status: 200, body: { referralId, erasedAt: expect.any(String) } })

    expect(await held()).toEqual([])
    expect(await stats()).toEqual(before)
    await nothingDiffers()
    const left = await stack.db.read((sql) => sql.select().from(replies).where(eq(replies.practiceId, practice.id)))
    expect(left).toEqual([])
    const letters = await stack.db.read((sql) => sql.select().from(mails).where(eq(mails.practiceId, practice.id)))
    const waiting = letters.filter(({ sentAt }) => sentAt === null)
    expect(waiting.length).toBeGreaterThan(1)
    expect(waiting.filter(({ droppedAt }) => droppedAt === null)).toEqual([])
    const acts = await stack.db.read((sql) => sql.select().from(audit).where(eq(audit.practiceId, practice.id)))
    expect(acts.filter(({ act }) => act === 'patient erased')).toMatchObject([
      { subject: referralId, by: expect.stringMatching(/^key:/) },
    ])

    // Shown as such wherever they were shown, and not at all by the patient's own link.
    expect(await ofPatient()).toEqual([false, false])
    const shown = await desk.get(`/referrals/${referralId}`)
    expect(shown.body).toMatchObject({ erasedAt: body.erasedAt, statedReferrer: null, bookings: 2 })
    const list = await desk.get<{ items: { id: string; patient: unknown }[] }>('/bookings')
    expect(list.body.items.map(({ patient }) => patient)).toEqual([
      { name: null, erasedAt: body.erasedAt },
      { name: null, erasedAt: body.erasedAt },
    ])
    expect(list.body.items.map(({ id }) => id).toSorted()).toEqual(bookingIds.toSorted())
  })

  test('is done once, and says the same when it is sent again', async () => {
    const { referralId } = await knownPatient()
    const key = { 'Idempotency-Key': randomUUID() }
    const [first, again, other] = [
      await erasure(referralId, key),
      await erasure(referralId, key),
      await erasure(referralId),
    ]
    expect([first.status, again.status, other.status]).toEqual([200, 200, 200])
    expect(again.body).toEqual(first.body)
    expect(other.body).toEqual(first.body)
    const acts = await stack.db.read((sql) => sql.select().from(audit).where(eq(audit.practiceId, practice.id)))
    expect(acts.filter(({ act }) => act === 'patient erased')).toHaveLength(1)
  })

  test('waits for the cancellation of what is booked, and names it', async () => {
    const { referralId } = await knownPatient()
    const [slot] = free
    const next = await desk.post('/bookings', {
      ...{ service: practice.service, start: slot?.start, providerId: slot?.providerId },
      patient: patientNumber(1),
    })
    expect(next.body.referralId).toBe(referralId)
    const refused = await erasure(referralId)
    expect(refused).toMatchObject({ status: 409, body: { bookingIds: [next.body.id] } })
    expect(await held()).not.toEqual([])
    await desk.post(`/bookings/${next.body.id}/cancellation`)
    expect((await erasure(referralId)).status).toBe(200)
    expect(await held()).toEqual([])
  })

  test('touches nobody else, needs the scope, and finds no other practice’s referral', async () => {
    const one = await knownPatient(1)
    const two = await knownPatient(2)
    expect((await erasure(one.referralId)).status).toBe(200)
    expect((await desk.get(`/referrals/${two.referralId}`)).body).toMatchObject({
      erasedAt: null,
      statedReferrer: 'Dr Who',
    })
    const other = await testPractice(stack, `other-${made}`)
    const path = `POST /api/v1/referrals/${two.referralId}/erasure` as const
    expect((await ask(stack.url, path, { key: other.key })).status).toBe(404)
  })

  test('the patient who comes back later begins a referral of their own', async () => {
    const { referralId } = await knownPatient()
    await erasure(referralId)
    const [slot] = free
    const back = await desk.post('/bookings', {
      ...{ service: practice.service, start: slot?.start, providerId: slot?.providerId },
      patient: patientNumber(1),
    })
    expect(back.status).toBe(201)
    expect(back.body.referralId).not.toBe(referralId)
    await nothingDiffers()
  })
})

describe('after the retention days', () => {
  const lastVisit = async (referralId: string) => {
    const rows = await stack.db.read((sql) =>
      sql
        .select({ endsAt: bookings.endsAt })
        .from(bookings)
        .where(and(eq(bookings.practiceId, practice.id), eq(bookings.referralId, referralId))),
    )
    return Math.max(...rows.map(({ endsAt }) => endsAt))
  }
  const run = (now: number, retentionDays = 400) =>
    eraseOldOf(stack.db, stack.secrets, { id: practice.id, retentionDays }, now)

  test('a patient is erased, and not a moment before', async () => {
    const { referralId } = await knownPatient()
    const visit = await lastVisit(referralId)
    expect(await run(visit + 400 * DAY_MS)).toBe(0)
    expect(await held()).not.toEqual([])
    expect(await run(visit + 400 * DAY_MS + 1)).toBe(1)
    expect(await held()).toEqual([])
    expect(await run(visit + 500 * DAY_MS)).toBe(0)
    const acts = await stack.db.read((sql) => sql.select().from(audit).where(eq(audit.practiceId, practice.id)))
    expect(acts.filter(({ act }) => act === 'patient erased').map(({ by }) => by)).toEqual(['system'])
  })

  test('the note of a call is gone, and the call still counts', async () => {
    await desk.post('/calls', { officeId: practice.office.id, note: 'Asked for Maria' })
    const before = await stats()
    const now = Date.now()
    await run(now + 399 * DAY_MS)
    expect(await held()).toContain('note')
    await run(now + 401 * DAY_MS)
    expect(await held()).not.toContain('note')
    expect(await stats()).toEqual(before)
    await nothingDiffers()
  })

  test('each practice decides how many they are, from a month to ten years', async () => {
    const { referralId } = await knownPatient()
    const setting = (retentionDays: number) =>
      ask(stack.url, 'PATCH /api/v1/practice', { key: practice.key, body: { retentionDays } })
    expect((await desk.get('/practice')).body.retentionDays).toBe(400)
    expect([(await setting(29)).status, (await setting(3651)).status, (await setting(30.5)).status]).toEqual([
      422, 422, 422,
    ])
    expect((await setting(30)).body.retentionDays).toBe(30)
    const due = (await lastVisit(referralId)) + 31 * DAY_MS
    const { rows } = await stack.db.client.execute('select count(*) n from practices')
    // Every practice has its turn, a minute each.
    for (let minute = 0; minute < Number(rows[0]?.n); minute++)
      await eraseOld(stack.db, stack.secrets, due + minute * 60_000)
    expect(await held()).toEqual([])
  })

  test('very many are erased a few at a time', async () => {
    for (let n = 0; n < 30; n++) {
      const slot = free.shift()
      const { status } = await desk.post('/bookings', {
        ...{ service: practice.service, start: slot?.start, providerId: slot?.providerId },
        patient: patientNumber(n),
      })
      expect(status).toBe(201)
    }
    const later = Date.now() + 2_000 * DAY_MS
    expect([await run(later), await run(later), await run(later)]).toEqual([25, 5, 0])
    await nothingDiffers()
  })

  test('an appointment that is made at the same moment is decided for: the patient stays, or is erased whole', async () => {
    const { referralId } = await knownPatient()
    const [slot] = free
    const [erased, booked] = await Promise.all([
      erase(stack.db, stack.secrets, { practiceId: practice.id, referralId, by: 'system' }, Date.now()),
      desk.post('/bookings', {
        ...{ service: practice.service, start: slot?.start, providerId: slot?.providerId },
        patient: patientNumber(1),
      }),
    ])
    expect(booked.status).toBe(201)
    if (erased.ok) expect(booked.body.referralId).not.toBe(referralId)
    else expect(erased).toEqual({ ok: false, problem: 'appointment-ahead', bookingIds: [booked.body.id] })
    await nothingDiffers()
  })
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recount } from '../../worker/counts/recount.ts'
import { ask } from '../api.ts'
import { PATIENT, type Slot, scan, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { deskOf, patientNumber } from './desk.ts'

let stack: Stack
let practice: TestPractice
let other: TestPractice
let desk: ReturnType<typeof deskOf>
let free: Slot[]
/** Each test takes slots of its own. */
let next = 0
const slot = () => {
  const one = free[next++]
  if (!one) throw new Error('no more slots')
  return { start: one.start, providerId: one.providerId }
}

beforeAll(async () => {
  stack = await startStack()
  practice = await testPractice(stack, 'booked')
  other = await testPractice(stack, 'elsewhere', '2987654326')
  desk = deskOf(stack, practice)
  free = await desk.slots()
})
afterAll(() => stack?.stop())

const problem = (name: string) => `${stack.publicUrl}/problems/${name}`

describe('a booking', () => {
  test('takes its slot, and carries credit, consent and event in the same act', async () => {
    const { receipt } = await scan(stack.url, practice.link.code)
    const at = slot()
    const made = await desk.book({ ...at, receipt, patient: patientNumber(1), reason: 'Knee pain' })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect(made.body).toMatchObject({ start: at.start, reference: expect.stringMatching(/^[0124789CFHKLMRXY]{8}$/) })
    expect(String(made.body.manageUrl)).toMatch(`${stack.publicUrl}/visit?t=`)
    const left = await desk.slots()
    expect(left.filter(({ start, providerId }) => start === at.start && providerId === at.providerId)).toEqual([])

    const { body } = await desk.get<{ items: { id: string }[] }>('/referrals?limit=1')
    expect(body.items[0]).toMatchObject({
      status: 'scheduled',
      consent: 'yes',
      credit: {
        evidence: 'visit',
        office: { id: practice.office.id, name: practice.office.name, evidence: 'visit' },
        clinician: { id: practice.referrer.id, name: practice.referrer.name, evidence: 'visit' },
        linkId: practice.link.id,
        windowDays: 90,
      },
    })
  })

  test('keeps nothing of the patient that can be read in the database', async () => {
    const patient = { ...patientNumber(2), email: 'canary@example.com' }
    await desk.book({ ...slot(), patient, reason: 'Canary in the reason', statedReferrer: 'Dr Canary' })
    for (const table of ['patients', 'referrals', 'bookings', 'booking_events', 'replies']) {
      const { rows } = await stack.db.client.execute(`SELECT * FROM ${table}`)
      expect(rows.length).toBeGreaterThan(0)
      expect(JSON.stringify(rows)).not.toMatch(/canary|Number 2|2005550102|1950-06-15/i)
    }
  })

  test('without a provider goes to whoever is free at that time, until nobody is', async () => {
    // Of the last ones: the first are the other tests'.
    const start = free.findLast((one) =>
      free.some((two) => two.start === one.start && two.providerId !== one.providerId),
    )?.start
    const able = free.filter((one) => one.start === start).map(({ providerId }) => providerId)
    expect(able.length).toBeGreaterThan(1)
    const got: unknown[] = []
    for (const i of able.keys()) got.push((await desk.book({ start, patient: patientNumber(10 + i) })).body.providerId)
    expect(got.sort()).toEqual(able.sort())
    expect((await desk.book({ start, patient: patientNumber(19) })).body.type).toBe(problem('slot-taken'))
  })

  test('whose code is of another practice, mistyped or no code is refused, and a foreign receipt is left out', async () => {
    const before = await desk.rows('bookings')
    const code = async (said: string) =>
      (await desk.book({ ...slot(), code: said, patient: patientNumber(3) })).body.type
    expect(await code(other.link.code)).toBe(problem('code-unknown'))
    expect(await code(practice.link.code.replace(/.$/, (last) => (last === '0' ? '1' : '0')))).toBe(
      problem('code-mistyped'),
    )
    expect(await code('hello')).toBe(problem('code-mistyped'))
    expect(await desk.rows('bookings')).toBe(before)

    const { receipt } = await scan(stack.url, other.link.code)
    expect((await desk.book({ ...slot(), receipt, patient: patientNumber(3) })).status).toBe(201)
    const { body } = await desk.get<{ items: { credit: { evidence: string } }[] }>('/referrals?limit=1')
    expect(body.items[0]?.credit.evidence).toBe('none')
  })

  test('is credited to the code where code and scan differ, and to the words where there is nothing else', async () => {
    const pad = await desk.post('/links', { officeId: practice.office.id, service: practice.service, channel: 'card' })
    const { receipt } = await scan(stack.url, practice.link.code)
    await desk.book({ ...slot(), receipt, code: String(pad.body.display).toLowerCase(), patient: patientNumber(4) })
    const disagreeing = await desk.get<{ items: { credit: object }[] }>('/referrals?limit=1')
    expect(disagreeing.body.items[0]?.credit).toMatchObject({
      evidence: 'code',
      linkId: pad.body.id,
      scanId: expect.any(String),
      clinician: { id: practice.referrer.id, evidence: 'visit' },
    })

    await desk.book({ ...slot(), statedReferrer: 'Dr Nobody-Knows', patient: patientNumber(5) })
    const { body } = await desk.get<{ items: { id: string; credit: object }[] }>('/referrals?limit=1')
    expect(body.items[0]?.credit).toMatchObject({ evidence: 'patient', office: { id: null } })
    const { body: one } = await desk.get(`/referrals/${body.items[0]?.id}`)
    expect(one.statedReferrer).toBe('Dr Nobody-Knows')
  })
})

describe('what cannot be booked is answered clearly, and nothing is written', () => {
  test.each<[string, () => Record<string, unknown>, number, string]>([
    ['a time in the past', () => ({ start: '2020-01-06T15:00:00.000Z' }), 422, 'slot-past'],
    [
      'a time that is not offered',
      () => ({ start: free[0]?.start.replace(/:\d\d:00/, ':07:00') }),
      422,
      'slot-unknown',
    ],
    ['a provider who does not exist', () => ({ start: free.at(-1)?.start, providerId: 'nobody' }), 422, 'slot-unknown'],
    ['a time that is none', () => ({ start: 'tomorrow' }), 422, 'invalid'],
    ['a service that does not exist', () => ({ ...slot(), service: 'nothing' }), 422, 'service-unknown'],
    ['a service that is not booked online', () => ({ ...slot(), service: 'spine' }), 409, 'not-bookable'],
    ['a telephone number that is none', () => ({ ...slot(), patient: { ...PATIENT, phone: '12' } }), 422, 'invalid'],
    [
      'a date of birth to come',
      () => ({ ...slot(), patient: { ...PATIENT, dateOfBirth: '2999-01-01' } }),
      422,
      'invalid',
    ],
    [
      'a date that does not exist',
      () => ({ ...slot(), patient: { ...PATIENT, dateOfBirth: '1961-02-29' } }),
      422,
      'invalid',
    ],
  ])('%s', async (_, changed, status, name) => {
    const before = [await desk.rows('patients'), await desk.rows('referrals'), await desk.rows('replies')]
    const answer = await desk.book(changed())
    expect(answer.status, JSON.stringify(answer.body)).toBe(status)
    expect(answer.body.type).toBe(problem(name))
    expect([await desk.rows('patients'), await desk.rows('referrals'), await desk.rows('replies')]).toEqual(before)
  })

  test('without an Idempotency-Key, and at a practice that there is not', async () => {
    const body = { service: practice.service, ...slot(), patient: PATIENT, shareWithReferrer: false }
    const without = await ask(stack.url, `POST /api/v1/practices/${practice.slug}/bookings`, { body })
    expect(without.body.type).toBe(problem('idempotency-key-required'))
    const headers = { 'Idempotency-Key': randomUUID() }
    expect((await ask(stack.url, 'POST /api/v1/practices/nowhere/bookings', { body, headers })).status).toBe(404)
  })

  test('slots of nothing, of too many days and of a day that is none', async () => {
    const slots = (path: string) => ask<{ slots: unknown[] }>(stack.url, `GET /api/v1/practices/${path}` as 'GET /')
    expect((await slots('nowhere/services/consultation/slots')).status).toBe(404)
    expect((await slots(`${practice.slug}/services/nothing/slots`)).status).toBe(404)
    for (const query of ['days=0', 'days=61', 'days=x', 'from=2027-02-29', 'from=tomorrow'])
      expect((await slots(`${practice.slug}/services/${practice.service}/slots?${query}`)).status, query).toBe(422)
    expect((await slots(`${practice.id}/services/${practice.service}/slots`)).body.slots.length).toBeGreaterThan(10)
    expect((await slots(`${practice.slug}/services/spine/slots`)).body.slots).toEqual([])
  })
})

describe('many at once', () => {
  test('of 200 patients who want one slot one gets it, and the others are told which are free', async () => {
    const at = slot()
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, n) => desk.book({ ...at, patient: patientNumber(100 + n) })),
    )
    expect(Map.groupBy(answers, ({ status }) => status).get(201)).toHaveLength(1)
    const refused = answers.filter(({ status }) => status !== 201)
    for (const { status, body } of refused) expect([409, 503], JSON.stringify(body)).toContain(status)
    expect(refused.find(({ status }) => status === 409)?.body.nearest).toHaveLength(5)
    expect(await takenTimes(at)).toBe(1)
  })

  test('one request that is sent 200 times books once and gets the same answer each time', async () => {
    const at = slot()
    const key = randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => desk.book({ ...at, patient: patientNumber(400) }, key)),
    )
    const good = answers.filter(({ status }) => status === 201)
    expect(good.length).toBeGreaterThan(0)
    expect(new Set(good.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    for (const { status } of answers) expect([201, 503]).toContain(status)
    expect(await takenTimes(at)).toBe(1)
    expect((await desk.book({ ...at, patient: patientNumber(400) }, key)).body).toEqual(good[0]?.body)
    expect((await desk.book({ ...at, patient: patientNumber(401) }, key)).body.type).toBe(problem('key-reused'))
  })

  test('one patient who books two times at once is one referred patient', async () => {
    const before = await desk.counted('referral')
    const patient = patientNumber(402)
    const answers = await Promise.all([slot(), slot(), slot()].map((at) => desk.book({ ...at, patient })))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(await desk.counted('referral')).toBe(before + 1)
  })
})

describe('one patient, one problem', () => {
  test('a further booking joins the open referral, keeps its credit and is counted for it', async () => {
    const patient = { ...patientNumber(500), name: 'Zoë  van der Berg' }
    const { receipt } = await scan(stack.url, practice.link.code)
    await desk.book({ ...slot(), patient, receipt })
    const [referrals, bookings] = [await desk.counted('referral'), await desk.counted('booking')]
    // The same person as another types her: other case, no accent, no date of birth, an e-mail address beside it.
    const typed = { name: 'zoe van der berg', phone: patient.phone.replaceAll(' ', '-'), email: 'zoe@example.com' }
    await desk.book({ ...slot(), patient: typed, shareWithReferrer: false })
    expect(await desk.counted('referral')).toBe(referrals)
    expect(await desk.counted('booking')).toBe(bookings + 1)
    const { body } = await desk.get<{ items: { referralId: string }[] }>('/bookings?limit=2')
    expect(new Set(body.items.map(({ referralId }) => referralId)).size).toBe(1)
    const joined = await desk.get(`/referrals/${body.items[0]?.referralId}`)
    expect(joined.body).toMatchObject({ bookings: 2, consent: 'no', credit: { evidence: 'visit' } })
    // A name and a number are known to others too: from outside, a consent is taken back and never given.
    await desk.book({ ...slot(), patient: typed, shareWithReferrer: true })
    expect((await desk.get(`/referrals/${body.items[0]?.referralId}`)).body).toMatchObject({
      bookings: 3,
      consent: 'no',
    })
  })

  test.each([
    ['another name', { name: 'Zoë van der Burg' }],
    ['another date of birth', { dateOfBirth: '1950-06-16' }],
    ['another telephone number', { phone: '+1 312 555 0199' }],
    ['another service', { service: 'hip-and-knee' }],
  ])('%s opens another', async (_, { service = practice.service, ...differs }: Record<string, string>) => {
    const patient = { ...patientNumber(500), name: 'Zoë van der Berg' }
    const before = await desk.counted('referral')
    const other = service === practice.service ? slot() : await firstOf(service)
    const made = await desk.book({ ...other, service, patient: { ...patient, ...differs } })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    expect(await desk.counted('referral')).toBe(before + 1)
  })

  test('who gives a name alone is like nobody; with a date of birth they are known again', async () => {
    const before = await desk.counted('referral')
    const walkIn = { name: 'Ada Marsh' }
    for (const patient of [walkIn, walkIn, { ...walkIn, dateOfBirth: '1950-06-15' }])
      expect((await desk.book({ ...slot(), patient })).status).toBe(201)
    expect(await desk.counted('referral')).toBe(before + 3)
    await desk.book({ ...slot(), patient: { ...walkIn, dateOfBirth: '1950-06-15' } })
    expect(await desk.counted('referral')).toBe(before + 3)
  })

  test('once the patient was seen, the next booking opens another; if that was a mistake, it does not', async () => {
    const patient = patientNumber(501)
    const first = await desk.book({ ...slot(), patient })
    const before = await desk.counted('referral')
    await desk.post(`/bookings/${first.body.id}/attendance`)
    await desk.post(`/bookings/${first.body.id}/no-show`)
    await desk.book({ ...slot(), patient })
    expect(await desk.counted('referral')).toBe(before)
    await desk.post(`/bookings/${first.body.id}/attendance`)
    await desk.book({ ...slot(), patient })
    expect(await desk.counted('referral')).toBe(before + 1)
  })
})

test('after all of this the counts are what the facts add up to', async () => {
  const [found] = await recount(stack.db, practice.id, { write: false })
  expect(found?.differences).toEqual([])
  expect(found?.counts).toBeGreaterThan(10)
})

test('with the database away a booking is answered 503 and none is half written', async () => {
  const at = slot()
  const key = randomUUID()
  const patient = patientNumber(600)
  await stack.database.stop()
  const away = await desk.book({ ...at, patient }, key)
  expect(away.status).toBe(503)
  await stack.database.start()
  expect(await takenTimes(at)).toBe(0)
  expect((await desk.book({ ...at, patient }, key)).status).toBe(201)
})

async function takenTimes({ start, providerId }: { start: string; providerId: string }): Promise<number> {
  const { rows } = await stack.db.client.execute({
    sql: "SELECT count(*) n FROM bookings WHERE practice_id = ? AND provider_id = ? AND starts_at = ? AND status = 'booked'",
    args: [practice.id, providerId, Date.parse(start)],
  })
  return Number(rows[0]?.n)
}

async function firstOf(service: string): Promise<{ start: string; providerId: string }> {
  const path = `/api/v1/practices/${practice.slug}/services/${service}/slots?days=30` as const
  const { body } = await ask<{ slots: Slot[] }>(stack.url, `GET ${path}`)
  const [first] = body.slots
  if (!first) throw new Error('nothing is free')
  return { start: first.start, providerId: first.providerId }
}

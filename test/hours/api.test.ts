import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask } from '../api.ts'
import { deskOf, patientNumber } from '../bookings/desk.ts'
import { type Slot, slotsOf, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let practice: TestPractice
let made = 0
beforeAll(async () => {
  stack = await startStack()
}, 120_000)
afterAll(() => stack?.stop())
beforeEach(async () => {
  practice = await testPractice(stack, `hours-${made++}`)
})

type Body = Record<string, unknown>
const asks =
  (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE') =>
  <T = Body>(path: string, body?: unknown, key = practice.key) =>
    ask<T>(stack.url, `${method} /api/v1${path}` as 'GET /', { key, ...(body === undefined ? {} : { body }) })
const [get, post, put, patch, remove] = [asks('GET'), asks('POST'), asks('PUT'), asks('PATCH'), asks('DELETE')]
const slots = () => slotsOf(stack.url, practice, 30)
const dayOf = ({ start, timezone }: Slot) =>
  new Intl.DateTimeFormat('en-CA', { timeZone: timezone }).format(Date.parse(start))
const wrongFields = (body: Body) => (body.errors as { field: string }[]).map(({ field }) => field)

describe('the week of a service', () => {
  const hours = (more: Body = {}) => ({
    ...{ providerId: 'nguyen', locationId: 'chicago', weekday: 3, opens: 540, closes: 600 },
    ...more,
  })

  test('is replaced as a whole, and then its times are those', async () => {
    const before = await get<{ hours: Body[] }>('/services/consultation/hours')
    expect(before.body.hours.length).toBeGreaterThan(10)
    const set = await put('/services/consultation/hours', { hours: [hours({ weekday: 5 }), hours()] })
    expect([set.status, set.body]).toEqual([200, { hours: [hours(), hours({ weekday: 5 })] }])
    expect((await get('/services/consultation/hours')).body).toEqual(set.body)
    const wall = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'America/Chicago',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
    })
    const offered = new Set((await slots()).map(({ start }) => wall.format(Date.parse(start))))
    expect(offered).toEqual(new Set(['Wed 09:00', 'Wed 09:30', 'Fri 09:00', 'Fri 09:30']))
    expect((await put('/services/consultation/hours', { hours: [] })).status).toBe(200)
    expect(await slots()).toEqual([])
    expect((await get<{ hours: [] }>('/services/spine/hours')).body.hours.length).toBeGreaterThan(0)
  })

  test('names what is not right: strangers, hours that end before they begin, and those that overlap', async () => {
    const other = await testPractice(stack, `hours-${made++}`)
    const wrong = [
      ...[hours(), hours({ opens: 599, closes: 700 }), hours({ providerId: 'adeyemi', opens: 600, closes: 600 })],
      ...[hours({ weekday: 1, providerId: 'nobody' }), hours({ weekday: 2, locationId: 'nowhere' })],
    ]
    const answer = await put('/services/consultation/hours', { hours: wrong })
    expect(answer.status).toBe(422)
    expect(wrongFields(answer.body).sort()).toEqual([
      ...['hours/1', 'hours/2/closes', 'hours/3/providerId', 'hours/4/locationId'],
    ])
    for (const more of [{ weekday: 0 }, { weekday: 8 }, { opens: -1 }, { closes: 1441 }, { opens: 1.5 }, { extra: 1 }])
      expect((await put('/services/consultation/hours', { hours: [hours(more)] })).status).toBe(422)
    expect((await put('/services/nothing/hours', { hours: [] })).status).toBe(404)
    expect((await put('/services/consultation/hours', { hours: [] }, other.key)).status).toBe(200)
    expect((await slots()).length).toBeGreaterThan(10)
  })

  test('times of one provider are asked for by their id', async () => {
    const path = `/practices/${practice.slug}/services/${practice.service}/slots?days=30`
    const all = (await get<{ slots: Slot[] }>(path)).body.slots
    const hers = (await get<{ slots: Slot[] }>(`${path}&provider=whitcombe`)).body.slots
    expect(hers.length).toBeGreaterThan(0)
    expect(hers).toEqual(all.filter(({ providerId }) => providerId === 'whitcombe'))
    expect((await get<{ slots: Slot[] }>(`${path}&provider=nobody`)).body.slots).toEqual([])
  })
})

describe('closed days and extra hours', () => {
  test('a closing takes the times away, says how many bookings lie in it, and is taken back', async () => {
    const desk = deskOf(stack, practice)
    const all = await slots()
    const day = dayOf(all[40] as Slot)
    const there = all.filter((slot) => dayOf(slot) === day)
    for (const [n, { start, providerId }] of there.slice(0, 2).entries())
      expect((await desk.book({ start, providerId, patient: patientNumber(n) })).status).toBe(201)
    const closed = await post('/hour-exceptions', {
      kind: 'closed',
      fromDay: day,
      untilDay: day,
      note: 'Founders’ Day',
    })
    expect([closed.status, closed.body]).toMatchObject([
      201,
      { kind: 'closed', bookings: 2, providerId: null, note: 'Founders’ Day' },
    ])
    expect((await slots()).filter((slot) => dayOf(slot) === day)).toEqual([])
    const refused = await desk.book({ start: there[3]?.start, patient: patientNumber(9) })
    expect(refused.body.type).toMatch(/slot-unknown$/)
    expect((await get<{ items: Body[] }>(`/hour-exceptions?from=${day}`)).body.items).toMatchObject([{ fromDay: day }])
    const other = await testPractice(stack, `hours-${made++}`)
    expect((await remove(`/hour-exceptions/${closed.body.id}`, undefined, other.key)).status).toBe(404)
    expect((await remove(`/hour-exceptions/${closed.body.id}`)).status).toBe(200)
    expect((await slots()).filter((slot) => dayOf(slot) === day)).toHaveLength(there.length - 2)
    expect((await remove(`/hour-exceptions/${closed.body.id}`)).status).toBe(404)
  })

  test('extra hours are offered on their day alone', async () => {
    await put('/services/consultation/hours', { hours: [] })
    const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)
    const extra = {
      ...{ kind: 'extra', providerId: 'castellanos', locationId: 'chicago', serviceId: 'consultation' },
      ...{ fromDay: day, untilDay: day, opens: 600, closes: 690 },
    }
    expect(await post('/hour-exceptions', extra)).toMatchObject({ status: 201, body: { bookings: 0 } })
    const offered = await slots()
    expect(offered.map(({ providerId }) => providerId)).toEqual(['castellanos', 'castellanos', 'castellanos'])
    expect(new Set(offered.map(dayOf))).toEqual(new Set([day]))
  })

  test('what is not right is named', async () => {
    const closed = { kind: 'closed', fromDay: '2027-03-01', untilDay: '2027-03-02' }
    const wrong = async (more: Body) => wrongFields((await post('/hour-exceptions', { ...closed, ...more })).body)
    expect(await wrong({ untilDay: '2027-02-28' })).toEqual(['untilDay'])
    expect(await wrong({ untilDay: '2029-02-28' })).toEqual(['untilDay'])
    expect(await wrong({ fromDay: '2027-02-30' })).toEqual(['fromDay'])
    expect(await wrong({ opens: 600 })).toEqual(['closes'])
    expect(await wrong({ opens: 600, closes: 600 })).toEqual(['closes'])
    expect(await wrong({ kind: 'extra' })).toEqual(['providerId', 'locationId', 'serviceId', 'opens', 'closes'])
    expect(await wrong({ providerId: 'nobody', locationId: 'nowhere', serviceId: 'nothing' })).toEqual([
      ...['providerId', 'locationId', 'serviceId'],
    ])
  })
})

describe('how a service is booked', () => {
  test('buffers and length are changed, and the times follow; a visit of more than a day is refused', async () => {
    const changed = await patch('/services/consultation', { minutes: 60, stepMinutes: 60, bufferAfterMinutes: 30 })
    expect(changed).toMatchObject({ status: 200, body: { minutes: 60, bufferAfterMinutes: 30, horizonDays: 60 } })
    for (const { start, end } of await slots()) expect(Date.parse(end) - Date.parse(start)).toBe(3_600_000)
    const long = await patch('/services/consultation', { minutes: 1440 })
    expect([long.status, wrongFields(long.body)]).toEqual([422, ['minutes']])
    expect((await patch('/services/consultation', {})).status).toBe(422)
    expect((await patch('/services/consultation', { minutes: 0 })).status).toBe(422)
    expect((await patch('/services/nothing', { minutes: 10 })).status).toBe(404)
  })

  test('of two patients who want times that only their buffers share, at once, one gets hers', async () => {
    await patch('/services/consultation', { bufferAfterMinutes: 10 })
    const desk = deskOf(stack, practice)
    const all = await slots()
    const pairs = all
      .flatMap((one) =>
        all
          .filter((next) => next.start === one.end && next.providerId === one.providerId)
          .map((next) => [one, next] as const),
      )
      .slice(0, 5)
    expect(pairs).toHaveLength(5)
    let n = 0
    for (const pair of pairs) {
      const asked = pair.map(({ start, providerId }) => desk.book({ start, providerId, patient: patientNumber(n++) }))
      const statuses = (await Promise.all(asked)).map(({ status }) => status)
      // Two pairs may share a time: then both are gone before.
      expect(statuses.filter((status) => status === 201).length).toBeLessThan(2)
    }
    const { rows } = await stack.db.client.execute({
      sql: 'select busy_until - ends_at as after, starts_at - busy_from as before from bookings where practice_id = ?',
      args: [practice.id],
    })
    expect(rows.length).toBeGreaterThan(1)
    for (const { after, before } of rows) expect([after, before]).toEqual([600_000, 0])
  })

  test('booked online or not: a mode that cannot hold is refused with its reason', async () => {
    expect((await patch('/services/consultation', { mode: 'request' })).body.mode).toBe('request')
    expect(await slots()).toEqual([])
    expect(wrongFields((await patch('/services/consultation', { mode: 'elsewhere' })).body)).toEqual(['mode'])
    const refused = await patch('/services/consultation', { mode: 'book', calendar: 'imported' })
    expect(refused).toMatchObject({ status: 409, body: { type: expect.stringMatching(/calendar-unread$/) } })
    expect(refused.body.providers).toEqual(expect.arrayContaining(['nguyen']))
    // Decided while it is called: then it waits for the calendars.
    expect((await patch('/services/consultation', { calendar: 'imported' })).status).toBe(200)
    expect((await patch('/services/consultation', { mode: 'book' })).status).toBe(409)
    expect((await patch('/services/consultation', { mode: 'book', calendar: 'only' })).status).toBe(200)
    expect((await slots()).length).toBeGreaterThan(10)
  })
})

describe('calendars elsewhere', () => {
  const url = 'https://calendar.example.com/private-cafe0123/basic.ics'

  test('are added, listed and removed, and their address is not shown again', async () => {
    const added = await post('/calendar-feeds', { providerId: 'nguyen', url })
    expect([added.status, added.body]).toEqual([
      201,
      {
        id: expect.any(String),
        providerId: 'nguyen',
        createdAt: expect.any(String),
        readAt: null,
        triedAt: null,
        trouble: null,
      },
    ])
    const listed = await get<{ items: Body[] }>('/calendar-feeds')
    expect(listed.body.items).toEqual([added.body])
    expect(JSON.stringify(listed.body)).not.toContain('cafe0123')
    const other = await testPractice(stack, `hours-${made++}`)
    expect((await remove(`/calendar-feeds/${added.body.id}`, undefined, other.key)).status).toBe(404)
    expect((await remove(`/calendar-feeds/${added.body.id}`)).status).toBe(200)
    expect((await get<{ items: Body[] }>('/calendar-feeds')).body.items).toEqual([])
  })

  test('of the public internet alone, and of a provider of the practice', async () => {
    for (const address of [
      'http://calendar.example.com/',
      'https://localhost/',
      'https://169.254.169.254/',
      'https://2130706433/',
    ])
      expect(wrongFields((await post('/calendar-feeds', { providerId: 'nguyen', url: address })).body)).toEqual(['url'])
    expect(wrongFields((await post('/calendar-feeds', { providerId: 'nobody', url })).body)).toEqual(['providerId'])
  })

  test('that cannot be reached say so after the schedule has tried, in plain words', async () => {
    await post('/calendar-feeds', { providerId: 'nguyen', url: 'https://calendar.invalid.example/a.ics' })
    await stack.worker.scheduled(Date.now())
    const { items } = (await get<{ items: Body[] }>('/calendar-feeds')).body
    expect(items).toMatchObject([
      { readAt: null, trouble: expect.stringMatching(/^It (could not be reached|took longer)/) },
    ])
    expect(items[0]?.triedAt).not.toBeNull()
  })
})

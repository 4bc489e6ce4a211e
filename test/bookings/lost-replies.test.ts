import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, DatabaseUnavailable, openDatabase } from '../../db/database.ts'
import { randomFrom } from '../../db/seed/random.ts'
import type { BookingOutcome } from '../../worker/bookings/book.ts'
import { bookOnce } from '../../worker/bookings/form.ts'
import { slotsOf } from '../../worker/bookings/slots.ts'
import { recount } from '../../worker/counts/recount.ts'
import { createPractice } from '../../worker/practices/create.ts'
import { findPractice, findService } from '../../worker/practices/find.ts'
import { startDatabase } from '../database.ts'

const BOOKINGS = 60
/** Of the database's replies so many are lost: the statement ran, and nobody hears of it. */
const LOST = 0.14
const NOW = Date.parse('2027-01-11T06:00:00Z')
const env = {
  MASTER_KEY: Buffer.alloc(32, 1).toString('base64url'),
  SIGNING_KEY: 'a key for tests',
  PUBLIC_URL: 'http://localhost',
}

let database: Awaited<ReturnType<typeof startDatabase>>
let proxy: Server
let lossy: Database
let lost = 0

beforeAll(async () => {
  database = await startDatabase()
  const random = randomFrom('lost replies')
  proxy = createServer((incoming, outgoing) => {
    const { method, headers, url } = incoming
    const onward = request(new URL(url ?? '/', database.url), { method, headers }, (answer) => {
      const loses = random.chance(LOST)
      if (loses) lost++
      answer.on('end', () => loses && outgoing.destroy())
      if (loses) answer.resume()
      else answer.pipe(outgoing.writeHead(answer.statusCode ?? 502, answer.headers))
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  // What listens on a port has an address of this kind.
  const { port } = proxy.address() as AddressInfo
  lossy = openDatabase({ url: `http://127.0.0.1:${port}` })
})
afterAll(async () => {
  proxy?.close()
  await database?.stop()
})

test('with one reply in seven lost, each form that is sent until it is answered books once', async () => {
  const { db } = database
  await createPractice(db, env, { name: 'Lossy', slug: 'lossy', timezone: 'America/Chicago', demo: true }, NOW)
  const practice = await findPractice(db, 'lossy')
  const service = practice && (await findService(db, practice.id, 'consultation'))
  if (!service) throw new Error('the demo has consultations')
  const slots = await slotsOf(db, practice.id, service, { from: '2027-01-11', days: 30 }, NOW)
  const booked = await Promise.all(
    Array.from({ length: BOOKINGS }, async (_, n) => {
      const patient = { name: `Patient ${n}`, phone: `+1312555${String(n + 100).padStart(4, '0')}` }
      const { start, providerId } = slots[n] ?? { start: '', providerId: '' }
      const send = () =>
        bookOnce(lossy, env, practice, { service: service.id, start, providerId, patient }, `form ${n}`, NOW)
      return untilAnswered(send)
    }),
  )
  expect(lost).toBeGreaterThan(BOOKINGS / 2)
  expect(booked.filter(({ ok }) => ok)).toHaveLength(BOOKINGS)
  const { rows } = await db.client.execute('SELECT id FROM bookings')
  const told = booked.map((outcome) => (outcome.ok ? outcome.booking.id : ''))
  expect(rows.map(({ id }) => String(id)).sort()).toEqual(told.sort())
  const [found] = await recount(db, practice.id, { write: false })
  expect(found?.differences).toEqual([])
})

async function untilAnswered(send: () => Promise<BookingOutcome>): Promise<BookingOutcome> {
  for (let tries = 0; tries < 50; tries++)
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error
    }
  throw new Error('never answered')
}

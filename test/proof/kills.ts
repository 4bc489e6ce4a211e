import { randomUUID } from 'node:crypto'
import { LOG_LIMIT_MS } from '../../worker/scans/redirect.ts'
import { ask, askUntil } from '../api.ts'
import { drained, scansStored } from '../bench/redirect.ts'
import { PATIENT, type Slot, slotsOf, type TestPractice, testPractice } from '../practice.ts'
import { answers, type Stack } from '../stack.ts'
import { atLeast, exactly, type Finding, shown } from './finding.ts'
import { differences } from './recounted.ts'
import { startScanning } from './scanning.ts'

const STORED_WITHIN_MS = 90_000

/**
 * People scan and patients book without end while workerd and the database are killed with -9 in turn. Whatever was
 * acknowledged must be stored, once: a scan whose 302 arrived within the time that it waits for the log, a booking whose
 * 201 arrived.
 */
export async function killsInMidLoad(stack: Stack, { kills }: { kills: number }): Promise<Finding> {
  const practice = await testPractice(stack, `kills-${kills}`)
  const slots = await slotsOf(stack.url, practice, 60)
  const scanning = startScanning(stack.url, practice.link.code, { people: 12 })
  const booking = startBooking(stack, practice, slots)
  try {
    for (let kill = 0; kill < kills; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 600))
      await (kill % 2 === 0 ? stack.killWorker() : stack.database.kill())
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  } finally {
    await Promise.all([scanning.stop(), booking.stop()])
  }
  // A redirect that took longer may not have waited for the log.
  const logged = new Set([...scanning.acknowledged].flatMap(([id, took]) => (took < LOG_LIMIT_MS ? [id] : [])))
  const scans = await askUntil(
    () => ids(stack, `select id from scans where practice_id = ?`, practice.id),
    (stored) => lost(logged, stored) === 0,
    STORED_WITHIN_MS,
  )
  const bookings = await ids(stack, `select id from bookings where practice_id = ?`, practice.id)
  return {
    title: 'Kills in mid-load: nothing acknowledged is lost, nothing is counted twice',
    figures: [
      shown('kills with -9, workerd and database in turn', kills),
      shown('scans sent', scanning.sent()),
      atLeast('scans acknowledged', scanning.acknowledged.size, kills),
      shown('scans stored (some were stored and their answer was lost)', scans.length),
      shown(`scans acknowledged within ${LOG_LIMIT_MS} ms, so from the log`, logged.size),
      exactly('scans of these that are lost', lost(logged, scans), 0),
      exactly('scans stored that nobody sent', Math.max(0, scans.length - scanning.sent()), 0),
      atLeast('bookings acknowledged', booking.acknowledged.size, 1),
      exactly('acknowledged bookings lost', lost(booking.acknowledged, bookings), 0),
      exactly(
        'bookings stored that nobody asked for',
        bookings.filter((id) => !booking.acknowledged.has(id)).length,
        0,
      ),
      exactly('counts that differ from a recount', await differences(stack), 0),
    ],
  }
}

/**
 * The log drains after an outage, and each time that scans arrive the database is killed with -9: in the middle of a
 * batch, whose outcome the log then does not know.
 */
export async function killsWhileDraining(
  stack: Stack,
  { kills, seconds }: { kills: number; seconds: number },
): Promise<Finding> {
  const practice = await testPractice(stack, `draining-${kills}`)
  await stack.worker.scheduled(Date.now())
  const scans = startScanning(stack.url, practice.link.code, { people: 16 })
  await new Promise((resolve) => setTimeout(resolve, 500))
  await stack.database.stop()
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  await scans.stop()
  const all = scans.acknowledged.size
  await stack.database.start()
  let stored = await scansStored(stack, practice.id)
  const left: number[] = []
  while (left.length < kills && stored < all) {
    const before = stored
    stored = await askUntil(
      () => scansStored(stack, practice.id).catch(() => before),
      (n) => n > before,
      STORED_WITHIN_MS,
    )
    if (stored === before) break
    await stack.database.kill()
    left.push(all - stored)
  }
  await answers(stack.databaseUrl)
  const arrived = await drained(stack, practice, all)
  return {
    title: 'The database is killed while the log drains',
    figures: [
      shown('scans that waited', all),
      atLeast('kills with -9 while scans were on their way', left.filter((n) => n > 0).length, Math.min(kills, 2)),
      shown('scans left at each', left.join(', ')),
      exactly('scans stored', arrived, all),
      exactly('counts that differ from a recount', await differences(stack), 0),
    ],
  }
}

const lost = (acknowledged: Set<string>, stored: string[]) => {
  const known = new Set(stored)
  return [...acknowledged].filter((id) => !known.has(id)).length
}

async function ids(stack: Stack, sql: string, practiceId: string): Promise<string[]> {
  const found = await stack.db.client.execute({ sql, args: [practiceId] })
  return found.rows.map((row) => String(row.id))
}

/** Patients who each want the next free time and try again, with the same key, until they have an answer. */
function startBooking(stack: Stack, practice: TestPractice, slots: Slot[]) {
  const acknowledged = new Set<string>()
  let going = true
  const book = (slot: Slot, key: string) =>
    ask(stack.url, `POST /api/v1/practices/${practice.slug}/bookings`, {
      headers: { 'Idempotency-Key': key },
      body: {
        ...{ service: practice.service, start: slot.start, providerId: slot.providerId },
        ...{
          patient: { ...PATIENT, name: `Patient ${key.slice(0, 8)}` },
          code: practice.link.code,
          shareWithReferrer: false,
        },
      },
    })
  const patients = (async () => {
    for (const slot of slots) {
      if (!going) return
      const key = randomUUID()
      for (let tries = 0; tries < 60; tries++) {
        const answer = await book(slot, key).catch(() => undefined)
        if (answer?.status === 201) acknowledged.add(String(answer.body.id))
        if (answer && answer.status < 500 && answer.status !== 429) break
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })()
  return {
    acknowledged,
    stop: async () => {
      going = false
      await patients
    },
  }
}

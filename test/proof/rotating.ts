import { randomUUID } from 'node:crypto'
import { sealedWithOlder } from '../../worker/practices/reseal.ts'
import { ask } from '../api.ts'
import { patientNumber } from '../bookings/desk.ts'
import { admin } from '../db/command.ts'
import { type Slot, slotsOf, type TestPractice, testPractice } from '../practice.ts'
import type { Stack } from '../stack.ts'
import { atLeast, exactly, type Finding } from './finding.ts'

/**
 * A practice's key changes again and again while patients book online and at the desk, find their booking by reference
 * and date of birth, open it by its link and cancel it, and the desk lists names. No answer may tell of it.
 */
export async function rotatedUnderLoad(stack: Stack, { rotations }: { rotations: number }): Promise<Finding> {
  const practice = await testPractice(stack, `rotating-${rotations}`)
  const free = (await slotsOf(stack.url, practice, 60)).values()
  const first = await book(stack, practice, free.next().value, 0)
  const load = startLoad(stack, practice, free)
  const ended: string[] = []
  for (let n = 0; n < rotations; n++) {
    const { status, err, out } = await admin(stack.dataDir, 'rotate', '--practice', practice.slug, '--json')
    ended.push(status === 0 ? '0' : `${status}: ${out} ${err}`)
  }
  const { done, wrong } = await load.stop()
  const { rows: keys } = await stack.db.client.execute({
    sql: 'select count(*) n from practice_keys where practice_id = ?',
    args: [practice.id],
  })
  // The same patient again, found by hashes that the first key made.
  const again = await book(stack, practice, free.next().value, 0)
  return {
    title: 'Keys of patient data change under load',
    figures: [
      exactly('changes of the key', ended.filter((status) => status === '0').length, rotations),
      exactly('keys of the practice', Number(keys[0]?.n), rotations + 1),
      ...Object.entries(done).map(([what, n]) => atLeast(what, n, 1)),
      exactly('answers that were not as they should be', wrong.length, 0),
      exactly('rows sealed with an older key afterwards', await sealedWithOlder(stack.db, practice.id), 0),
      exactly(
        'found by reference and date of birth, with the first key gone from use',
        await isFound(stack, first.reference),
        'yes',
      ),
      exactly(
        'a patient from before still joins their referral',
        again.referralId === first.referralId ? 'yes' : 'no',
        'yes',
      ),
    ],
    notes: [...ended.filter((status) => status !== '0'), ...new Set(wrong)].slice(0, 20),
  }
}

type Made = Record<'id' | 'reference' | 'referralId' | 'manageUrl', string>

async function book(stack: Stack, practice: TestPractice, slot: Slot | undefined, n: number): Promise<Made> {
  const { status, body } = await ask<Made>(stack.url, 'POST /api/v1/bookings', {
    key: practice.key,
    headers: { 'Idempotency-Key': randomUUID() },
    body: {
      ...{ service: practice.service, start: slot?.start, providerId: slot?.providerId },
      ...{ patient: patientNumber(n), reason: 'Knee pain', statedReferrer: 'Dr Okonjo' },
    },
  })
  if (status !== 201) throw new Error(`no booking: ${status} ${JSON.stringify(body)}`)
  return body
}

async function isFound(stack: Stack, reference: string): Promise<string> {
  const [year = '', month = '', day = ''] = patientNumber(0).dateOfBirth.split('-')
  const form = { reference, 'birth-year': year, 'birth-month': month, 'birth-day': day }
  const answer = await fetch(`${stack.url}/visit`, {
    method: 'POST',
    body: new URLSearchParams(form),
    redirect: 'manual',
  })
  return answer.status === 303 ? 'yes' : `no: ${answer.status}`
}

function startLoad(stack: Stack, practice: TestPractice, free: Iterator<Slot>) {
  let going = true
  let number = 0
  const wrong: string[] = []
  const done = {
    'bookings online': 0,
    'bookings at the desk': 0,
    'names listed': 0,
    'bookings found, opened and cancelled': 0,
  }
  const must = (what: string, is: boolean, found: unknown) =>
    is || wrong.push(`${what}: ${String(found).slice(0, 200)}`)

  const online = async () => {
    const slot = free.next().value
    if (!slot) return
    const key = randomUUID()
    const send = () =>
      ask(stack.url, `POST /api/v1/practices/${practice.slug}/bookings`, {
        headers: { 'Idempotency-Key': key },
        body: {
          ...{ service: practice.service, start: slot.start, providerId: slot.providerId },
          ...{ patient: patientNumber(++number), reason: 'Knee pain', shareWithReferrer: true },
        },
      })
    const first = await send()
    must('online', first.status === 201, JSON.stringify(first.body))
    done['bookings online']++
  }
  const desk = async () => {
    const slot = free.next().value
    if (!slot) return
    const made = await book(stack, practice, slot, ++number)
    done['bookings at the desk']++
    must('found', (await isFound(stack, made.reference)) === 'yes', made.reference)
    const opened = await fetch(made.manageUrl, { redirect: 'manual' })
    const cookie = opened.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    const page = await fetch(`${stack.url}/visit`, { headers: { Cookie: cookie } })
    must('opened', page.status === 200 && (await page.text()).includes(made.reference.slice(0, 4)), page.status)
    const cancelled = await ask(stack.url, `POST /api/v1/bookings/${made.id}/cancellation`, {
      key: practice.key,
      body: { reason: 'On holiday' },
    })
    must('cancelled', cancelled.status === 200, JSON.stringify(cancelled.body))
    done['bookings found, opened and cancelled']++
  }
  const list = async () => {
    const { status, body } = await ask<{ items: { patient: { name: string | null } }[] }>(
      stack.url,
      'GET /api/v1/bookings?limit=200',
      { key: practice.key },
    )
    must('listed', status === 200, JSON.stringify(body))
    for (const { patient } of body.items ?? []) must('named', /^Patient /.test(patient.name ?? ''), patient.name)
    done['names listed'] += body.items?.length ?? 0
  }
  const turns = [online, desk, list, desk, list].map(async (act) => {
    while (going) {
      await act().catch((error: unknown) => wrong.push(String(error)))
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
  })
  return {
    async stop() {
      going = false
      await Promise.all(turns)
      return { done, wrong }
    },
  }
}

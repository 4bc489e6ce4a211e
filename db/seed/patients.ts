import type { Vault } from '../../worker/practices/vault.ts'
import { openKeyOf } from '../../worker/referrals/joined.ts'
import { indexesOf, type PatientDetails, sealedPatient } from '../../worker/referrals/patient.ts'
import type { referrals } from '../schema.ts'
import type { DemoReferral } from './appointments.ts'
import { FIRST_NAMES, LAST_NAMES } from './people.ts'
import { type Random, randomFrom } from './random.ts'

type Referral = typeof referrals.$inferInsert

/** How many referrals are of somebody who has been here with another problem. */
const RETURNING = 0.07
const AREA_CODES = [312, 773, 872, 708, 847, 630, 574, 219, 260]
const REASONS = [
  'Knee hurts on stairs',
  'Shoulder since a fall in spring',
  'Hip pain at night',
  'Second opinion about a knee replacement',
  'Twisted ankle at football',
  'Wrist still stiff after the cast',
  'Back pain down to the foot',
]
const AT_ONCE = 200

interface Person {
  id: string
  details: PatientDetails
  createdAt: number
}

/** Invents the patients, and seals what the schema wants sealed; the bookings learn whose they are. */
export async function sealPatients(practiceId: string, vault: Vault, demo: readonly DemoReferral[]) {
  const people: Person[] = []
  const cases = demo.map((referral) => {
    const random = randomFrom(`patient ${referral.id}`)
    const known = people.length > 0 && random.chance(RETURNING) ? random.pick(people) : undefined
    const person = known ?? { id: random.id(), details: someone(random), createdAt: referral.contact.at }
    if (!known) people.push(person)
    for (const booking of referral.bookings) booking.patientId = person.id
    return { referral, person, reason: random.chance(0.45) ? random.pick(REASONS) : null }
  })
  const sealed = await inTurns(people, async ({ id, details, createdAt }) => {
    const indexes = await indexesOf(vault, details)
    return { indexes, row: await sealedPatient(vault, { practiceId, id, now: createdAt }, details, indexes) }
  })
  const indexesById = new Map(sealed.map(({ row, indexes }) => [row.id, indexes]))
  const referrals = await inTurns(cases, async ({ referral, person, reason }): Promise<Referral> => {
    const { stated, serviceId, at } = referral.contact
    for (const booking of referral.bookings)
      booking.reason = reason && (await vault.seal('bookings', booking.id, 'reason', reason))
    for (const event of referral.bookingEvents)
      event.reason = event.reason ? await vault.seal('booking_events', event.id, 'reason', event.reason) : null
    const statedReferrer = stated ? await vault.seal('referrals', referral.id, 'statedReferrer', stated) : null
    const status = referral.events.at(-1)?.status
    const indexes = indexesById.get(person.id)
    const open = indexes && (status === 'scheduled' || status === 'requested')
    const openKey = open ? await openKeyOf(vault, serviceId, indexes, person.id) : null
    return { practiceId, id: referral.id, patientId: person.id, serviceId, openedAt: at, statedReferrer, openKey }
  })
  return { patients: sealed.map(({ row }) => row), referrals: oneOpen(referrals) }
}

/** Of a patient's referrals for one service, the newest may be joined. */
function oneOpen(referrals: Referral[]): Referral[] {
  const newest = new Map(referrals.map(({ openKey, id }) => [openKey, id]))
  return referrals.map((row) => (newest.get(row.openKey) === row.id ? row : { ...row, openKey: null }))
}

/** Two hundred at once: all of thousands would be held in memory. In the order of the list. */
async function inTurns<T, R>(list: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  for (let first = 0; first < list.length; first += AT_ONCE)
    done.push(...(await Promise.all(list.slice(first, first + AT_ONCE).map(work))))
  return done
}

function someone(random: Random): PatientDetails {
  const [first, last] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)]
  const born = new Date(Date.UTC(random.between(1936, 2007), random.between(0, 11), random.between(1, 28)))
  return {
    name: `${first} ${last}`,
    phone: `+1${random.pick(AREA_CODES)}55501${String(random.between(0, 99)).padStart(2, '0')}`,
    email: random.chance(0.6) ? `${ascii(first)}.${ascii(last)}@example.com` : null,
    dateOfBirth: born.toISOString().slice(0, 10),
  }
}

const ascii = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()

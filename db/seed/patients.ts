import type { Vault } from '../../worker/practices/vault.ts'
import type { patients, referrals } from '../schema.ts'
import type { DemoReferral } from './appointments.ts'
import { FIRST_NAMES, LAST_NAMES } from './people.ts'
import { type Random, randomFrom } from './random.ts'

type Patient = typeof patients.$inferInsert
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
const BATCH = 200

/** Invents the patients, and seals what the schema wants sealed; the bookings learn whose they are. */
export async function sealPatients(practiceId: string, vault: Vault, demo: readonly DemoReferral[]) {
  const people: { id: string; createdAt: number }[] = []
  const work = demo.map((referral) => {
    const random = randomFrom(`patient ${referral.id}`)
    const known = people.length > 0 && random.chance(RETURNING) ? random.pick(people) : undefined
    const person = known ?? { id: random.id(), createdAt: referral.contact.at }
    if (!known) people.push(person)
    for (const booking of referral.bookings) booking.patientId = person.id
    return { referral, random, person, isNew: !known }
  })
  const patients: Patient[] = []
  const referrals: Referral[] = []
  for (let first = 0; first < work.length; first += BATCH) {
    await Promise.all(
      work.slice(first, first + BATCH).map(async ({ referral, random, person, isNew }) => {
        if (isNew) patients.push(await sealedPatient(practiceId, vault, person, random))
        const reason = random.chance(0.45) ? random.pick(REASONS) : null
        const { stated, serviceId, at } = referral.contact
        for (const booking of referral.bookings)
          booking.reason = reason && (await vault.seal('bookings', booking.id, 'reason', reason))
        const statedReferrer = stated ? await vault.seal('referrals', referral.id, 'statedReferrer', stated) : null
        referrals.push({ practiceId, id: referral.id, patientId: person.id, serviceId, openedAt: at, statedReferrer })
      }),
    )
  }
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  return { patients: patients.sort(byId), referrals: referrals.sort(byId) }
}

async function sealedPatient(
  practiceId: string,
  vault: Vault,
  { id, createdAt }: { id: string; createdAt: number },
  random: Random,
): Promise<Patient> {
  const [first, last] = [random.pick(FIRST_NAMES), random.pick(LAST_NAMES)]
  const name = `${first} ${last}`
  const phone = `+1${random.pick(AREA_CODES)}55501${String(random.between(0, 99)).padStart(2, '0')}`
  const email = random.chance(0.6) ? `${ascii(first)}.${ascii(last)}@example.com` : null
  const born = new Date(Date.UTC(random.between(1936, 2007), random.between(0, 11), random.between(1, 28)))
  const dateOfBirth = born.toISOString().slice(0, 10)
  const seal = (column: string, text: string) => vault.seal('patients', id, column, text)
  return {
    ...{ practiceId, id, createdAt },
    name: await seal('name', name),
    phone: await seal('phone', phone),
    email: email && (await seal('email', email)),
    dateOfBirth: await seal('dateOfBirth', dateOfBirth),
    nameIndex: await vault.index('name', name.toLowerCase()),
    phoneIndex: await vault.index('phone', phone),
    emailIndex: email && (await vault.index('email', email)),
    birthIndex: await vault.index('birth', dateOfBirth),
  }
}

const ascii = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase()

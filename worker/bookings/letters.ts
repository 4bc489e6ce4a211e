import { and, eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { patients, practices, requests, services } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import { displayCode } from '../links/codes.ts'
import type { Fact, Letter } from '../mail/letter.ts'
import type { Claimed } from '../mail/outbox.ts'
import { displayPhone } from '../practices/phone.ts'
import { openVault } from '../practices/vault.ts'
import { openSealed } from '../referrals/patient.ts'
import { calendarOf, linesOf, phoneOf, readAppointment, senderOf, toBring } from './appointment.ts'
import { whenIn, wordsIn } from './letter-words.ts'
import { manageUrl } from './manage.ts'

export type LetterEnv = Pick<Env, 'MASTER_KEY' | 'SIGNING_KEY' | 'PUBLIC_URL' | 'MAIL_FROM'>

/** Why a letter is not sent any more, in plain words. */
type None = { none: string }
const WITHDRAWN: None = { none: 'withdrawn' }

/**
 * The letter of a mail, from the booking or request as it is now. It says day, time, place, what to bring, whom to call
 * and where to change it; of the patient, of what for and of whom they see it says nothing.
 */
export async function letterOf(db: Database, env: LetterEnv, mail: Claimed, now: number): Promise<Letter | None> {
  if (mail.bookingId !== null) return bookingLetter(db, env, { ...mail, bookingId: mail.bookingId }, now)
  return mail.requestId === null ? WITHDRAWN : requestLetter(db, env, { ...mail, requestId: mail.requestId })
}

async function bookingLetter(
  db: Database,
  env: LetterEnv,
  mail: Claimed & { bookingId: string },
  now: number,
): Promise<Letter | None> {
  const found = await readAppointment(db, mail)
  if (!found || mail.kind === 'request') return WITHDRAWN
  const { booking, practice, location } = found
  const isOff = mail.kind === 'cancellation'
  if (booking.status !== (isOff ? 'cancelled' : 'booked')) return WITHDRAWN
  if (booking.startsAt <= now) return { none: 'the appointment was over before it could be sent' }
  const to = await addressOf(db, env, booking.practiceId, booking.patientId, mail.kind)
  if (typeof to === 'object') return to

  const languages = [booking.locale, practice.locale, 'en']
  const { language, words } = wordsIn(languages)
  const when = whenIn(words.locale, booking.startsAt, location.timezone)
  const said = words[mail.kind]
  const bring = isOff ? [] : await toBring(db, found, [language, practice.locale, 'en'])
  const before =
    mail.kind === 'change' && found.movedFromStart !== null
      ? whenIn(words.locale, found.movedFromStart, location.timezone)
      : null
  const facts: Fact[] = isOff
    ? []
    : [
        { label: words.where, lines: [location.name, ...linesOf(location.address)] },
        ...(bring.length > 0 ? [{ label: words.bring, lines: bring }] : []),
      ]
  return {
    to,
    from: practice.name,
    sender: senderOf(env),
    locale: language,
    direction: words.direction,
    subject: said.subject(practice.name, when.day),
    heading: said.heading,
    when: { day: when.day, time: when.time, zone: words.zone(when.city) },
    paragraphs: [...(before ? [words.before(before.day, before.time)] : []), said.next],
    facts: [
      ...facts,
      ...phoneFact(words.phone, phoneOf(found)),
      { label: words.reference, lines: [displayCode(booking.reference)] },
    ],
    button: isOff
      ? await againAt(db, env, practice.slug, booking, words.again)
      : { words: words.manage, address: manageUrl(env, booking.practiceId, booking.id) },
    foot: words.foot(practice.name),
    calendar: mail.kind === 'reminder' ? null : calendarOf(env, found, { words, attendee: to, now: mail.dueAt }),
  }
}

async function requestLetter(
  db: Database,
  env: LetterEnv,
  { practiceId, requestId, kind }: Claimed & { requestId: string },
): Promise<Letter | None> {
  const [found] = await db.read((sql) =>
    sql
      .select({ request: requests, practice: practices })
      .from(requests)
      .innerJoin(practices, eq(practices.id, requests.practiceId))
      .where(and(eq(requests.practiceId, practiceId), eq(requests.id, requestId))),
  )
  if (!found || found.request.closedAt !== null) return WITHDRAWN
  const { request, practice } = found
  const to = await addressOf(db, env, practiceId, request.patientId, kind)
  if (typeof to === 'object') return to
  const { language, words } = wordsIn([request.locale, practice.locale, 'en'])
  const by = whenIn(words.locale, request.callBy, practice.timezone)
  return {
    to,
    from: practice.name,
    sender: senderOf(env),
    locale: language,
    direction: words.direction,
    subject: words.request.subject(practice.name, by.day),
    heading: words.request.heading,
    when: null,
    paragraphs: [words.request.callBy(by.day, `${by.time} (${words.zone(by.city)})`), words.request.next],
    facts: [
      ...phoneFact(words.phone, practice.phone),
      { label: words.reference, lines: [displayCode(request.reference)] },
    ],
    button: null,
    foot: words.foot(practice.name),
    calendar: null,
  }
}

/** Where the patient reads their mail, or why nothing is sent to them. */
async function addressOf(
  db: Database,
  env: LetterEnv,
  practiceId: string,
  patientId: string,
  kind: Claimed['kind'],
): Promise<string | None> {
  const [patient] = await db.read((sql) =>
    sql
      .select({
        email: patients.email,
        agreesToMail: patients.agreesToMail,
        wantsReminder: patients.wantsReminder,
      })
      .from(patients)
      .where(and(eq(patients.practiceId, practiceId), eq(patients.id, patientId))),
  )
  if (patient?.agreesToMail === false) return { none: 'the patient wants no mail' }
  if (kind === 'reminder' && patient?.wantsReminder === false) return { none: 'the patient wants no reminder' }
  const vault = await openVault(db, env, practiceId)
  const email = await openSealed(vault, 'patients', patientId, 'email', patient?.email ?? null)
  return email ?? { none: 'the patient has no e-mail address' }
}

async function againAt(
  db: Database,
  { PUBLIC_URL }: LetterEnv,
  practiceSlug: string,
  { practiceId, serviceId }: { practiceId: string; serviceId: string },
  words: string,
) {
  const [service] = await db.read((sql) =>
    sql
      .select({ slug: services.slug })
      .from(services)
      .where(and(eq(services.practiceId, practiceId), eq(services.id, serviceId))),
  )
  return { words, address: `${PUBLIC_URL}/p/${practiceSlug}/${service?.slug ?? ''}` }
}

const phoneFact = (label: string, phone: string): Fact[] =>
  phone ? [{ label, lines: [displayPhone(phone)], telephone: phone }] : []

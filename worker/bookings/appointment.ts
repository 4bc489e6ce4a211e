import { and, eq } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { bookings, locations, practices, serviceTexts } from '../../db/schema.ts'
import type { Env } from '../env.ts'
import type { CalendarFile, CalendarMethod } from '../mail/letter.ts'
import { displayPhone } from '../practices/phone.ts'
import { calendarFile } from './calendar-file.ts'
import { type LetterWords, wordsIn } from './letter-words.ts'
import { manageUrl } from './manage.ts'
import { movesOf } from './moves.ts'

type Key = { practiceId: string; bookingId: string }

/** A booking with where it is and how to call, as letters and calendar files say it: nothing of the patient. */
export interface Appointment {
  booking: typeof bookings.$inferSelect
  practice: typeof practices.$inferSelect
  location: typeof locations.$inferSelect
  /** Its first row's id, which stays wherever it is moved. */
  firstId: string
  movedFromStart: number | null
}

export async function readAppointment(db: Database, key: Key): Promise<Appointment | null> {
  const [[row], moves] = await Promise.all([
    db.read((sql) =>
      sql
        .select({ booking: bookings, practice: practices, location: locations })
        .from(bookings)
        .innerJoin(practices, eq(practices.id, bookings.practiceId))
        .innerJoin(locations, and(eq(locations.practiceId, bookings.practiceId), eq(locations.id, bookings.locationId)))
        .where(and(eq(bookings.practiceId, key.practiceId), eq(bookings.id, key.bookingId))),
    ),
    movesOf(db, key),
  ])
  return row && moves ? { ...row, firstId: moves.firstId, movedFromStart: moves.movedFromStart } : null
}

/** What to bring, a line each, in the first of these languages in which the practice says it. */
export async function toBring(db: Database, { booking }: Appointment, languages: string[]): Promise<string[]> {
  const rows = await db.read((sql) =>
    sql
      .select({ locale: serviceTexts.locale, bring: serviceTexts.bring })
      .from(serviceTexts)
      .where(and(eq(serviceTexts.practiceId, booking.practiceId), eq(serviceTexts.serviceId, booking.serviceId))),
  )
  const found = languages.map((tag) => rows.find(({ locale }) => locale === tag)?.bring).find(Boolean)
  return linesOf(found ?? '')
}

/** The file of an appointment for a calendar; one that is cancelled takes it out again. */
export function calendarOf(
  env: Pick<Env, 'SIGNING_KEY' | 'PUBLIC_URL' | 'MAIL_FROM'>,
  { booking, practice, location, firstId }: Appointment,
  { words, attendee, now }: { words: LetterWords; attendee: string | null; now: number },
): CalendarFile {
  const isCancelled = booking.status !== 'booked' && booking.status !== 'arrived' && booking.status !== 'fulfilled'
  const method: CalendarMethod = isCancelled ? 'CANCEL' : attendee ? 'REQUEST' : 'PUBLISH'
  const phone = phoneOf({ practice, location })
  const description = [
    ...(phone ? [words.calendarPhone(displayPhone(phone))] : []),
    ...(isCancelled ? [] : [words.calendarManage, manageUrl(env, booking.practiceId, booking.id)]),
  ]
  const appointment = {
    uid: `${firstId}@${hostOf(env)}`,
    sequence: booking.sequence,
    at: now,
    startsAt: booking.startsAt,
    endsAt: booking.endsAt,
    isCancelled,
    summary: words.summary(practice.name),
    location: [location.name, ...linesOf(location.address)].join(', '),
    description: description.join('\n'),
    organizer: { name: practice.name, address: senderOf(env) },
    attendee,
  }
  return { method, text: calendarFile(appointment, method) }
}

/** The same for whoever found their booking on the page; null where there is none. */
export async function calendarToKeep(
  db: Database,
  env: Pick<Env, 'SIGNING_KEY' | 'PUBLIC_URL' | 'MAIL_FROM'>,
  key: Key,
  language: string,
  now: number,
): Promise<CalendarFile | null> {
  const appointment = await readAppointment(db, key)
  return appointment && calendarOf(env, appointment, { words: wordsIn([language]).words, attendee: null, now })
}

export const senderOf = (env: Pick<Env, 'PUBLIC_URL' | 'MAIL_FROM'>): string =>
  env.MAIL_FROM || `appointments@${hostOf(env)}`

export const phoneOf = ({ practice, location }: Pick<Appointment, 'practice' | 'location'>): string =>
  practice.phone || location.phone

export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

const hostOf = ({ PUBLIC_URL }: Pick<Env, 'PUBLIC_URL'>) => new URL(PUBLIC_URL).hostname

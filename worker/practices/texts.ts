import { z } from '@hono/zod-openapi'
import { and, eq } from 'drizzle-orm'
import { type Database, stored } from '../../db/database.ts'
import { practiceTexts, serviceTexts } from '../../db/schema.ts'
import type { Keep } from '../http.ts'
import { line, lines } from '../text.ts'
import { findService } from './find.ts'
import { Reading, readingOf } from './reading.ts'

/** What a landing page has room for, in characters. */
const [LONGEST_NAME, LONGEST_SUMMARY, LONGEST] = [120, 400, 3_000]

export const Locale = z
  .string()
  .regex(/^[a-z]{2,3}$/, 'Give a language as two or three small letters, such as es.')
  .openapi({ description: 'A language, such as `es`', example: 'es' })

const words = (about: string) => lines(LONGEST).default('').describe(about)

export const PracticeWords = z
  .strictObject({
    about: words('Who you are'),
    interpreter: words('How somebody gets an interpreter'),
    changing: words('How an appointment is changed; where it is empty a sentence of ours stands there'),
  })
  .openapi('PracticeWords')

export const ServiceWords = z
  .strictObject({
    name: line(LONGEST_NAME),
    summary: lines(LONGEST_SUMMARY).default('').describe('For whom the service is; plain text, shown first'),
    visit: words('What happens at the visit'),
    bring: words('What to bring, a line each'),
    cost: words('What it costs'),
    insurance: words('What is to be said of insurance, before the insurers of GET /practice'),
    driver: words('Whether somebody should drive them home'),
  })
  .openapi('ServiceWords')

const stands = {
  locale: z.string(),
  reading: z
    .union([Reading, z.null()])
    .describe('How hard the words are, as a hint. Null in another language than English, or under 30 words'),
}
export const PracticeText = PracticeWords.extend(stands).openapi('PracticeText')
export const ServiceText = ServiceWords.extend(stands).openapi('ServiceText')

type PracticeText = z.infer<typeof PracticeText>
type ServiceText = z.infer<typeof ServiceText>

/** What a practice says of itself in a language; null where it says nothing in it. */
export async function practiceText(db: Database, practiceId: string, locale: string): Promise<PracticeText | null> {
  const [row] = await db.read((sql) =>
    sql
      .select()
      .from(practiceTexts)
      .where(and(eq(practiceTexts.practiceId, practiceId), eq(practiceTexts.locale, locale))),
  )
  return row ? ofPractice(locale, row) : null
}

/** Says all of it anew: a text that is left out is empty. */
export async function savePracticeText(
  db: Database,
  practiceId: string,
  locale: string,
  said: z.infer<typeof PracticeWords>,
  keep: Keep,
): Promise<PracticeText> {
  const text = ofPractice(locale, said)
  const kept = await keep(200, text)
  stored(
    await db.write((sql) => [
      sql
        .insert(practiceTexts)
        .values({ practiceId, locale, ...said })
        .onConflictDoUpdate({ target: [practiceTexts.practiceId, practiceTexts.locale], set: said }),
      ...kept(sql),
    ]),
  )
  return text
}

/** What a service, by slug or id, is said to be in a language; null where there is no such service, or nothing is said. */
export async function serviceText(
  db: Database,
  practiceId: string,
  service: string,
  locale: string,
): Promise<ServiceText | null> {
  const found = await findService(db, practiceId, service)
  if (!found) return null
  const [row] = await db.read((sql) =>
    sql
      .select()
      .from(serviceTexts)
      .where(
        and(
          eq(serviceTexts.practiceId, practiceId),
          eq(serviceTexts.serviceId, found.id),
          eq(serviceTexts.locale, locale),
        ),
      ),
  )
  return row ? ofService(locale, row) : null
}

/** The same of a service; null where there is none. */
export async function saveServiceText(
  db: Database,
  practiceId: string,
  service: string,
  locale: string,
  said: z.infer<typeof ServiceWords>,
  keep: Keep,
): Promise<ServiceText | null> {
  const found = await findService(db, practiceId, service)
  if (!found) return null
  const text = ofService(locale, said)
  const kept = await keep(200, text)
  stored(
    await db.write((sql) => [
      sql
        .insert(serviceTexts)
        .values({ practiceId, serviceId: found.id, locale, ...said })
        .onConflictDoUpdate({
          target: [serviceTexts.practiceId, serviceTexts.serviceId, serviceTexts.locale],
          set: said,
        }),
      ...kept(sql),
    ]),
  )
  return text
}

function ofPractice(locale: string, { about, interpreter, changing }: z.infer<typeof PracticeWords>): PracticeText {
  const said = { about, interpreter, changing }
  return { locale, ...said, reading: readingOf(locale, Object.values(said)) }
}

function ofService(locale: string, row: z.infer<typeof ServiceWords>): ServiceText {
  const { name, summary, visit, bring, cost, insurance, driver } = row
  const said = { summary, visit, bring, cost, insurance, driver }
  return { locale, name, ...said, reading: readingOf(locale, Object.values(said)) }
}

import { and, eq, inArray } from 'drizzle-orm'
import type { Built, Database, Sql } from '../../db/database.ts'
import { questionTexts, serviceAnswers, serviceQuestions } from '../../db/schema.ts'

/** Its words by language. */
export type Words = Record<string, { text: string; hint: string }>

/** What patients are asked of a service, with the answers that they choose from. */
export interface ServiceQuestion {
  id: string
  serviceId: string
  /** `way`: asked before times are shown, and may lead elsewhere; `reason`: the reason of the visit. */
  purpose: (typeof serviceQuestions.$inferSelect)['purpose']
  words: Words
  answers: ServiceAnswer[]
}

export interface ServiceAnswer {
  id: string
  leadsTo: (typeof serviceAnswers.$inferSelect)['leadsTo']
  toServiceId: string | null
  words: Words
}

/** Every question of a practice in the order in which they are asked, its services mixed. */
export async function readQuestions(db: Database, practiceId: string): Promise<ServiceQuestion[]> {
  const [questions, answers, texts] = await Promise.all([
    db.read((sql) =>
      sql
        .select()
        .from(serviceQuestions)
        .where(eq(serviceQuestions.practiceId, practiceId))
        .orderBy(serviceQuestions.position, serviceQuestions.id),
    ),
    db.read((sql) =>
      sql
        .select()
        .from(serviceAnswers)
        .where(eq(serviceAnswers.practiceId, practiceId))
        .orderBy(serviceAnswers.position),
    ),
    db.read((sql) => sql.select().from(questionTexts).where(eq(questionTexts.practiceId, practiceId))),
  ])
  const byId = Map.groupBy(texts, ({ id }) => id)
  const wordsOf = (id: string): Words =>
    Object.fromEntries((byId.get(id) ?? []).map(({ locale, text, hint }) => [locale, { text, hint }]))
  return questions.map(({ id, serviceId, purpose }) => ({
    id,
    serviceId,
    purpose,
    words: wordsOf(id),
    answers: answers
      .filter(({ questionId }) => questionId === id)
      .map(({ id, leadsTo, toServiceId }) => ({ id, leadsTo, toServiceId, words: wordsOf(id) })),
  }))
}

/** The words in the first of the languages that has them. */
export function wordsIn(words: Words, languages: readonly string[]): { text: string; hint: string; locale: string } {
  const locale = languages.find((language) => words[language]) ?? Object.keys(words)[0] ?? 'en'
  return { text: '', hint: '', ...words[locale], locale }
}

/** Those of the ids that are answers of the practice. */
export async function knownAnswers(db: Database, practiceId: string, ids: readonly string[] = []): Promise<string[]> {
  if (ids.length === 0) return []
  const rows = await db.read((sql) =>
    sql
      .select({ id: serviceAnswers.id })
      .from(serviceAnswers)
      .where(and(eq(serviceAnswers.practiceId, practiceId), inArray(serviceAnswers.id, [...ids]))),
  )
  const known = new Set(rows.map(({ id }) => id))
  return [...new Set(ids)].filter((id) => known.has(id))
}

/** Statements that insert questions, in this order; for one batch. */
export function questionStatements(sql: Sql, practiceId: string, questions: readonly ServiceQuestion[]): Built[] {
  const rows = questions.map(({ id, serviceId, purpose }, position) => ({
    practiceId,
    id,
    serviceId,
    purpose,
    position,
  }))
  const answers = questions.flatMap(({ id: questionId, answers }) =>
    answers.map(({ id, leadsTo, toServiceId }, position) => ({
      ...{ practiceId, id, questionId, position, leadsTo, toServiceId },
    })),
  )
  const texts = questions
    .flatMap((question) => [question, ...question.answers])
    .flatMap(({ id, words }) => Object.entries(words).map(([locale, said]) => ({ practiceId, id, locale, ...said })))
  if (rows.length === 0) return []
  return [
    sql.insert(serviceQuestions).values(rows),
    sql.insert(serviceAnswers).values(answers),
    sql.insert(questionTexts).values(texts),
  ]
}

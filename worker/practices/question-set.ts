import { z } from '@hono/zod-openapi'
import { and, eq, inArray } from 'drizzle-orm'
import { nanoid } from 'nanoid'
import { type Database, stored } from '../../db/database.ts'
import { questionTexts, serviceAnswers, serviceQuestions, services } from '../../db/schema.ts'
import type { FieldError, Keep } from '../http.ts'
import { line } from '../text.ts'
import { findService, practiceOf, type Service } from './find.ts'
import { errorsOf, MOST_WAYS, named } from './question-rules.ts'
import { questionStatements, readQuestions, type ServiceQuestion } from './questions.ts'

const [FEWEST_ANSWERS, MOST_ANSWERS] = [2, 12]

/** By language: `{"en": {"text": "Knee"}}`. */
const Texts = z
  .record(
    z.string().regex(/^[a-z]{2,3}$/, 'Name the languages as en or es.'),
    z.object({ text: line(120), hint: line(200).optional() }),
  )
  .refine((texts) => texts.en !== undefined, 'Give at least the English text, "en".')
  .openapi({ description: 'By language: {"en": {"text": "Knee", "hint": "Or just above or below it"}}' })

const Id = z.string().max(60).optional().describe('Of one that is there already, to keep it; a new one when left out')

const Answer = z.strictObject({
  id: Id,
  texts: Texts,
  leadsTo: z
    .enum(['on', 'service', 'request', 'phone'])
    .default('on')
    .describe('on: to the next page; service: to another one; request: to be called; phone: calling now'),
  toService: z.string().max(60).nullish().describe('Slug or id of the service that it leads to'),
})

const Question = z.strictObject({
  id: Id,
  purpose: z.enum(['way', 'reason']).describe('way: before times are shown; reason: why the patient comes'),
  texts: Texts,
  answers: z
    .array(Answer)
    .min(FEWEST_ANSWERS, `Give at least ${FEWEST_ANSWERS} answers.`)
    .max(MOST_ANSWERS, `Give at most ${MOST_ANSWERS} answers.`),
})

export const QuestionSet = z
  .strictObject({ questions: z.array(Question).max(MOST_WAYS + 1, `Ask at most ${MOST_WAYS + 1} questions.`) })
  .openapi('QuestionSet')
export type Given = z.infer<typeof QuestionSet>

const Shown = { texts: z.record(z.string(), z.object({ text: z.string(), hint: z.string() })) }
export const ShownQuestionSet = z
  .object({
    questions: z.array(
      z.object({
        id: z.string(),
        purpose: z.enum(['way', 'reason']),
        ...Shown,
        answers: z.array(
          z.object({
            id: z.string(),
            ...Shown,
            leadsTo: z.enum(['on', 'service', 'request', 'phone']),
            toService: z.string().nullable().describe('Its id'),
          }),
        ),
      }),
    ),
  })
  .openapi('ServiceQuestions')

/** What patients are asked of one service; null where the practice has no such service. */
export async function questionSet(db: Database, practiceId: string, slugOrId: string) {
  const service = await findService(db, practiceId, slugOrId)
  return service ? shown(questionsOf(await readQuestions(db, practiceId), service)) : null
}

export type SetOutcome =
  | { ok: true; set: z.infer<typeof ShownQuestionSet> }
  | { ok: false; problem: 'not-found' }
  | { ok: false; problem: 'invalid'; errors: FieldError[] }

/**
 * Replaces all that is asked of a service. Those that are given with their id stay what they are, so that bookings made
 * before still say what was chosen; the words of those that are gone are kept for the same reason.
 */
export async function setQuestions(
  db: Database,
  practiceId: string,
  slugOrId: string,
  given: Given,
  keep: Keep,
): Promise<SetOutcome> {
  const [service, practice, all, known] = await Promise.all([
    findService(db, practiceId, slugOrId),
    practiceOf(db, { practiceId }),
    readQuestions(db, practiceId),
    db.read((sql) => sql.select().from(services).where(eq(services.practiceId, practiceId))),
  ])
  if (!service) return { ok: false, problem: 'not-found' }
  const there = questionsOf(all, service)
  const others = all.filter(({ serviceId }) => serviceId !== service.id)
  const errors = errorsOf(given, { service, services: known, there, others, hasTelephone: practice.phone !== '' })
  if (errors.length > 0) return { ok: false, problem: 'invalid', errors }

  const questions = given.questions.map(
    (question): ServiceQuestion => ({
      id: question.id ?? nanoid(),
      serviceId: service.id,
      purpose: question.purpose,
      words: wordsOf(question.texts),
      answers: question.answers.map(({ id, texts, leadsTo, toService }) => ({
        id: id ?? nanoid(),
        leadsTo,
        toServiceId: named(known, toService)?.id ?? null,
        words: wordsOf(texts),
      })),
    }),
  )
  const set = shown(questions)
  const kept = await keep(200, set)
  const ids = questions.flatMap(({ id, answers }) => [id, ...answers.map((answer) => answer.id)])
  stored(
    await db.write((sql) => {
      const ours = and(eq(serviceQuestions.practiceId, practiceId), eq(serviceQuestions.serviceId, service.id))
      const old = sql.select({ id: serviceQuestions.id }).from(serviceQuestions).where(ours)
      const itsAnswers = and(eq(serviceAnswers.practiceId, practiceId), inArray(serviceAnswers.questionId, old))
      const itsTexts = and(eq(questionTexts.practiceId, practiceId), inArray(questionTexts.id, ids))
      return [
        sql.delete(serviceAnswers).where(itsAnswers),
        sql.delete(serviceQuestions).where(ours),
        ...(ids.length > 0 ? [sql.delete(questionTexts).where(itsTexts)] : []),
        ...questionStatements(sql, practiceId, questions),
        ...kept(sql),
      ]
    }),
  )
  return { ok: true, set }
}

const questionsOf = (all: readonly ServiceQuestion[], { id }: Service) =>
  all.filter(({ serviceId }) => serviceId === id)

const wordsOf = (texts: z.infer<typeof Texts>) =>
  Object.fromEntries(Object.entries(texts).map(([locale, { text, hint = '' }]) => [locale, { text, hint }]))

const shown = (questions: readonly ServiceQuestion[]): z.infer<typeof ShownQuestionSet> => ({
  questions: questions.map(({ id, purpose, words, answers }) => ({
    id,
    purpose,
    texts: words,
    answers: answers.map(({ id, words, leadsTo, toServiceId }) => ({
      ...{ id, texts: words, leadsTo, toService: toServiceId },
    })),
  })),
})

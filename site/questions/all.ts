import { birth } from './birth.ts'
import { contact } from './contact.ts'
import { day } from './day.ts'
import type { Draft } from './draft.ts'
import { name } from './name.ts'
import type { Question } from './question.ts'
import { share } from './share.ts'
import { time } from './time.ts'
import { told } from './told.ts'

/** The questions, in the order in which they are asked. To add one: its .ts, its .astro, a line here and in [step].astro. */
const QUESTIONS: readonly Question[] = [day, time, name, contact, birth, share, told]

export const CHECK = 'check'
export const DONE = 'done'

export const questionAt = (step: string): Question | undefined => QUESTIONS.find((question) => question.step === step)

/** The questions that this patient is asked. */
export const questionsFor = (draft: Draft): Question[] => QUESTIONS.filter((question) => question.isAsked(draft))

/** The first question without an answer; the page that checks the answers when there is none. */
export const nextStep = (draft: Draft): string =>
  questionsFor(draft).find((question) => !question.isAnswered(draft))?.step ?? CHECK

/** Every question before this step has its answer: nobody can jump ahead by address. */
export function mayOpen(draft: Draft, step: string): boolean {
  for (const question of questionsFor(draft)) {
    if (question.step === step) return true
    if (!question.isAnswered(draft)) return false
  }
  return step === CHECK
}

/** Where a step stands: its number, how many there are, and the step before. */
export function placeOf(draft: Draft, step: string): { number: number; of: number; before: string | null } {
  const steps = [...questionsFor(draft).map((question) => question.step), CHECK]
  const at = steps.indexOf(step)
  return { number: at + 1, of: steps.length, before: at > 0 ? (steps[at - 1] ?? null) : null }
}

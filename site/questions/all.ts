import { acting } from './acting.ts'
import { birth } from './birth.ts'
import { choices, reason } from './choice.ts'
import { contact, landline } from './contact.ts'
import { day } from './day.ts'
import { mail, message } from './messages.ts'
import { name } from './name.ts'
import { own } from './own.ts'
import type { Flow, Question } from './question.ts'
import { seen } from './seen.ts'
import { share } from './share.ts'
import { time } from './time.ts'
import { told } from './told.ts'
import { leadOf } from './ways.ts'
import { callWhen, when } from './when.ts'
import { who } from './who.ts'

/** The questions, in the order in which they are asked. To add one: its .ts, its .astro, a line here and in [step].astro. */
const QUESTIONS: readonly Question[] = [
  ...choices,
  ...[day, time, when, callWhen, reason, own],
  ...[who, name, birth, acting, contact, landline, message, mail],
  ...[seen, share, told],
]

export const CHECK = 'check'
export const DONE = 'done'
/** Where those end who asked to be called, and those whose answers lead to the telephone. */
export const ASKED = 'asked'
export const CALL = 'call'

export const questionAt = (step: string): Question | undefined => QUESTIONS.find((question) => question.step === step)

/** The questions that this patient is asked. */
export const questionsFor = (flow: Flow): Question[] => QUESTIONS.filter((question) => question.isAsked(flow))

/** The first question without an answer; the page that checks the answers when there is none. */
export const nextStep = (flow: Flow): string =>
  leadOf(flow) === 'phone' ? CALL : (questionsFor(flow).find((question) => !question.isAnswered(flow))?.step ?? CHECK)

/** Every question before this step has its answer: nobody can jump ahead by address. */
export function mayOpen(flow: Flow, step: string): boolean {
  for (const question of questionsFor(flow)) {
    if (question.step === step) return true
    if (!question.isAnswered(flow)) return false
  }
  return step === CHECK
}

/** Where a step stands: its number, how many there are, and the step before. */
export function placeOf(flow: Flow, step: string): { number: number; of: number; before: string | null } {
  const steps = [...questionsFor(flow).map((question) => question.step), CHECK]
  const at = steps.indexOf(step)
  return { number: at + 1, of: steps.length, before: at > 0 ? (steps[at - 1] ?? null) : null }
}

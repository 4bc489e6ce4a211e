import type { Published, PublishedService } from '../../worker/practices/published.ts'
import type { Slot } from '../calendar.ts'
import type { Text } from '../text/languages.ts'
import type { Draft } from './draft.ts'

/** One thing that is not right: the id of its field, and what to do. */
export interface Mistake {
  field: string
  message: string
}

/** What was typed, by the name of the field; trimmed. */
export type Fields = Record<string, string>

/** What decides which questions are asked. */
export interface Flow {
  draft: Draft
  published: Published
  service: PublishedService
}

/** Everything that a question may look at. */
export interface Asked extends Flow {
  /** Free times, soonest first; empty on questions that do not need them. */
  times: Slot[]
  /** Who works at the office of this visit's link; empty on questions that do not need them. */
  clinicians: { id: string; name: string }[]
  /** Milliseconds. */
  now: number
  lang: string
  text: Text
}

/** What an answer adds to the draft, or what is wrong with it. `toServiceId`: another service is the right one. */
export type Answer =
  | { ok: true; adds: Partial<Draft>; toServiceId?: string | null }
  | { ok: false; mistakes: Mistake[] }

/** One of several answers to choose from. */
export interface Choice {
  value: string
  label: string
  hint?: string | undefined
  /** The language of its words, where it may not be the page's. */
  lang?: string | undefined
}

/** One page of the booking. Its markup is the .astro file of the same name. Add one to site/questions/all.ts. */
export interface Question {
  /** The last part of its address. */
  step: string
  needsTimes?: boolean
  needsClinicians?: boolean
  /** The fields that are read, and kept when there is a mistake. */
  fields: readonly string[]
  isAsked(flow: Flow): boolean
  isAnswered(flow: Flow): boolean
  title(asked: Asked): string
  /** The fields as they were answered before. */
  filled(draft: Draft, flow: Flow): Fields
  answer(fields: Fields, asked: Asked): Answer
  /** Its line on the page that checks the answers. */
  row(asked: Asked): { label: string; value: string }
  /** Where the answer is one of several (Radios.astro): which ones, and why we ask. The field has the step's name. */
  radios?(asked: Asked): { why?: string | undefined; lang?: string; choices: Choice[] }
}

/** What a question's markup is given: the fields as typed, or as answered before. */
export interface FormProps {
  question: Question
  asked: Asked
  /** Where its pages are, without a slash at the end. */
  path: string
  fields: Fields
  mistakes: readonly Mistake[]
}

export const wrong = (field: string, message: string): Answer => ({ ok: false, mistakes: [{ field, message }] })

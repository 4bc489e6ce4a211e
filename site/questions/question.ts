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

/** Everything that a question may look at. */
export interface Asked {
  draft: Draft
  published: Published
  service: PublishedService
  /** Free times, soonest first; empty on questions that do not need them. */
  times: Slot[]
  /** Milliseconds. */
  now: number
  text: Text
}

/** What an answer adds to the draft, or what is wrong with it. */
export type Answer = { ok: true; adds: Partial<Draft> } | { ok: false; mistakes: Mistake[] }

/** One page of the booking. Its markup is the .astro file of the same name. Add one to site/questions/all.ts. */
export interface Question {
  /** The last part of its address. */
  step: string
  needsTimes?: boolean
  /** The fields that are read, and kept when there is a mistake. */
  fields: readonly string[]
  isAsked(draft: Draft): boolean
  isAnswered(draft: Draft): boolean
  title(asked: Asked): string
  /** The fields as they were answered before. */
  filled(draft: Draft): Fields
  answer(fields: Fields, asked: Asked): Answer
  /** Its line on the page that checks the answers. */
  row(asked: Asked): { label: string; value: string }
}

/** What a question's markup is given: the fields as typed, or as answered before. */
export interface FormProps {
  asked: Asked
  /** Where its pages are, without a slash at the end. */
  path: string
  fields: Fields
  mistakes: readonly Mistake[]
}

export const wrong = (field: string, message: string): Answer => ({ ok: false, mistakes: [{ field, message }] })

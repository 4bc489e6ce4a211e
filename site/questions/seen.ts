import { isolated } from '../text/isolated.ts'
import { type Asked, type Question, wrong } from './question.ts'
import { officeIn } from './share.ts'

/** Answers that name nobody; the others are ids of referrers. */
const NOBODY = ['other', 'unsure', 'elsewhere'] as const

/** Asked of those who came with an office's card in this visit: the card may be of the whole office, or handed on. */
export const seen: Question = {
  step: 'seen',
  needsClinicians: true,
  fields: ['seen'],
  isAsked: ({ draft }) => draft.office !== null,
  isAnswered: ({ draft }) => draft.seen !== undefined,
  title: (asked) => asked.text.questions.seen.title(officeIn(asked)),
  filled: ({ seen = '' }) => ({ seen }),
  answer(fields, asked) {
    const chosen = choicesOf(asked).find(({ value }) => value === fields.seen)
    return chosen ? { ok: true, adds: { seen: chosen.value } } : wrong('seen-0', asked.text.questions.seen.missing)
  },
  row: (asked) => ({
    label: asked.text.questions.seen.short,
    value: choicesOf(asked).find(({ value }) => value === asked.draft.seen)?.label ?? '',
  }),
  radios: (asked) => ({ choices: choicesOf(asked) }),
}

const choicesOf = ({ clinicians, text }: Asked) => [
  ...clinicians.map(({ id, name }) => ({ value: id, label: isolated(name, text.dir) })),
  ...NOBODY.map((value) => ({ value, label: text.questions.seen[value] })),
]

/** The referrer whom they chose; undefined where that is nobody. */
export const sawReferrer = (seen: string | undefined): string | undefined =>
  NOBODY.some((nobody) => nobody === seen) ? undefined : seen

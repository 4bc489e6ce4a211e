import { type Question, wrong } from './question.ts'

const FOR = ['me', 'else'] as const

export const who: Question = {
  step: 'for',
  fields: ['for'],
  isAsked: () => true,
  isAnswered: ({ draft }) => draft.for !== undefined,
  title: ({ text }) => text.questions.who.title,
  filled: (draft) => ({ for: draft.for ?? '' }),
  answer(fields, { text }) {
    const chosen = FOR.find((one) => one === fields.for)
    return chosen ? { ok: true, adds: { for: chosen } } : wrong('for-0', text.questions.who.missing)
  },
  row: ({ draft, text }) => ({ label: text.questions.who.short, value: text.questions.who[draft.for ?? 'me'] }),
  radios: ({ text }) => ({ choices: FOR.map((value) => ({ value, label: text.questions.who[value] })) }),
}

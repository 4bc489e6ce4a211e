import type { Text } from '../text/languages.ts'
import { type Question, wrong } from './question.ts'
import { asksForCall } from './ways.ts'

export const message: Question = {
  step: 'message',
  fields: ['message'],
  isAsked: (flow) => flow.draft.neither === true || asksForCall(flow),
  isAnswered: ({ draft }) => draft.message !== undefined,
  title: ({ text }) => text.questions.message.title,
  filled: ({ message }) => ({ message: message === undefined ? '' : message ? 'yes' : 'no' }),
  answer(fields, { text }) {
    if (fields.message !== 'yes' && fields.message !== 'no') return wrong('message-0', text.questions.message.missing)
    return { ok: true, adds: { message: fields.message === 'yes' } }
  },
  row: ({ draft, text }) => ({
    label: text.questions.message.short,
    value: draft.message ? text.questions.message.yes : text.questions.message.no,
  }),
  radios: ({ text }) => ({ why: text.questions.message.why, choices: yesOrNo(text.questions.message) }),
}

/** Whether to email at all, with the risk of it said, and to remind. */
export const mail: Question = {
  step: 'email',
  fields: ['email'],
  isAsked: ({ draft }) => draft.email !== undefined,
  isAnswered: ({ draft }) => draft.mail !== undefined,
  title: ({ text }) => text.questions.mail.title,
  filled: ({ mail = '' }) => ({ email: mail }),
  answer(fields, asked) {
    const chosen = MAIL.find((one) => one === fields.email)
    const isOffered = chosen && mailChoices(asked.text, asksForCall(asked)).some(({ value }) => value === chosen)
    return isOffered ? { ok: true, adds: { mail: chosen } } : wrong('email-0', asked.text.questions.mail.missing)
  },
  row(asked) {
    const found = mailChoices(asked.text, asksForCall(asked)).find(({ value }) => value === asked.draft.mail)
    return { label: asked.text.questions.mail.short, value: found?.label ?? '' }
  },
  radios: (asked) => ({
    why: asked.text.questions.mail.why,
    choices: mailChoices(asked.text, asksForCall(asked)),
  }),
}

const MAIL = ['remind', 'yes', 'no'] as const

/** There is nothing to remind of before there is an appointment. */
function mailChoices({ questions: { mail: t } }: Text, calls: boolean) {
  const yes = { value: 'yes', label: calls ? t.plain : t.yes }
  return [...(calls ? [] : [{ value: 'remind', label: t.remind }]), yes, { value: 'no', label: t.no }]
}

const yesOrNo = (t: { yes: string; no: string }) => [
  { value: 'yes', label: t.yes },
  { value: 'no', label: t.no },
]

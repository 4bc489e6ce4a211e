import { weekdayName } from '../text/dates.ts'
import type { Text } from '../text/languages.ts'
import { type Flow, type Question, wrong } from './question.ts'
import { asksForCall } from './ways.ts'

const PARTS = ['morning', 'afternoon'] as const
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]
const ANY = 'when-any'
const WORKDAYS = [1, 2, 3, 4, 5]

/** When the patient can come: any time, or some of the week's mornings and afternoons. */
export const when: Question = {
  step: 'when',
  fields: [ANY, ...WEEKDAYS.flatMap((weekday) => PARTS.map((part) => `when-${weekday}-${part}`))],
  isAsked: asksForCall,
  isAnswered: ({ draft }) => draft.when !== undefined,
  title: ({ text }) => text.questions.when.title,
  filled: ({ when }) => Object.fromEntries((when?.length === 0 ? [ANY] : (when ?? [])).map((name) => [name, 'yes'])),
  answer(fields, asked) {
    const chosen = offered(asked).flatMap(({ parts }) => parts.map(({ name }) => name).filter((name) => fields[name]))
    if (!fields[ANY] && chosen.length === 0) return wrong(ANY, asked.text.questions.when.missing)
    return { ok: true, adds: { when: fields[ANY] ? [] : chosen } }
  },
  row(asked) {
    const t = asked.text.questions.when
    const { when = [] } = asked.draft
    const lines = when.map((name) => {
      const { weekday, part } = partIn(name)
      return t.part(weekdayName(weekday, asked.text.locale), t[part])
    })
    return { label: t.short, value: lines.join('\n') || t.any }
  },
}

export const any = ANY

/** The days of the week on which patients are seen for the service, each with its two halves. */
export const offered = ({ service }: Pick<Flow, 'service'>) => {
  const seen = new Set(service.places.flatMap(({ openings }) => openings.map(({ weekday }) => weekday)))
  return (seen.size > 0 ? WEEKDAYS.filter((weekday) => seen.has(weekday)) : WORKDAYS).map((weekday) => ({
    weekday,
    parts: PARTS.map((part) => ({ part, name: `when-${weekday}-${part}` })),
  }))
}

/** `when-2-morning` as it is sent on. */
export function partIn(name: string): { weekday: number; part: (typeof PARTS)[number] } {
  const [, weekday, part] = name.split('-')
  return { weekday: Number(weekday), part: part === 'morning' ? 'morning' : 'afternoon' }
}

export const callWhen: Question = {
  step: 'call-when',
  fields: ['call-when'],
  isAsked: asksForCall,
  isAnswered: ({ draft }) => draft.callWhen !== undefined,
  title: ({ text }) => text.questions.callWhen.title,
  filled: ({ callWhen = '' }) => ({ 'call-when': callWhen }),
  answer(fields, { text }) {
    const chosen = CALL_PARTS.find((part) => part === fields['call-when'])
    return chosen ? { ok: true, adds: { callWhen: chosen } } : wrong('call-when-0', text.questions.callWhen.missing)
  },
  row: ({ draft, text }) => ({
    label: text.questions.callWhen.short,
    value: draft.callWhen ? text.questions.callWhen[draft.callWhen] : '',
  }),
  radios: ({ text }) => ({ choices: partChoices(text) }),
}

const CALL_PARTS = ['any', ...PARTS] as const
const partChoices = (text: Text) => CALL_PARTS.map((value) => ({ value, label: text.questions.callWhen[value] }))

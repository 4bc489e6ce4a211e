import { line } from '../../worker/text.ts'
import { type Question, wrong } from './question.ts'

/** In characters. Three names and their draft must fit into a cookie of 4 kB, in any script. */
export const NAME_LONGEST = 100

export const name: Question = {
  step: 'name',
  fields: ['name'],
  isAsked: () => true,
  isAnswered: ({ draft }) => draft.name !== undefined,
  title: ({ draft, text }) => (draft.for === 'else' ? text.questions.patient.name : text.booking.name.title),
  filled: (draft) => ({ name: draft.name ?? '' }),
  answer(fields, { text }) {
    const given = fields.name?.replace(/\s+/g, ' ')
    if (!given) return wrong('name', text.booking.name.missing)
    if ([...given].length > NAME_LONGEST) return wrong('name', text.booking.name.long(NAME_LONGEST))
    const read = line(NAME_LONGEST).safeParse(given)
    return read.success ? { ok: true, adds: { name: read.data } } : wrong('name', text.booking.name.missing)
  },
  row: ({ draft, text }) => ({ label: text.booking.name.short, value: draft.name ?? '' }),
}

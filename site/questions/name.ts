import { line } from '../../worker/text.ts'
import { type Question, wrong } from './question.ts'

const LONGEST = 200

export const name: Question = {
  step: 'name',
  fields: ['name'],
  isAsked: () => true,
  isAnswered: (draft) => draft.name !== undefined,
  title: ({ text }) => text.booking.name.title,
  filled: (draft) => ({ name: draft.name ?? '' }),
  answer(fields, { text }) {
    const given = fields.name?.replace(/\s+/g, ' ')
    if (!given) return wrong('name', text.booking.name.missing)
    if ([...given].length > LONGEST) return wrong('name', text.booking.name.long(LONGEST))
    const read = line(LONGEST).safeParse(given)
    return read.success ? { ok: true, adds: { name: read.data } } : wrong('name', text.booking.name.missing)
  },
  row: ({ draft, text }) => ({ label: text.booking.name.short, value: draft.name ?? '' }),
}

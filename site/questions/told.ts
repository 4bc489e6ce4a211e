import { line } from '../../worker/text.ts'
import { type Question, wrong } from './question.ts'

const LONGEST = 100

/** Optional, and asked only where no card of this visit says it, or where the patient says otherwise than the card. */
export const told: Question = {
  step: 'who-told-you',
  fields: ['told'],
  isAsked: ({ draft }) => draft.office === null || draft.seen === 'elsewhere' || draft.seen === 'other',
  isAnswered: ({ draft }) => draft.told !== undefined,
  title: ({ draft, text }) => (draft.seen === 'other' ? text.questions.seen.otherTitle : text.booking.told.title),
  filled: (draft) => ({ told: draft.told ?? '' }),
  answer(fields, { text }) {
    const given = fields.told ?? ''
    if ([...given].length > LONGEST) return wrong('told', text.booking.told.long(LONGEST))
    const read = line(LONGEST).safeParse(given)
    // Optional: what cannot be read is as good as nothing.
    return { ok: true, adds: { told: read.success ? read.data : '' } }
  },
  row: ({ draft, text }) => ({
    label: draft.seen === 'other' ? text.questions.seen.otherShort : text.booking.told.short,
    value: draft.told || text.booking.told.nobody,
  }),
}

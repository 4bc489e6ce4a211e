import { type Question, wrong } from './question.ts'

/** Asked of those who came with an office's card in this visit; the others are asked who told them. */
export const share: Question = {
  step: 'share',
  fields: ['share'],
  isAsked: (draft) => draft.office !== null,
  isAnswered: (draft) => draft.share !== undefined,
  title: ({ draft, text }) => text.booking.share.title(draft.office ?? ''),
  filled: ({ share }) => ({ share: share === undefined ? '' : share ? 'yes' : 'no' }),
  answer(fields, { draft, text }) {
    if (fields.share !== 'yes' && fields.share !== 'no')
      return wrong('share-yes', text.booking.share.missing(draft.office ?? ''))
    return { ok: true, adds: { share: fields.share === 'yes' } }
  },
  row: ({ draft, text }) => ({
    label: text.booking.share.short(draft.office ?? ''),
    value: draft.share ? text.booking.share.yes : text.booking.share.no,
  }),
}

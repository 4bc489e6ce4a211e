import { isolated } from '../text/isolated.ts'
import { type Asked, type Question, wrong } from './question.ts'

/** Asked of those who came with an office's card in this visit and do not deny it; the others are asked who told them. */
export const share: Question = {
  step: 'share',
  fields: ['share'],
  isAsked: ({ draft }) => draft.office !== null && draft.seen !== 'elsewhere',
  isAnswered: ({ draft }) => draft.share !== undefined,
  title: (asked) => asked.text.booking.share.title(officeIn(asked)),
  filled: ({ share }) => ({ share: share === undefined ? '' : share ? 'yes' : 'no' }),
  answer(fields, asked) {
    if (fields.share !== 'yes' && fields.share !== 'no')
      return wrong('share-yes', asked.text.booking.share.missing(officeIn(asked)))
    return { ok: true, adds: { share: fields.share === 'yes' } }
  },
  row: (asked) => ({
    label: asked.text.booking.share.short(officeIn(asked)),
    value: asked.draft.share ? asked.text.booking.share.yes : asked.text.booking.share.no,
  }),
}

export const officeIn = ({ draft, text }: Pick<Asked, 'draft' | 'text'>): string =>
  isolated(draft.office ?? '', text.dir)

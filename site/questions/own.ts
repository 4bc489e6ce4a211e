import { lines } from '../../worker/text.ts'
import { type Question, wrong } from './question.ts'

/** In characters: with all else it must fit into a cookie. */
const LONGEST = 150

/** Optional, in the patient's own words; only where the practice reads it. */
export const own: Question = {
  step: 'own-words',
  fields: ['own'],
  isAsked: ({ service }) => service.asksFreeReason,
  isAnswered: ({ draft }) => draft.own !== undefined,
  title: ({ text }) => text.questions.own.title,
  filled: ({ own = '' }) => ({ own }),
  answer({ own = '' }, { text }) {
    const plain = own.replaceAll('\r\n', '\n')
    if ([...plain].length > LONGEST) return wrong('own', text.questions.own.long(LONGEST))
    const read = lines(LONGEST).safeParse(plain)
    // Optional: what cannot be read is as good as nothing.
    return { ok: true, adds: { own: read.success ? read.data : '' } }
  },
  row: ({ draft, text }) => ({ label: text.questions.own.short, value: draft.own || text.questions.own.none }),
}

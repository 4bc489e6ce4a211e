import { localDay } from '../../worker/practices/day.ts'
import { line } from '../../worker/text.ts'
import { NAME_LONGEST } from './name.ts'
import type { Flow, Mistake, Question } from './question.ts'

const ADULT_YEARS = 18

/** Who a patient's messages go to: whoever books for them; for a patient under 18, a parent or guardian. */
export const acting: Question = {
  step: 'acting',
  fields: ['acting', 'relationship'],
  isAsked: (flow) => flow.draft.for === 'else' || isMinor(flow),
  isAnswered: (flow) =>
    flow.draft.acting !== undefined && relationshipsFor(flow).some((one) => one === flow.draft.relationship),
  title: (asked) => wordsOf(asked).title,
  filled: ({ acting = '', relationship = '' }) => ({ acting, relationship }),
  answer({ acting = '', relationship }, asked) {
    const { text } = asked
    const t = text.questions.acting
    const given = acting.replace(/\s+/g, ' ')
    const read = line(NAME_LONGEST).safeParse(given)
    const chosen = relationshipsFor(asked).find((one) => one === relationship)
    if (read.success && chosen) return { ok: true, adds: { acting: read.data, relationship: chosen } }
    const mistakes: Mistake[] = []
    const isLong = [...given].length > NAME_LONGEST
    if (!read.success)
      mistakes.push({ field: 'acting', message: isLong ? text.booking.name.long(NAME_LONGEST) : t.nameMissing })
    if (!chosen) mistakes.push({ field: 'relationship-0', message: t.relationshipMissing })
    return { ok: false, mistakes }
  },
  row({ draft, text }) {
    const t = text.questions.acting
    const who = draft.relationship && draft.relationship !== 'self' ? t[draft.relationship] : ''
    return { label: t.short, value: [draft.acting, who].filter(Boolean).join('\n') }
  },
}

/** By the day on the practice's clock when the last page was sent. */
export function isMinor({ draft, published }: Pick<Flow, 'draft' | 'published'>): boolean {
  if (!draft.birth) return false
  const today = localDay(draft.at, published.practice.timezone)
  return draft.birth > `${Number(today.slice(0, 4)) - ADULT_YEARS}${today.slice(4)}`
}

const FOR_MINORS = ['parent', 'guardian'] as const
const FOR_ADULTS = ['partner', 'child', 'parent', 'guardian', 'carer', 'other'] as const
export const relationshipsFor = (flow: Pick<Flow, 'draft' | 'published'>) => (isMinor(flow) ? FOR_MINORS : FOR_ADULTS)

/** The words of the page: a parent or guardian is asked for otherwise than somebody who books for an adult. */
export function wordsOf(asked: Parameters<Question['title']>[0]) {
  const t = asked.text.questions.acting
  return isMinor(asked)
    ? { title: t.minor, why: t.minorWhy, label: t.minorLabel, relationship: t.minorRelationship }
    : { title: t.title, why: t.why, label: t.label, relationship: t.relationship }
}

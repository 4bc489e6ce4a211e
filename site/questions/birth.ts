import { monthNamed, plainDay } from '../text/dates.ts'
import { latinDigits } from '../text/digits.ts'
import type { Text } from '../text/languages.ts'
import type { Answer, Fields, Question } from './question.ts'

const PARTS = ['day', 'month', 'year'] as const
export type BirthPart = (typeof PARTS)[number]

export const birth: Question = {
  step: 'date-of-birth',
  fields: ['birth-day', 'birth-month', 'birth-year'],
  isAsked: () => true,
  isAnswered: ({ draft }) => draft.birth !== undefined,
  title: ({ draft, text }) => (draft.for === 'else' ? text.questions.patient.birth : text.booking.birth.title),
  filled: (draft) => {
    const [year = '', month = '', day = ''] = draft.birth?.split('-').map((part) => part.replace(/^0+/, '')) ?? []
    return { 'birth-day': day, 'birth-month': month, 'birth-year': year }
  },
  answer: (fields, { now, text }) => {
    const read = birthFrom(fields, now, text)
    return 'birth' in read ? { ok: true, adds: { birth: read.birth } } : read
  },
  row: ({ draft, text }) => ({
    label: text.booking.birth.short,
    value: draft.birth ? plainDay(draft.birth, text.locale) : '',
  }),
}

/**
 * Reads a date of birth from its three fields; a month may be a word. It is a local day without a zone, so tomorrow in
 * UTC is still let in.
 */
export function birthFrom(fields: Fields, now: number, text: Text): { birth: string } | (Answer & { ok: false }) {
  const t = text.booking.birth
  const typed = (part: BirthPart) => latinDigits(fields[`birth-${part}`] ?? '')
  const order = partsInOrder(text)
  const lacking = order.filter((part) => !typed(part))
  const [first, second] = lacking
  if (lacking.length === PARTS.length || !first) {
    if (first) return refused(order[0] ?? 'day', t.missing)
  } else return refused(first, t.mustInclude(second ? t.and(t.lacks[first], t.lacks[second]) : t.lacks[first]))

  const [day, number, year] = PARTS.map((part) => (/^\d{1,4}$/.test(typed(part)) ? Number(typed(part)) : Number.NaN))
  const month = number || monthNamed(typed('month'), text.locale)
  if (!/^\d{4}$/.test(typed('year'))) return refused('year', /^\d+$/.test(typed('year')) ? t.yearWrong : t.unreal)
  const date = new Date(Date.UTC(year ?? Number.NaN, month - 1, day))
  const real = date.getUTCFullYear() === year && date.getUTCMonth() + 1 === month && date.getUTCDate() === day
  if (!real || date.getTime() < now - OLDEST_YEARS * 366 * DAY_MS) return refused(order[0] ?? 'day', t.unreal)
  if (date.getTime() > now + DAY_MS) return refused('year', t.future)
  return { birth: date.toISOString().slice(0, 10) }
}

const DAY_MS = 86_400_000
/** Nobody has lived longer than 122 years. */
const OLDEST_YEARS = 130

const refused = (part: BirthPart, message: string): Answer & { ok: false } => ({
  ok: false,
  mistakes: [{ field: `birth-${part}`, message }],
})

/** The order in which the language writes a date. */
export const partsInOrder = (text: Text): BirthPart[] =>
  text.booking.birth.order.split(' ').flatMap((word) => PARTS.filter((part) => part === word))

import { toE164 } from '../../worker/practices/phone.ts'
import { emailAddress } from '../../worker/text.ts'
import { latinDigits } from '../text/digits.ts'
import { displayPhone } from '../text/telephone.ts'
import { type Mistake, type Question, wrong } from './question.ts'

export const contact: Question = {
  step: 'contact',
  fields: ['email', 'phone'],
  isAsked: () => true,
  isAnswered: (draft) => draft.email !== undefined || draft.phone !== undefined,
  title: ({ text }) => text.booking.contact.title,
  filled: (draft) => ({ email: draft.email ?? '', phone: draft.phone ? displayPhone(draft.phone) : '' }),
  answer({ email, phone }, { text }) {
    const t = text.booking.contact
    if (!email && !phone) return wrong('email', t.missing)
    const mistakes: Mistake[] = []
    if (email && !emailAddress.safeParse(email).success) mistakes.push({ field: 'email', message: t.emailWrong })
    const number = phone ? toE164(latinDigits(phone)) : undefined
    if (number === null) mistakes.push({ field: 'phone', message: t.phoneWrong })
    if (mistakes.length > 0) return { ok: false, mistakes }
    return { ok: true, adds: { email: email || undefined, phone: number ?? undefined } }
  },
  row: ({ draft, text }) => ({
    label: text.booking.contact.short,
    value: [draft.email, draft.phone && displayPhone(draft.phone)].filter(Boolean).join('\n'),
  }),
}

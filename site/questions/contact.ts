import { toE164 } from '../../worker/practices/phone.ts'
import { emailAddress } from '../../worker/text.ts'
import { latinDigits } from '../text/digits.ts'
import { displayPhone } from '../text/telephone.ts'
import { type Mistake, type Question, wrong } from './question.ts'
import { asksForCall } from './ways.ts'

/** What a mailbox's address may have (RFC 5321), which in other scripts than Latin is fewer characters. */
const EMAIL_BYTES = 254

/** An email address, a mobile phone, or that there is neither; a practice that calls needs a number. */
export const contact: Question = {
  step: 'contact',
  fields: ['email', 'phone', 'neither'],
  isAsked: () => true,
  isAnswered: (flow) => {
    const { email, phone, neither } = flow.draft
    return neither === true || phone !== undefined || (email !== undefined && !asksForCall(flow))
  },
  title: (asked) => (asksForCall(asked) ? asked.text.questions.contact.callTitle : asked.text.booking.contact.title),
  filled: ({ email, phone, neither }) => ({
    email: email ?? '',
    phone: phone && !neither ? displayPhone(phone) : '',
    neither: neither ? 'yes' : '',
  }),
  answer({ email, phone, neither }, asked) {
    const { draft, text } = asked
    const t = text.booking.contact
    const calls = asksForCall(asked)
    const number = phone ? numberIn(phone) : undefined
    const mistakes: Mistake[] = []
    if (email && !isEmail(email)) mistakes.push({ field: 'email', message: t.emailWrong })
    if (number === null) mistakes.push({ field: 'phone', message: t.phoneWrong })
    if (mistakes.length > 0) return { ok: false, mistakes }
    const reached = number ?? (calls ? undefined : email)
    if (!reached && !neither)
      return calls ? wrong('phone', text.questions.contact.callMissing) : wrong('email', text.questions.contact.missing)
    if (reached)
      return { ok: true, adds: { email: email || undefined, phone: number ?? undefined, neither: undefined } }
    // The other number stays, where it was given before.
    const other = draft.neither ? draft.phone : undefined
    return { ok: true, adds: { email: email || undefined, phone: other, neither: true } }
  },
  row: ({ draft, text }) => ({
    label: text.booking.contact.short,
    value: draft.neither
      ? draft.email || text.questions.contact.neither
      : [draft.email, draft.phone && displayPhone(draft.phone)].filter(Boolean).join('\n'),
  }),
}

/** For those without: a landline, or a carer's number. */
export const landline: Question = {
  step: 'other-phone',
  fields: ['landline'],
  isAsked: ({ draft }) => draft.neither === true,
  isAnswered: ({ draft }) => draft.phone !== undefined,
  title: ({ text }) => text.questions.landline.title,
  filled: ({ phone }) => ({ landline: phone ? displayPhone(phone) : '' }),
  answer({ landline: typed }, { text }) {
    if (!typed) return wrong('landline', text.questions.landline.missing)
    const number = numberIn(typed)
    return number ? { ok: true, adds: { phone: number } } : wrong('landline', text.booking.contact.phoneWrong)
  },
  row: ({ draft, text }) => ({
    label: text.questions.landline.short,
    value: draft.phone ? displayPhone(draft.phone) : '',
  }),
}

/** E.164, null where it is no number. */
const numberIn = (typed: string): string | null => toE164(latinDigits(typed))

const isEmail = (typed: string) =>
  emailAddress.safeParse(typed).success && new TextEncoder().encode(typed).length <= EMAIL_BYTES

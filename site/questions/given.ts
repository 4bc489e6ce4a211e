import type { Given } from '../../worker/bookings/request.ts'
import { acting } from './acting.ts'
import { message } from './messages.ts'
import { own } from './own.ts'
import type { Flow } from './question.ts'
import { sawReferrer, seen } from './seen.ts'
import { share } from './share.ts'
import { told } from './told.ts'

/**
 * What a booking and a request are given alike. What is no longer asked is left out, though the draft still holds it:
 * somebody went back and answered otherwise. Null where the name is missing.
 */
export function givenBy(flow: Flow, lang: string): Given | null {
  const { draft, service } = flow
  if (!draft.name) return null
  const isActing = acting.isAsked(flow)
  const { receipt } = draft
  return {
    service: service.id,
    patient: {
      name: draft.name,
      email: draft.email,
      phone: draft.phone,
      dateOfBirth: draft.birth,
      actingName: isActing ? draft.acting : undefined,
      relationship: isActing ? draft.relationship : 'self',
      mayLeaveMessage: message.isAsked(flow) ? draft.message : undefined,
      agreesToMail: draft.email && draft.mail ? draft.mail !== 'no' : undefined,
      wantsReminder: draft.email && draft.mail ? draft.mail === 'remind' : undefined,
    },
    reason: own.isAsked(flow) ? draft.own || undefined : undefined,
    answers: draft.answers,
    receipt: receipt?.from === 'address' ? receipt.text : undefined,
    browserReceipt: receipt?.from === 'cookie' ? receipt.text : undefined,
    statedReferrer: statedBy(flow),
    sawReferrerId: seen.isAsked(flow) ? sawReferrer(draft.seen) : undefined,
    shareWithReferrer: share.isAsked(flow) ? draft.share : undefined,
    locale: lang,
  }
}

/** In words, for the desk: also that they deny the office of their card. */
function statedBy(flow: Flow): string | undefined {
  const { draft } = flow
  const words = (told.isAsked(flow) && draft.told) || undefined
  return words ?? (seen.isAsked(flow) && draft.seen === 'elsewhere' ? `Not ${draft.office}` : undefined)
}

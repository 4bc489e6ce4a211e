import type { APIContext } from 'astro'
import { nanoid } from 'nanoid'
import { takesRequests } from '../../worker/bookings/call-request.ts'
import { serviceIn } from '../../worker/practices/published.ts'
import { isBookedOnline } from '../calendar.ts'
import { nextStep } from './all.ts'
import { bookPath, type Draft, writeDraft } from './draft.ts'
import type { Ready } from './open.ts'

type Page = Pick<APIContext, 'cookies' | 'locals' | 'params'>

/** Takes what was answered along to the service that an answer led to; one that is booked elsewhere has a page only. */
export async function carriedTo(page: Page, ready: Ready, draft: Draft, serviceId: string): Promise<string> {
  const { published } = ready
  const { cookies, locals, params } = page
  const row = published.services.find(({ id }) => id === serviceId)
  if (!row) return `${bookPath(page)}/${nextStep(ready)}`
  const service = serviceIn(published, row, locals.lang)
  const there = { cookies, locals, params: { practice: params.practice, service: service.slug } }
  if (!isBookedOnline(published, service, locals.now) && !takesRequests(published.practice, service)) {
    const receipt = draft.receipt?.from === 'address' ? `?s=${encodeURIComponent(draft.receipt.text)}` : ''
    return `${bookPath(there).slice(0, -'/book'.length)}${receipt}`
  }
  const noTime = { day: undefined, slot: undefined, hold: undefined, heldSlot: undefined, gone: undefined }
  const carried = { ...draft, ...noTime, key: nanoid(), from: ready.service.id }
  await writeDraft(there, carried)
  return `${bookPath(there)}/${nextStep({ published, service, draft: carried })}`
}

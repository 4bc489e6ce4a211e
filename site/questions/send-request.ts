import type { APIContext } from 'astro'
import { DatabaseUnavailable } from '../../db/database.ts'
import { fromOf, mayAsk } from '../../worker/bookings/budget.ts'
import { askForCallOnce } from '../../worker/bookings/form.ts'
import { confirmVisit } from '../../worker/scans/visits.ts'
import { ASKED, nextStep } from './all.ts'
import { bookPath, clearDraft, writeAsked } from './draft.ts'
import { givenBy } from './given.ts'
import type { Ready } from './open.ts'
import { partIn } from './when.ts'

type Page = Pick<APIContext, 'cookies' | 'locals' | 'params' | 'request'>

/**
 * Where the browser goes on (303, so that the back button never asks to send again), that the database is away, or that
 * a person is to call, whose answers are kept.
 */
export type Sent = { to: string } | 'unavailable' | 'by telephone'

/** Asks the practice to call. Sent twice, it is one request. */
export async function sendRequest(page: Page, ready: Ready): Promise<Sent | 'call'> {
  const { draft, published } = ready
  const { db, env, now, lang } = page.locals
  const given = givenBy(ready, lang)
  if (!given) return { to: `${bookPath(page)}/${nextStep(ready)}` }
  if (!mayAsk(published.practice.id, fromOf(env, page.request.headers), now)) return 'by telephone'
  const times = { days: (draft.when ?? []).map(partIn), call: draft.callWhen ?? 'any' }
  try {
    const outcome = await askForCallOnce(db, env, published.practice, { ...given, times }, draft.key, now)
    if (!outcome.ok) return 'call'
    confirmed(page, ready)
    const { reference, callBy, timezone } = outcome.asked
    await writeAsked(page, { at: now, reference, callBy: Date.parse(callBy), timezone, code: draft.code })
    clearDraft(page)
    return { to: `${bookPath(page)}/${ASKED}` }
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return 'unavailable'
    throw error
  }
}

/** The scan behind a booking or request was a person's: the page that led there was shown. */
export function confirmed(page: Page, { draft, published }: Ready): void {
  const { env, now, cfContext } = page.locals
  if (draft.receipt?.from !== 'address') return
  const visit = { practice: published.practice.slug, text: draft.receipt.text, how: 'booking' as const }
  cfContext.waitUntil(confirmVisit({ env, ctx: cfContext, now }, page.request, visit))
}

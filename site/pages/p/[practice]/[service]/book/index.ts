import type { APIRoute } from 'astro'
import { nanoid } from 'nanoid'
import { arrivalAt } from '../../../../../arrival.ts'
import { nextStep } from '../../../../../questions/all.ts'
import { bookPath, clearDone, type Draft, readDraft, writeDraft } from '../../../../../questions/draft.ts'
import { findService } from '../../../../../questions/open.ts'

/** Begins a booking, or goes on with the one this browser is in the middle of, and takes the receipt along. */
export const GET: APIRoute = async (page) => {
  const found = await findService(page)
  if (found.kind === 'found') {
    const { receipt, link } = await arrivalAt(page, found.published.practice.id)
    const active = link?.state === 'active' ? link : null
    const begun = await readDraft(page)
    const fresh: Draft = { key: nanoid(), at: page.locals.now, receipt, office: null, code: null }
    const came =
      receipt?.from === 'address' ? { receipt, office: active?.officeName ?? null, code: active?.code ?? null } : {}
    const draft = { ...(begun ?? fresh), ...came }
    await writeDraft(page, draft)
    clearDone(page)
    return page.redirect(`${bookPath(page)}/${nextStep(draft)}`, 303)
  }
  // The first question's page says what is wrong.
  return page.redirect(`${bookPath(page)}/day`, 303)
}

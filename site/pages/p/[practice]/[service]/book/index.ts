import type { APIRoute } from 'astro'
import { nanoid } from 'nanoid'
import { arrivalAt } from '../../../../../arrival.ts'
import { nextStep } from '../../../../../questions/all.ts'
import { bookPath, type Draft, OFFICE_LONGEST, readDraft, writeDraft } from '../../../../../questions/draft.ts'
import { findService } from '../../../../../questions/open.ts'

/**
 * Begins a booking, and takes the receipt along. It goes on with the one that this browser is in the middle of only
 * within the visit of the same scan: phones and tablets are shared, and what one patient typed, or allowed to be told to
 * one office, is not another's.
 */
export const GET: APIRoute = async (page) => {
  const found = await findService(page)
  if (found.kind === 'found') {
    const { receipt, link } = await arrivalAt(page, found.published.practice.id)
    const active = link?.state === 'active' ? link : null
    const begun = await readDraft(page)
    const sameVisit = receipt?.from === 'address' && receipt.text === begun?.receipt?.text
    const fresh: Draft = {
      key: nanoid(),
      begun: page.locals.now,
      at: page.locals.now,
      receipt,
      office: active ? [...active.officeName].slice(0, OFFICE_LONGEST).join('') : null,
      officeId: active?.officeId ?? null,
      code: active?.code ?? null,
    }
    const draft = begun && sameVisit ? begun : fresh
    await writeDraft(page, draft)
    return page.redirect(`${bookPath(page)}/${nextStep({ ...found, draft })}`, 303)
  }
  // The first question's page says what is wrong.
  return page.redirect(`${bookPath(page)}/day`, 303)
}

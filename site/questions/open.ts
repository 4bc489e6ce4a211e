import type { APIContext } from 'astro'
import { DatabaseUnavailable } from '../../db/database.ts'
import { takesRequests } from '../../worker/bookings/call-request.ts'
import type { ResolvedLink } from '../../worker/links/kept.ts'
import { resolveLink } from '../../worker/links/resolve.ts'
import {
  type Published,
  type PublishedService,
  publishedPractice,
  serviceIn,
} from '../../worker/practices/published.ts'
import { isBookedOnline } from '../calendar.ts'
import { ASKED, DONE } from './all.ts'
import { readAsked, readDone, readDraft } from './draft.ts'
import type { Flow } from './question.ts'

type Page = Pick<APIContext, 'cookies' | 'locals' | 'params'>

/** A booking that can go on. */
export interface Ready extends Flow {
  kind: 'ready'
}

/**
 * Why it cannot, with what is known to help. `expired`: the answers are gone; `put away`: a booking may have been made,
 * and the page that said so is gone; `by telephone`: a person is to look at it, and the answers are kept.
 */
export type Stopped =
  | { kind: 'expired' | 'put away' | 'not online' | 'by telephone'; published: Published; service: PublishedService }
  | { kind: 'not found'; published: Published | null }
  | { kind: 'unavailable'; published: Published | null; link: ResolvedLink | null }

const STATUS: Partial<Record<Stopped['kind'], number>> = { unavailable: 503, 'not found': 404, 'by telephone': 429 }
/** With what status a page answers that says it. */
export const statusOf = ({ kind }: Stopped): number => STATUS[kind] ?? 200

/** `done`: it was sent; `step` is the page that says so. */
export type Opened = Ready | { kind: 'done'; step: string } | Stopped

/** What this browser is in the middle of, at this service. */
export async function openBooking(page: Page): Promise<Opened> {
  const found = await findService(page)
  if (found.kind !== 'found') return found
  const { published, service } = found
  const draft = await readDraft(page)
  if (draft) return { kind: 'ready', published, service, draft }
  const [done, asked] = await Promise.all([readDone(page), readAsked(page)])
  if (!done && !asked) return { kind: 'expired', published, service }
  return { kind: 'done', step: (asked?.at ?? 0) > (done?.at ?? 0) ? ASKED : DONE }
}

export type Found = { kind: 'found'; published: Published; service: PublishedService } | Stopped

/** The service in the address, where it is booked online or the practice calls back. */
export async function findService(page: Page): Promise<Found> {
  const { db, now, lang } = page.locals
  try {
    const published = await publishedPractice(db, page.params.practice ?? '', now)
    const row = published?.services.find(({ slug }) => slug === page.params.service)
    if (!published || !row) return { kind: 'not found', published }
    const service = serviceIn(published, row, lang)
    return isBookedOnline(published, service, now) || takesRequests(published.practice, service)
      ? { kind: 'found', published, service }
      : { kind: 'not online', published, service }
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return unavailable(page, null)
    throw error
  }
}

/** What can still be said when the database is away: the telephone, and the code of the card. */
export async function unavailable(page: Page, published: Published | null): Promise<Stopped> {
  const { env, db, now } = page.locals
  const draft = await readDraft(page)
  const link = draft?.code ? await resolveLink(env, db, draft.code, now) : null
  return { kind: 'unavailable', published, link: typeof link === 'object' ? link : null }
}

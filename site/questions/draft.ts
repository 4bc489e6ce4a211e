import type { APIContext } from 'astro'
import * as z from 'zod'
import { RELATIONSHIPS } from '../../db/schema.ts'
import { isHttps } from '../../worker/access/cookies.ts'
import { sealed, unsealed } from '../sealed.ts'

export const SlotShape = z.object({
  start: z.number(),
  end: z.number(),
  timezone: z.string(),
  providerId: z.string(),
  locationId: z.string(),
})

/** In characters; a longer name of an office is cut, as the whole must fit into a cookie. */
export const OFFICE_LONGEST = 100

/** Everything that one patient has answered so far. It lives in their browser alone, sealed, for DRAFT_MINUTES. */
const DraftShape = z.object({
  /** The booking's idempotency key: however often the last page is sent, there is one booking. */
  key: z.string(),
  /** When the first question was asked, and when the last page was sent, in milliseconds. */
  begun: z.number().default(0),
  at: z.number(),
  /** From the address of this visit, or only from the browser's cookie: two kinds of evidence. */
  receipt: z.object({ text: z.string(), from: z.enum(['address', 'cookie']) }).nullable(),
  /** The office of the link of this visit; null when the page may name nobody. */
  office: z.string().nullable(),
  officeId: z.string().nullable(),
  /** The code of that link, to be said on the telephone. */
  code: z.string().nullable(),
  /** The ids of the answers chosen to the practice's own questions, also of the service that led here. */
  answers: z.array(z.string()).optional(),
  /** The service whose answers led here. */
  from: z.string().optional(),
  /** YYYY-MM-DD at the place of the visit. */
  day: z.string().optional(),
  slot: SlotShape.optional(),
  hold: z.object({ id: z.string(), until: z.number() }).optional(),
  /** What `hold` holds; another time may have been chosen since. */
  heldSlot: SlotShape.optional(),
  /** The time that was chosen and then taken by somebody else. */
  gone: z.number().optional(),
  /** When they can come, by the names of the fields (none: any time), and when they may be called. */
  when: z.array(z.string()).optional(),
  callWhen: z.enum(['any', 'morning', 'afternoon']).optional(),
  own: z.string().optional(),
  for: z.enum(['me', 'else']).optional(),
  name: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  /** YYYY-MM-DD */
  birth: z.string().optional(),
  acting: z.string().optional(),
  relationship: z.enum(RELATIONSHIPS).optional(),
  /** They have neither mobile nor email: `phone` is another number. */
  neither: z.boolean().optional(),
  message: z.boolean().optional(),
  mail: z.enum(['remind', 'yes', 'no']).optional(),
  /** The id of a referrer, or that they named nobody of the list. */
  seen: z.string().optional(),
  share: z.boolean().optional(),
  told: z.string().optional(),
  /** What was typed on a page that has a mistake, to be shown again. */
  typed: z.object({ step: z.string(), fields: z.record(z.string(), z.string()) }).optional(),
})
export type Draft = z.infer<typeof DraftShape>

/** A booking that was made, for the page that says so, for DONE_MINUTES: somebody may come back to an open tab. */
const DoneShape = z.object({
  at: z.number(),
  /** The booking's; for its calendar file and the way to change it. */
  id: z.string().optional(),
  reference: z.string(),
  slot: SlotShape,
  code: z.string().nullable(),
  /** A confirmation was sent by e-mail. */
  mailed: z.boolean().optional(),
})
export type Done = z.infer<typeof DoneShape>

/** The same of a request to be called. */
const AskedForCallShape = z.object({
  at: z.number(),
  reference: z.string(),
  callBy: z.number(),
  timezone: z.string(),
  code: z.string().nullable(),
})
export type AskedForCall = z.infer<typeof AskedForCallShape>

const DRAFT_MINUTES = 60
const DONE_MINUTES = 24 * 60
const DRAFT_COOKIE = 'rl_draft'
const DONE_COOKIE = 'rl_done'
const ASKED_COOKIE = 'rl_asked'

type Page = Pick<APIContext, 'cookies' | 'locals' | 'params'>

export const readDraft = (page: Page): Promise<Draft | null> =>
  readSealed(page, DRAFT_COOKIE, DraftShape, DRAFT_MINUTES)
export const readDone = (page: Page): Promise<Done | null> => readSealed(page, DONE_COOKIE, DoneShape, DONE_MINUTES)
export const readAsked = (page: Page): Promise<AskedForCall | null> =>
  readSealed(page, ASKED_COOKIE, AskedForCallShape, DONE_MINUTES)
export const writeDraft = (page: Page, draft: Draft): Promise<void> =>
  writeSealed(page, DRAFT_COOKIE, { ...draft, at: page.locals.now }, DRAFT_MINUTES)
export const writeDone = (page: Page, done: Done): Promise<void> => writeSealed(page, DONE_COOKIE, done, DONE_MINUTES)
export const writeAsked = (page: Page, asked: AskedForCall): Promise<void> =>
  writeSealed(page, ASKED_COOKIE, asked, DONE_MINUTES)
export const clearDraft = (page: Page): void => page.cookies.delete(DRAFT_COOKIE, { path: bookPath(page) })

/** Where the questions of one service live; their cookies are sent nowhere else. */
export const bookPath = (page: Pick<Page, 'params'>): string => `/p/${page.params.practice}/${page.params.service}/book`

const about = (page: Page, cookie: string) => `${cookie} ${bookPath(page)}`

async function readSealed<T extends z.ZodType<{ at: number }>>(
  page: Page,
  cookie: string,
  shape: T,
  keptMinutes: number,
) {
  const { env, now } = page.locals
  const text = page.cookies.get(cookie)?.value
  const value = text ? shape.safeParse(await unsealed(env, about(page, cookie), text)) : undefined
  if (!value?.success || value.data.at < now - keptMinutes * 60_000) return null
  return value.data
}

async function writeSealed(page: Page, cookie: string, value: unknown, keptMinutes: number): Promise<void> {
  page.cookies.set(cookie, await sealed(page.locals.env, about(page, cookie), value), {
    path: bookPath(page),
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(page.locals.env),
    maxAge: keptMinutes * 60,
  })
}

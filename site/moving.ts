import type { APIContext } from 'astro'
import * as z from 'zod'
import { isHttps } from '../worker/access/cookies.ts'
import { fromOf } from '../worker/bookings/budget.ts'
import { release } from '../worker/bookings/hold.ts'
import { moveBooking } from '../worker/bookings/move.ts'
import { postSoon } from '../worker/bookings/post.ts'
import { freeTimes, isBookedOnline, keep, keepLonger, type Slot } from './calendar.ts'
import { readFound, writeFound } from './found.ts'
import { SlotShape } from './questions/draft.ts'
import type { Asked } from './questions/question.ts'
import { sealed, unsealed } from './sealed.ts'
import { mayChange, type Shown, shownBooking } from './shown.ts'

/*
 * Moving a booking: a day, a time, and a look at both. What was chosen so far is in a sealed cookie, for the booking as
 * it was when that was begun: once it has moved, nothing of it holds any more.
 */
const COOKIE = 'rl_move'
const PATH = '/visit'
const MINUTES = 30
export const MOVE_PATH = '/visit/move'

const MovingShape = z.object({
  bookingId: z.string(),
  at: z.number(),
  day: z.string().optional(),
  slot: SlotShape.optional(),
  hold: z.object({ id: z.string(), until: z.number() }).optional(),
  gone: z.number().optional(),
})
export type Moving = z.infer<typeof MovingShape>

type Page = Pick<APIContext, 'cookies' | 'locals' | 'request'>

/** The found booking, where its patient may move it, and what was chosen so far; null where they may not. */
export async function openMove(page: Page): Promise<{ shown: Shown; moving: Moving } | null> {
  const { env, now } = page.locals
  const found = await readFound(page)
  const shown = found && (await shownBooking(page.locals, found))
  if (!shown || !mayMove(shown, now)) return null
  const text = page.cookies.get(COOKIE)?.value
  const read = text ? MovingShape.safeParse(await unsealed(env, COOKIE, text)) : undefined
  const isOurs = read?.success && read.data.bookingId === shown.booking.id && read.data.at > now - MINUTES * 60_000
  return { shown, moving: isOurs ? read.data : { bookingId: shown.booking.id, at: now } }
}

export const mayMove = ({ booking, published, service }: Shown, now: number): boolean =>
  mayChange(booking, now) && isBookedOnline(published, service, now)

/** As the questions of a booking are asked, with the free times. */
export async function askedOf({ locals }: Page, shown: Shown, { at, ...chosen }: Moving): Promise<Asked> {
  const { db, now, text, lang } = locals
  const { published, service } = shown
  const times = await freeTimes(db, service, now, { exceptHold: chosen.hold?.id })
  const draft = { ...chosen, key: '', begun: at, at, receipt: null, office: null, officeId: null, code: null }
  return { draft, published, service, times, clinicians: [], now, text, lang }
}

export async function writeMoving(page: Page, moving: Moving): Promise<void> {
  const { env, now } = page.locals
  page.cookies.set(COOKIE, await sealed(env, COOKIE, { ...moving, at: now }), {
    path: PATH,
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(env),
    maxAge: MINUTES * 60,
  })
}

/** Holds the chosen time instead of the one before; without a time when somebody else was quicker. */
export async function hold({ locals, request }: Page, { service }: Shown, moving: Moving, slot: Slot): Promise<Moving> {
  const { db, env, now } = locals
  const from = fromOf(env, request.headers)
  const { hold: before, slot: held } = moving
  const isSame = before && held?.start === slot.start && held.providerId === slot.providerId
  if (before && !isSame) await release(db, service.practiceId, before.id)
  const kept = isSame
    ? await keepLonger(db, service, { slot, hold: before }, from, now)
    : await keep(db, service, slot, from, now)
  const chosen = { ...moving, slot: undefined, hold: undefined, gone: undefined }
  return kept ? { ...chosen, ...kept } : { ...chosen, gone: slot.start }
}

/** Moves the booking to the chosen time. @returns where to go on */
export async function sendMove(page: Page, { published, booking }: Shown, moving: Moving): Promise<string> {
  const { db, env, now, cfContext } = page.locals
  const { slot } = moving
  if (!slot) return `${MOVE_PATH}/time`
  const { practice } = published
  const wanted = {
    bookingId: booking.id,
    start: new Date(slot.start).toISOString(),
    providerId: slot.providerId,
    holdId: moving.hold?.id,
  }
  const moved = await moveBooking(db, env, practice, wanted, { by: 'patient', via: 'online' }, now)
  if (moved.ok) {
    await writeFound(page, { practiceId: practice.id, bookingId: moved.booking.id })
    page.cookies.delete(COOKIE, { path: PATH })
    postSoon({ db, env, ctx: cfContext, now }, { practiceId: practice.id, id: moved.booking.id })
    return '/visit'
  }
  if (moved.problem !== 'slot-taken' && moved.problem !== 'slot-unknown' && moved.problem !== 'slot-past')
    return '/visit'
  await writeMoving(page, { ...moving, slot: undefined, hold: undefined, gone: slot.start })
  return `${MOVE_PATH}/time`
}

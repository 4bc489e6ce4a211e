import type { APIContext } from 'astro'
import * as z from 'zod'
import { isHttps } from '../worker/access/cookies.ts'
import type { BookingKey } from '../worker/bookings/lookup.ts'
import { sealed, unsealed } from './sealed.ts'

/*
 * The booking that this browser has shown to be its own, by reference and date of birth or by the link that belongs to
 * it: in a sealed cookie, so that neither stands in an address.
 */
const COOKIE = 'rl_visit'
const PATH = '/visit'
const MINUTES = 30
const Shape = z.object({ practiceId: z.string(), bookingId: z.string(), at: z.number() })

type Page = Pick<APIContext, 'cookies' | 'locals'>

export async function readFound(page: Page): Promise<BookingKey | null> {
  const text = page.cookies.get(COOKIE)?.value
  const read = text ? Shape.safeParse(await unsealed(page.locals.env, COOKIE, text)) : undefined
  return read?.success && read.data.at > page.locals.now - MINUTES * 60_000 ? read.data : null
}

export async function writeFound(page: Page, { practiceId, bookingId }: BookingKey): Promise<void> {
  const { env, now } = page.locals
  page.cookies.set(COOKIE, await sealed(env, COOKIE, { practiceId, bookingId, at: now }), {
    path: PATH,
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(env),
    maxAge: MINUTES * 60,
  })
}

export const clearFound = (page: Page): void => page.cookies.delete(COOKIE, { path: PATH })

const TRIES = 5
const TRIES_MINUTES = 15
const MOST_REMEMBERED = 10_000

/**
 * For how many seconds a reference may not be tried; 0 where it may: five wrong dates of birth in a quarter of an hour.
 * Counted in this isolate's memory, which is enough against guessing: a date of birth has some 30,000 values.
 */
export function mustWait(reference: string, now: number): number {
  const known = wrong.get(reference)
  const left = known && known.times >= TRIES ? known.since + TRIES_MINUTES * 60_000 - now : 0
  return Math.max(0, Math.ceil(left / 1000))
}

/** Remembers that somebody guessed wrong. */
export function guessedWrong(reference: string, now: number): void {
  const known = wrong.get(reference)
  const recent = known && now - known.since < TRIES_MINUTES * 60_000 ? known : { since: now, times: 0 }
  if (wrong.size >= MOST_REMEMBERED) wrong.clear()
  wrong.set(reference, { ...recent, times: recent.times + 1 })
}

const wrong = new Map<string, { since: number; times: number }>()

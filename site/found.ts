import type { APIContext } from 'astro'
import * as z from 'zod'
import { isHttps } from '../worker/access/cookies.ts'
import { Limit } from '../worker/access/limit.ts'
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

/** Wrong dates of birth for one reference: enough against guessing, since a date of birth has some 30,000 values. */
export const wrongBirths = new Limit({ name: 'guesses', tries: 5, seconds: 15 * 60 })

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
 * Whether a reference may be tried once more: five dates of birth in a quarter of an hour. Counted in this isolate's
 * memory, which is enough against guessing: a date of birth has some 30,000 values.
 */
export function mayTry(reference: string, now: number): boolean {
  const known = tried.get(reference)
  const recent = known && now - known.since < TRIES_MINUTES * 60_000 ? known : { since: now, times: 0 }
  if (recent.times >= TRIES) return false
  if (tried.size >= MOST_REMEMBERED) tried.clear()
  tried.set(reference, { ...recent, times: recent.times + 1 })
  return true
}

const tried = new Map<string, { since: number; times: number }>()

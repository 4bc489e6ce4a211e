import type { Env } from '../env.ts'
import { addressTrouble } from './address.ts'

const LONGEST_MS = 10_000
const MOST_BYTES = 2_000_000
const MOST_REDIRECTS = 3

export type Fetch = (address: string, init: RequestInit) => Promise<Response>
export type Fetched = { ok: true; text: string } | { ok: false; trouble: string }

/**
 * The way to addresses that somebody typed. Null where there is none that ends at the public internet, as with
 * `npm run dev`: then no calendar is read, rather than one of the network behind.
 */
export function wayOut({ OUTSIDE, ON_CLOUDFLARE }: Pick<Env, 'OUTSIDE' | 'ON_CLOUDFLARE'>): Fetch | null {
  if (OUTSIDE) return (address, init) => OUTSIDE.fetch(address, init)
  return ON_CLOUDFLARE === '1' ? (address, init) => fetch(address, init) : null
}

/**
 * The calendar at an address: within 10 seconds in all, 2 MB when unpacked, after at most three redirects, each to an
 * address that may be fetched. What goes wrong is told in words that do not repeat the address, which is a secret.
 */
export async function fetchCalendar(reach: Fetch, address: string, longestMs = LONGEST_MS): Promise<Fetched> {
  const signal = AbortSignal.timeout(longestMs)
  try {
    let at = address
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      if (addressTrouble(at)) return { ok: false, trouble: 'It leads to an address that may not be read.' }
      const headers = { Accept: 'text/calendar', 'User-Agent': 'Referloop' }
      const response = await reach(at, { redirect: 'manual', headers, signal })
      const location = response.headers.get('Location')
      if (response.status < 300 || response.status > 399 || !location) return await calendarIn(response)
      await response.body?.cancel()
      if (!URL.canParse(location, at)) return { ok: false, trouble: 'It leads to an address that may not be read.' }
      at = new URL(location, at).href
    }
    return { ok: false, trouble: `It leads on more than ${MOST_REDIRECTS} times.` }
  } catch {
    const seconds = longestMs / 1000
    return {
      ok: false,
      trouble: signal.aborted ? `It took longer than ${seconds} seconds.` : 'It could not be reached.',
    }
  }
}

async function calendarIn(response: Response): Promise<Fetched> {
  if (response.status !== 200) {
    await response.body?.cancel()
    return { ok: false, trouble: `It answered with the status ${response.status}.` }
  }
  const text = await textOf(response)
  if (text === null) return { ok: false, trouble: 'It is larger than 2 MB.' }
  const isCalendar =
    /^text\/calendar\b/i.test(response.headers.get('Content-Type') ?? '') || /^\s*BEGIN:VCALENDAR\b/i.test(text)
  return isCalendar ? { ok: true, text } : { ok: false, trouble: 'It is not a calendar.' }
}

/** Null where it is too large. What is no UTF-8 is read on: only times are of interest, and those are digits. */
async function textOf({ body }: Response): Promise<string | null> {
  const decoder = new TextDecoder()
  const reader = body?.getReader()
  let text = ''
  for (let bytes = 0; reader; ) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.byteLength
    if (bytes > MOST_BYTES) {
      await reader.cancel()
      return null
    }
    text += decoder.decode(value, { stream: true })
  }
  return text + decoder.decode()
}

/** Names that only a network of one's own knows. */
const INSIDE =
  /(^|\.)(localhost|localdomain|internal|intranet|local|lan|home|corp|private|home\.arpa|onion|test|invalid)$/

/** The address of a calendar as it is fetched: `webcal://` is what calendars call theirs. */
export const calendarAddress = (text: string): string => text.trim().replace(/^webcals?:\/\//i, 'https://')

/**
 * Why an address may not be fetched, in plain words; null where it may: https at its usual port, by a name of the public
 * internet, without a password in it. URL reads an address as fetch does, so that 0x7f.1, 2130706433 or ①②⑦.0.0.1 are
 * the numbers that they stand for. Where a public name leads to a private network is looked at when it is connected to:
 * on one machine by the Worker's way out (db/worker.ts); at Cloudflare there is no network behind it.
 */
export function addressTrouble(text: string): string | null {
  if (text.length > 2_000 || !URL.canParse(text))
    return 'Give the whole address of a calendar, with https:// before it.'
  const { protocol, port, username, password, hostname } = new URL(text)
  if (protocol !== 'https:') return 'Only addresses that begin with https:// are read.'
  if (username || password) return 'Leave out the name and password before the @.'
  if (port) return 'Leave out the port: calendars are read at the usual one.'
  const name = hostname.toLowerCase().replace(/\.+$/, '')
  if (name.startsWith('[') || /^[\d.]+$/.test(name)) return 'Give a name such as calendar.example.com, not a number.'
  if (!name.includes('.') || INSIDE.test(name)) return 'Only calendars of the public internet are read.'
  return null
}

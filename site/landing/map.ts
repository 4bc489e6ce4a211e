/**
 * A link that opens an address in a map; nothing is asked of anybody before it is tapped. On Apple's devices it opens the
 * app that each of them has. Everywhere else Google's universal address opens its app where there is one, as on most
 * Android phones, and a page in the browser where there is none. `geo:` would leave the choice of the app to the reader,
 * but opens nothing on a desktop or inside another app's browser.
 */
export function mapLink(address: string, userAgent: string): string {
  const query = encodeURIComponent(address.split('\n').join(', '))
  return /\b(iPhone|iPad|iPod|Macintosh)\b/.test(userAgent)
    ? `https://maps.apple.com/?q=${query}`
    : `https://www.google.com/maps/search/?api=1&query=${query}`
}

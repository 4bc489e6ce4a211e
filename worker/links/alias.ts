import { parseCode } from './codes.ts'

/** 3 to 40 lower-case letters, digits and hyphens, none of them at an end. */
const ALIAS = /^(?=.{3,40}$)[a-z0-9]+(?:-[a-z0-9]+)*$/

/** Words that a poster should not claim: our own addresses, and what looks like them. */
const RESERVED = new Set(
  `about account admin api app assets auth billing book booking bookings call calls card cards code codes contact data
  demo doctor doctors docs healthz help home host index legal link links login logout mail office offices oauth
  openapi practice practices privacy problem problems public readyz referrer referrers referral referrals robots
  search security service services session settings sign-in sign-out sitemap staff start static stats status support
  system terms test theme visit visits well-known www`.split(/\s+/),
)

/** Has the form of an alias; whether anybody has it is for the database to say. */
export const isAlias = (text: string): boolean => ALIAS.test(text) && !hasShapeOfCode(text)

/** Why an alias cannot be taken, in words for the person who chose it; null when it can. */
export function aliasRefusal(alias: string): string | null {
  if (!ALIAS.test(alias)) return 'Use 3 to 40 of a-z, 0-9 and hyphens, such as "elm-street".'
  if (hasShapeOfCode(alias)) return 'This could be mistaken for a code. Choose a word.'
  if (RESERVED.has(alias)) return 'This word is reserved. Choose another.'
  return null
}

/** A mistyped code is refused as well: it must lead to the page that helps, not to somebody's poster. */
function hasShapeOfCode(text: string): boolean {
  const parsed = parseCode(text)
  return parsed.ok || parsed.why === 'mistyped'
}

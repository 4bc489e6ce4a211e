import { asc, eq, sql as raw } from 'drizzle-orm'
import { SIGN_IN_LINK_HOURS } from '../worker/access/sign-in.ts'
import { displayCode } from '../worker/links/codes.ts'
import { qrOf } from '../worker/links/qr.ts'
import { resolvedLinks } from '../worker/links/queries.ts'
import { stateOn } from '../worker/links/state.ts'
import { localDay } from '../worker/practices/day.ts'
import type { Database } from './database.ts'
import { ownersLink } from './keeping.ts'
import { links, practices } from './schema.ts'
import type { Served } from './serve.ts'

/**
 * What the operator is told once all is running: where, how to sign in, and a card to scan.
 * @param isTerminal whether what is drawn in it can be seen and scanned
 */
export async function welcome(
  { db, url, publicUrl }: Pick<Served, 'db' | 'url' | 'publicUrl'>,
  now: number,
  isTerminal = false,
): Promise<string> {
  const [practice] = await db.read((sql) => sql.select().from(practices).orderBy(asc(practices.createdAt)).limit(1))
  const lines = ['', `Referloop is running at ${publicUrl}`, ...onThisMachine(url, publicUrl), '']
  if (practice) {
    const token = await ownersLink(db, practice.id, now)
    if (token)
      lines.push(
        `Staff of ${practice.name}, once and within ${SIGN_IN_LINK_HOURS} hours:`,
        `  ${publicUrl}/practice/sign-in/${token}`,
        '',
      )
    const code = await firstCard(db, practice.id, now)
    if (code) lines.push(...card(publicUrl, code), ...(isTerminal ? toScan(publicUrl, code) : []), '')
  } else lines.push('There is no practice yet: make one with "npm run admin -- practice create".', '')
  return [...lines, 'Ctrl-C stops it; the data stays.', ''].join('\n')
}

/** The code of the first of the practice's oldest links that leads to a landing page today. */
async function firstCard(db: Database, practiceId: string, now: number): Promise<string | undefined> {
  const oldest = await db.read((sql) =>
    resolvedLinks(sql, eq(links.practiceId, practiceId)).orderBy(raw`${links}.rowid`).limit(OLDEST),
  )
  return oldest.find((link) => stateOn(link, localDay(now, link.timezone)) === 'active')?.code
}

const OLDEST = 100

/** Where it listens, unless that has been said. */
function onThisMachine(url: string, publicUrl: string): string[] {
  const said = publicUrl.replace('//localhost:', '//127.0.0.1:')
  return said === url ? [] : [`On this machine, where a proxy would lead: ${url}`]
}

const card = (publicUrl: string, code: string) => [
  `A card of the practice, code ${displayCode(code)}:`,
  `  ${publicUrl}/r/${code}`,
]

/** The card as a phone takes it from the screen: white around it, whatever the terminal's colours are. */
function toScan(publicUrl: string, code: string): string[] {
  if (isLoopback(publicUrl)) return ['  To scan it with a phone: HOST=0.0.0.0 npm start']
  // The codes of cards have no brackets, so that an address of IPv6 has none.
  if (publicUrl.includes('[')) return []
  const qr = qrOf(`${publicUrl}/Q/${code}`.toUpperCase())
  const rows: string[] = []
  for (let y = -MARGIN; y < qr.size + MARGIN; y += 2) {
    let row = ''
    for (let x = -MARGIN; x < qr.size + MARGIN; x++)
      row += qr.get(x, y) ? (qr.get(x, y + 1) ? ' ' : '▄') : qr.get(x, y + 1) ? '▀' : '█'
    rows.push(`  \u001b[97;40m${row}\u001b[0m`)
  }
  return rows
}

/** An address that every device takes for itself. */
const isLoopback = (url: string) => /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(url).hostname)

/** Modules. A screen needs less than the standard's four; with four the code is higher than most terminals. */
const MARGIN = 2

import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Database } from '../../db/database.ts'
import { linkRetirements, links, offices, referrers } from '../../db/schema.ts'
import { readable } from '../colour.ts'
import { cardOrigin, shown } from '../links/link.ts'
import { resolvedLinks } from '../links/queries.ts'
import { practiceOf } from '../practices/find.ts'
import { displayPhone } from '../practices/phone.ts'
import { type Particulars, particularsOf } from './particulars.ts'

/** All that is printed of one link. */
export interface CardFacts {
  linkId: string
  /** Not printed: what tells it apart from the other links of its office, on the page where they are chosen. */
  known: string
  practice: string
  /** Where the QR code leads, as people read it before they scan. */
  domain: string
  /** As it is written where the practice is; empty where it has none. */
  phone: string
  display: string
  qrUrl: string
  /** The same to click. */
  url: string
  office: string
  /** Null where the pad is shared. */
  referrer: string | null
  /** The practice's accent, darkened where white paper asks for it. */
  accent: string
  particulars: Particulars
}

/** As many ids as an address holds without trouble (16 kB). */
export const MOST_NAMED = 500
/** More would be a file that no printer takes at once. */
export const MOST_CARDS = 2000

/**
 * What is printed of these links, in the order in which they were named; of all that are in use, by office and name.
 * `unknown` are those that are not the practice's, or retired or expired.
 */
export async function cardFacts(
  db: Database,
  { publicUrl, practiceId, wait = '' }: { publicUrl: string; practiceId: string; wait?: string | undefined },
  wanted: string[] | 'all',
  now: number,
): Promise<{ cards: CardFacts[]; unknown: string[]; locale: string }> {
  const mine = and(
    eq(links.practiceId, practiceId),
    isNull(linkRetirements.at),
    wanted === 'all' ? undefined : inArray(links.id, wanted),
  )
  const [practice, origin, rows] = await Promise.all([
    practiceOf(db, { practiceId }),
    cardOrigin(db, publicUrl, practiceId),
    db.read((sql) =>
      resolvedLinks(sql, mine)
        .orderBy(asc(offices.name), asc(referrers.name), asc(links.id))
        .limit(MOST_CARDS + 1),
    ),
  ])
  const particulars = await particularsOf(db, practice, rows, wait)
  const accent = readable(practice.accent, '#ffffff', '#000000')
  const cards = rows.flatMap((row): CardFacts[] => {
    const { id, display, qrUrl, url, office, referrer, state } = shown(row, origin, now)
    if (state === 'expired') return []
    const phone = row.practicePhone && displayPhone(row.practicePhone)
    const known = [row.serviceName, row.label, row.batch?.desk].filter(Boolean).join(', ')
    const about = { known, practice: row.practiceName, domain: new URL(origin).host, phone, accent }
    return [{ linkId: id, ...about, display, qrUrl, url, office, referrer, particulars: particulars(row) }]
  })
  if (wanted === 'all') return { cards, unknown: [], locale: practice.locale }
  const byId = new Map(cards.map((card) => [card.linkId, card]))
  return {
    cards: wanted.flatMap((id) => byId.get(id) ?? []),
    unknown: wanted.filter((id) => !byId.has(id)),
    locale: practice.locale,
  }
}

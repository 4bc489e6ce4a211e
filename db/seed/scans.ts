import type { scans, visits } from '../schema.ts'
import type { Calendar } from './calendar.ts'
import type { DemoLink } from './cards.ts'
import { randomFrom } from './random.ts'

type Scan = typeof scans.$inferInsert
type Visit = typeof visits.$inferInsert

/** A visit of the demo with the link that brought it. */
export interface DemoVisit {
  row: Visit
  link: DemoLink
}

/** How many days of history there are before today. */
export const DAYS = 180

/** Scans follow the patients: in the office by day, on the sofa in the evening. Weights by the hour of the day. */
const HOURS = {
  7: 2,
  8: 6,
  9: 10,
  10: 12,
  11: 11,
  12: 8,
  13: 9,
  14: 11,
  15: 10,
  16: 9,
  17: 6,
  18: 4,
  19: 4,
  20: 3,
  21: 2,
}
const VISIT_RATE = 0.65
/** For each link and day, whoever may be about; and how many a person's scan brings with it. */
const BOTS_A_DAY = 0.05
const HEADS_A_DAY = 0.02
const PREFETCH_RATE = 0.035
const PREVIEW_RATE = { card: 0.05, poster: 0.03, letter: 0.06, email: 0.9, ehr: 0.5, other: 0.05 }
/** Nights in which a crawler tried every link. */
const CRAWLS = [-97, -33]
/** On the first Tuesday of a month the newsletter goes out. */
const NEWSLETTER_FACTOR = 9

/** Every hit of every link up to now, and the visits that came of them, both in the order of time. */
export function demoScans(practiceId: string, links: readonly DemoLink[], calendar: Calendar) {
  const random = randomFrom('scans')
  const found: Scan[] = []
  const visited: DemoVisit[] = []

  const hit = (link: DemoLink, at: number, kind: Scan['class'], rules: string): Scan => {
    const phone = random.chance(link.row.channel === 'email' || link.row.channel === 'ehr' ? 0.55 : 0.96)
    const browser = phone
      ? random.weighted({ safari: 53, chrome: 32, samsung: 8, 'in-app': 5, firefox: 2 })
      : random.weighted({ chrome: 55, edge: 25, safari: 14, firefox: 6 })
    const person = kind === 'person' || kind === 'prefetch' || kind === 'staff'
    const scan: Scan = {
      ...{ practiceId, id: random.id(), linkId: link.row.id, officeId: link.row.officeId },
      ...{ referrerId: link.row.referrerId ?? null, at, class: kind, rules, rulesVersion: 1 },
      via: link.row.channel === 'email' || link.row.channel === 'ehr' ? 'click' : random.chance(0.94) ? 'qr' : 'typed',
      device: person ? (phone ? 'phone' : 'desktop') : 'other',
      browser: person ? browser : 'other',
      country: person ? 'US' : random.weighted({ US: 80, DE: 8, SG: 6, NL: 6 }),
      region: person ? random.weighted({ IL: 70, IN: 28, MI: 2 }) : null,
    }
    found.push(scan)
    return scan
  }
  const anyTime = (day: number) => calendar.instant(day, 0) + random.between(0, 86_399_999)
  const wakingTime = (day: number) =>
    calendar.instant(day, Number(random.weighted(HOURS)) * 60) + random.between(0, 3_599_999)

  for (let day = -DAYS; day <= 0; day++) {
    const newsletter = calendar.weekday(day) === 2 && Number(calendar.date(day).slice(8)) <= 7
    for (const link of links) {
      const { channel } = link.row
      const alive = link.story(day)
      const factor = channel === 'email' && newsletter ? NEWSLETTER_FACTOR : 1
      for (let n = random.times(link.weight * alive * factor * calendar.bustle(day)); n > 0; n--) {
        const at = wakingTime(day)
        if (random.chance(PREVIEW_RATE[channel]))
          hit(link, at - random.between(500, 30_000), 'preview', 'agent-preview')
        if (random.chance(PREFETCH_RATE)) hit(link, at - random.between(200, 900), 'prefetch', 'header-sec-purpose')
        const tried = random.chance(0.004)
        const scan = hit(link, at, tried ? 'staff' : 'person', tried ? 'query-test' : 'none')
        if (scan.class !== 'person' || !random.chance(VISIT_RATE)) continue
        const { rules, rulesVersion, device, browser, country, region, via, class: _, ...facts } = scan
        const how = random.chance(0.96) ? 'script' : 'image'
        visited.push({ link, row: { ...facts, at: at + random.between(700, 4_000), how } })
      }
      if (alive === 0) continue
      if (random.chance(BOTS_A_DAY)) hit(link, anyTime(day), 'bot', 'agent-list')
      if (random.chance(HEADS_A_DAY)) hit(link, anyTime(day), 'head', 'method-head')
      if (CRAWLS.includes(day)) {
        const at = calendar.instant(day, 3 * 60) + random.between(0, 1_200_000)
        hit(link, at, 'head', 'method-head')
        hit(link, at + random.between(100, 900), 'bot', 'agent-list')
      }
    }
  }
  const past = ({ at }: { at: number }) => at < calendar.now
  return {
    scans: found.filter(past).sort((a, b) => a.at - b.at),
    visits: visited.filter(({ row }) => past(row)).sort((a, b) => a.row.at - b.row.at),
  }
}

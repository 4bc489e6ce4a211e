import { type Family, familiesOf } from './families.ts'

/** What a user agent tells. Only the first two are stored as they are, the rest as letters; the agent itself never. */
export interface Agent {
  device: 'phone' | 'tablet' | 'desktop' | 'other'
  browser: 'safari' | 'chrome' | 'firefox' | 'edge' | 'samsung' | 'opera' | 'in-app' | 'other'
  /** Ancient: no computer that can still open our pages runs it. Modern: so new that it sends Sec-Fetch over https. */
  age: 'ancient' | 'old' | 'modern' | 'unknown'
  length: 'none' | 'short' | 'usual' | 'long'
  /** Its engine is one that sends client hints. */
  isChromium: boolean
  families: Family[]
}

/**
 * Device class and browser family, and what else rules may ask of a user agent. Wrong now and then, and only ever shown
 * as a share. The same few agents come again and again: what came of them is remembered, in memory alone.
 */
export function agentOf(userAgent: string): Agent {
  const agent = userAgent.slice(0, LONGEST_AGENT)
  const before = agents.get(agent)
  if (before) return before
  if (agents.size >= AGENTS_KEPT) agents.clear()
  const found: Agent = {
    device: first(DEVICES, agent),
    browser: first(BROWSERS, agent),
    age: ageOf(agent),
    length: agent === '' ? 'none' : agent.length < SHORT ? 'short' : agent.length <= LONG ? 'usual' : 'long',
    isChromium: /Chrom(?:e|ium)\//.test(agent),
    families: familiesOf(agent),
  }
  agents.set(agent, found)
  return found
}

const agents = new Map<string, Agent>()
const AGENTS_KEPT = 2_000
const LONGEST_AGENT = 1_000
/** In characters: no browser's agent is shorter, and few that no app has added to are longer. */
const SHORT = 40
const LONG = 250

const DEVICES: [RegExp, Agent['device']][] = [
  [/iPad|Tablet|PlayBook|Silk(?!.*Mobile)|Android(?!.*Mobile)/i, 'tablet'],
  [/iPhone|iPod|Android|Mobile|Windows Phone/i, 'phone'],
  [/Windows NT|Macintosh|X11|CrOS|Linux x86_64/i, 'desktop'],
]

/** In this order: nearly every browser also claims to be Safari, and most to be Chrome. */
const BROWSERS: [RegExp, Agent['browser']][] = [
  [
    /FBAN|FBAV|Instagram|Line\/|MicroMessenger|Snapchat|TikTok|musical_ly|Pinterest|LinkedInApp|GSA\/|; wv\)/i,
    'in-app',
  ],
  [/SamsungBrowser/i, 'samsung'],
  [/Edg(?:e|A|iOS)?\//i, 'edge'],
  [/OPR\/|OPT\/|Opera/i, 'opera'],
  [/Firefox|FxiOS/i, 'firefox'],
  [/Chrome|CriOS|Chromium/i, 'chrome'],
  [/Version\/.*Safari|AppleWebKit.*Mobile/i, 'safari'],
]

const first = <T extends string>(rules: [RegExp, T][], userAgent: string): T | 'other' =>
  rules.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'other'

/**
 * Windows XP ended with Chrome 49 and Firefox 52, Mac OS X 10.6 with Chrome 49 and Firefox 45: older ones on a computer,
 * and Internet Explorer before 11, are said by scanners. Phones are never ancient: some are never brought up to date.
 * Sec-Fetch came with Chrome 80, Firefox 90 and Safari 16.4.
 */
function ageOf(agent: string): Agent['age'] {
  if (/MSIE (?:\d|10)\.(?!.*(?:IEMobile|Trident\/7))/.test(agent)) return 'ancient'
  const isDesktop = /Windows NT|Macintosh|X11/.test(agent) && !/Mobile|Android/.test(agent)
  for (const [pattern, ancient, modern] of AGES) {
    const major = Number(pattern.exec(agent)?.[1])
    if (major) return isDesktop && major < ancient ? 'ancient' : major < modern ? 'old' : 'modern'
  }
  return 'unknown'
}

/** Version, older than which on a computer is ancient, and from which on is modern. */
const AGES: [RegExp, number, number][] = [
  [/Chrome\/(\d+)/, 49, 80],
  [/Firefox\/(\d+)/, 45, 90],
  [/Version\/(\d+).*Safari/, 0, 17],
]

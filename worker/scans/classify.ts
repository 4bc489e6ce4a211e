import { isbot } from 'isbot'
import type { HIT_CLASSES } from '../../db/schema.ts'

export type HitClass = (typeof HIT_CLASSES)[number]

/** What a hit was taken for, the ids of the rules that said so, and which rules they were. */
export interface Classified {
  class: HitClass
  rules: string
  rulesVersion: number
}

/** To be raised whenever a rule changes what a request is taken for. */
export const RULES_VERSION = 1

/** Decides what a request for a link is, from its method, headers and query alone. */
export function classify(method: string, headers: Headers, query: string): Classified {
  const userAgent = headers.get('user-agent') ?? ''
  const [hitClass, rule] =
    method === 'HEAD'
      ? (['head', 'method-head'] as const)
      : (purposeOf(headers) ?? (TEST.test(query) ? (['staff', 'query-test'] as const) : agentClass(userAgent)))
  return { class: hitClass, rules: rule, rulesVersion: RULES_VERSION }
}

type Verdict = readonly [HitClass, string]

/** What is fetched before anybody asked to see it says so in one of these headers. */
function purposeOf(headers: Headers): Verdict | undefined {
  for (const name of ['sec-purpose', 'purpose', 'x-purpose', 'x-moz']) {
    const purpose = headers.get(name)
    if (!purpose) continue
    if (/prefetch|prerender/i.test(purpose)) return ['prefetch', `header-${name}`]
    if (/preview/i.test(purpose)) return ['preview', `header-${name}`]
  }
  return undefined
}

/**
 * A browser or scanner looks ahead, or a chat draws its small picture of a link: nobody has asked for this page yet, so
 * that it must not use anything up.
 */
export const looksAhead = (headers: Headers): boolean =>
  purposeOf(headers) !== undefined || PREVIEWS.test((headers.get('user-agent') ?? '').slice(0, LONGEST_AGENT))

/** Staff who try a card out put `?test=1` behind its address. */
const TEST = /[?&]test=1(?:&|$)/

const agentClasses = new Map<string, Verdict>()
const AGENTS_KEPT = 2_000
const LONGEST_AGENT = 1_000

/** The lists are long and the same few agents come again and again. */
function agentClass(userAgent: string): Verdict {
  const agent = userAgent.slice(0, LONGEST_AGENT)
  const before = agentClasses.get(agent)
  if (before) return before
  if (agentClasses.size >= AGENTS_KEPT) agentClasses.clear()
  const verdict = agentVerdict(agent)
  agentClasses.set(agent, verdict)
  return verdict
}

function agentVerdict(agent: string): Verdict {
  if (agent.trim() === '') return ['bot', 'agent-empty']
  if (PEOPLE.test(agent)) return ['person', 'agent-known-app']
  if (PREVIEWS.test(agent)) return ['preview', 'agent-preview']
  if (MACHINES.test(agent)) return ['bot', 'agent-machine']
  if (isbot(agent)) return ['bot', 'agent-list']
  return ['person', 'none']
}

/** People whose phone or app carries a word that the list takes for a robot's. */
const PEOPLE =
  /\bCUBOT\b(?!.*(?:compatible;|\+http))|BingSapphire|BingWeb|\bTumblr\/(?:iPhone|iPad|Android)|baiduboxapp|YaApp_|YaSearchBrowser|\bYaBrowser\/(?!.*bot)/i

/** Fetchers that draw the small picture of a link in a chat, a post or a mail. */
const PREVIEWS =
  /facebookexternalhit|facebookcatalog|meta-externalfetcher|Twitterbot|WhatsApp\/|TelegramBot|Slackbot|Slack-ImgProxy|Discordbot|LinkedInBot|SkypeUriPreview|MicrosoftPreview|Iframely|Embedly|redditbot|Pinterest(?:bot)?\/0|vkShare|Viber(?!.*(?:iPhone|Android))|kakaotalk-scrap|Line(?:-Parts|Spider)|Google-PageRenderer|Snap URL Preview|Mastodon\/|Bluesky|Cardyb|XING-contenttabreceiver|Tumblr\/\d/i

/** Libraries, monitors and scanners that come without a browser, and that lists of robots leave out. */
const MACHINES =
  /^Dalvik\/|^okhttp|^Mozilla\/[45]\.0(?:\s*\(compatible;?\))?$|GoogleImageProxy|YahooMailProxy|Barracuda|Proofpoint|Mimecast|ms-office|Microsoft Office|BitDefender|ZmEu|HeadlessChrome|PhantomJS|Playwright|Puppeteer|UptimeRobot|Pingdom|StatusCake|curl\/|Wget\/|python|Go-http-client|axios|node-fetch|undici|^node$|Java\/|libwww|Apache-HttpClient|PostmanRuntime|Ruby|Scrapy/i

import { isbot } from 'isbot'

/** What words of an agent give away; one agent may belong to several. Each letter is how it is kept (features.ts). */
export const FAMILIES = {
  empty: 'e',
  bare: 'b',
  preview: 'p',
  headless: 'h',
  library: 'l',
  monitor: 'm',
  scanner: 's',
  app: 'a',
  list: 'i',
} as const

export type Family = keyof typeof FAMILIES

/** The families of an agent. The patterns are long: callers remember what came of them (agent.ts). */
export function familiesOf(agent: string): Family[] {
  if (agent.trim() === '') return ['empty']
  const found: Family[] = ENGINES.test(agent) ? [] : ['bare']
  for (const [family, pattern] of PATTERNS) if (pattern.test(agent)) found.push(family)
  if (isbot(agent)) found.push('list')
  return found
}

/** Every browser names an engine, or is a telephone's own from before there were any. */
const ENGINES =
  /AppleWebKit|KHTML|Gecko|Goanna|Trident|MSIE|Presto|Opera|UCWEB|UCBrowser|NetFront|Obigo|Nokia|BlackBerry|SAMSUNG-|SonyEricsson|MAUI|Lynx|w3m/i

const PATTERNS: [Family, RegExp][] = [
  // Fetchers that draw the small picture of a link in a chat, a post or a mail.
  [
    'preview',
    /facebookexternalhit|facebookcatalog|meta-externalfetcher|Twitterbot|^WhatsApp\b|TelegramBot|Slackbot|Slack-ImgProxy|Discordbot|LinkedInBot|SkypeUriPreview|MicrosoftPreview|Iframely|Embedly|redditbot|Pinterestbot|Pinterest\/0|vkShare|Viber(?!.*(?:iPhone|Android))|kakaotalk-scrap|Line(?:-Parts|Spider)|Google-PageRenderer|\/\+\/web\/snippet|(?:Link|URL) ?Preview|Mastodon\/|SummalyBot|^Synapse|Bluesky|Cardyb|XING-contenttabreceiver|Tumblr\/\d/i,
  ],
  ['headless', /Headless|PhantomJS|Playwright|Puppeteer|Selenium|\bsplash\b/i],
  [
    'library',
    /^Dalvik\/|^okhttp|curl\/|Wget\/|python|Go-http-client|axios|node-fetch|undici|^node$|Java\/|^Dart\/|libwww|Apache-HttpClient|PostmanRuntime|PowerShell|^Ruby|\bRuby\/|Scrapy|CFNetwork\/|^NetworkingExtension|Siege\//i,
  ],
  [
    'monitor',
    /UptimeRobot|Pingdom|StatusCake|Better Uptime|Better Stack|Datadog|Site24x7|NewRelic|GTmetrix|Catchpoint|RuxitSynthetic|AppInsights|health-?check|uptime|synthetic/i,
  ],
  // Of mail and of the whole internet. The last: Gmail's own, which says Mozilla once more at the end.
  [
    'scanner',
    /GoogleImageProxy|YahooMailProxy|Barracuda|Proofpoint|Mimecast|ms-office|MSOffice|Microsoft Office|BitDefender|ZmEu|urlscan| Mozilla\/5\.0$/i,
  ],
  // People whose phone or app carries a word that the list takes for a robot's.
  [
    'app',
    /\bCUBOT\b(?!.*(?:compatible;|\+http))|BingSapphire|BingWeb|\bTumblr\/(?:iPhone|iPad|Android)|baiduboxapp|YaApp_|YaSearchBrowser|\bYaBrowser\/(?!.*bot)/i,
  ],
]

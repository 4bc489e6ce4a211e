/** The little that is kept of a browser: never its user agent. */
export interface Agent {
  device: 'phone' | 'tablet' | 'desktop' | 'other'
  browser: 'safari' | 'chrome' | 'firefox' | 'edge' | 'samsung' | 'opera' | 'in-app' | 'other'
}

/** Device class and browser family, from the user agent. Wrong now and then, and only ever shown as a share. */
export function agentOf(userAgent: string): Agent {
  return { device: first(DEVICES, userAgent), browser: first(BROWSERS, userAgent) }
}

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

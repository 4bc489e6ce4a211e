import { expect, test } from 'vitest'
import { agentOf } from '../../worker/scans/agent.ts'
import { classify, RULES_VERSION } from '../../worker/scans/classify.ts'

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const get = (agent: string, headers: Record<string, string> = {}, method = 'GET', query = '') =>
  classify(method, new Headers({ 'User-Agent': agent, ...headers }), `http://x/q/K7M4HXR2${query}`)

const PEOPLE: [string, string][] = [
  [
    'Safari on an iPhone',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT} Version/18.5 Mobile/15E148 Safari/604.1`,
  ],
  ['Chrome on Android', `Mozilla/5.0 (Linux; Android 10; K) ${CHROME} Chrome/139.0.0.0 Mobile Safari/537.36`],
  [
    'Samsung Internet',
    `Mozilla/5.0 (Linux; Android 10; K) ${CHROME} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
  ],
  ['Firefox on Android', 'Mozilla/5.0 (Android 15; Mobile; rv:141.0) Gecko/141.0 Firefox/141.0'],
  [
    'Chrome on an iPhone',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT} CriOS/139.0.7258.76 Mobile/15E148 Safari/604.1`,
  ],
  [
    'Edge on Windows',
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0`,
  ],
  [
    'an iPad that says it is a Mac',
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.5 Safari/605.1.15`,
  ],
  ['a CUBOT phone', `Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 30) ${CHROME} Chrome/120.0.0.0 Mobile Safari/537.36`],
  [
    'the Facebook app',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT} Mobile/15E148 [FBAN/FBIOS;FBAV/520.0.0.38.101;FBDV/iPhone15,2]`,
  ],
  [
    'Instagram',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT} Mobile/15E148 Instagram 390.0.0.31.85`,
  ],
  [
    'the Google app',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT} GSA/380.0.788317806 Mobile/15E148 Safari/604.1`,
  ],
  [
    'the Bing app',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT} Version/18.0 Mobile/15E148 Safari/605.1.15 BingSapphire/31.4`,
  ],
  [
    'the Baidu app',
    `Mozilla/5.0 (Linux; Android 13; V2203A) ${CHROME} Chrome/97.0 Mobile Safari/537.36 T7/13.60 baiduboxapp/13.60.0.10 (Baidu; P1 13)`,
  ],
  [
    'the Yandex browser',
    `Mozilla/5.0 (Linux; arm_64; Android 14; SM-A546E) ${CHROME} Chrome/136.0.0.0 YaBrowser/25.6.0.0 Mobile Safari/537.36`,
  ],
  [
    'the Tumblr app',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT} Mobile/15E148 Tumblr/iPhone/38.7/387010/18.5`,
  ],
  [
    'the Pinterest app',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT} Mobile/15E148 [Pinterest/iOS]`,
  ],
  [
    'the LinkedIn app',
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT} Mobile/15E148 [LinkedInApp]/9.31.1`,
  ],
]
test.each(PEOPLE)('%s is a person', (_, agent) => {
  expect([get(agent).class, get(agent).rulesVersion]).toEqual(['person', RULES_VERSION])
})

test.each([
  ['bot', ''],
  ['bot', 'Mozilla/5.0'],
  ['bot', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'],
  ['bot', 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)'],
  ['bot', 'Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/UQ1A)'],
  ['bot', 'okhttp/4.12.0'],
  ['bot', 'curl/8.9.1'],
  ['bot', 'python-requests/2.32.3'],
  ['bot', 'Go-http-client/2.0'],
  ['bot', `Mozilla/5.0 (X11; Linux x86_64) ${CHROME} HeadlessChrome/139.0.0.0 Safari/537.36`],
  ['bot', 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'],
  ['bot', 'Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)'],
  ['bot', 'GPTBot/1.2 (+https://openai.com/gptbot)'],
  ['preview', 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)'],
  ['preview', 'WhatsApp/2.23.20.0 A'],
  ['preview', 'TelegramBot (like TwitterBot)'],
  ['preview', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
  ['preview', 'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)'],
  [
    'preview',
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0`,
  ],
  ['preview', 'LinkedInBot/1.0 (compatible; Mozilla/5.0; Jakarta Commons-HttpClient/3.1 +http://www.linkedin.com)'],
])('a %s: %s', (hitClass, agent) => {
  expect(get(agent).class).toBe(hitClass)
  expect(get(agent).rules).not.toBe('none')
})

const IPHONE = PEOPLE[0]?.[1] ?? ''
test('what a header or the method says is stronger than the agent', () => {
  expect(get(IPHONE, {}, 'HEAD').class).toBe('head')
  for (const header of [
    { 'Sec-Purpose': 'prefetch' },
    { 'Sec-Purpose': 'prefetch;prerender' },
    { Purpose: 'prefetch' },
    { 'X-Moz': 'prefetch' },
  ])
    expect(get(IPHONE, header).class).toBe('prefetch')
  expect(get(IPHONE, { 'X-Purpose': 'preview' }).class).toBe('preview')
  expect(get(IPHONE, {}, 'GET', '?test=1').class).toBe('staff')
  expect(get(IPHONE, {}, 'GET', '?test=10').class).toBe('person')
})

test('a browser that asks for nothing special, or for a page it was led to, is a person', () => {
  expect(get(IPHONE, { Accept: '*/*', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'none' }).class).toBe('person')
  expect(get(IPHONE, { 'Sec-Purpose': '' }).class).toBe('person')
})

test('a scanner that poses as Chrome is told by the headers that every browser sends, over https alone', () => {
  const chrome = PEOPLE[1]?.[1] ?? ''
  const taken = (headers: Record<string, string>, scheme = 'https') =>
    classify('GET', new Headers({ 'User-Agent': chrome, ...headers }), `${scheme}://x/q/K7M4HXR2`).rules
  expect(taken({ Accept: '*/*' })).toBe('headers-no-browser')
  expect(taken({ Accept: '*/*', 'X-Forwarded-Proto': 'https' }, 'http')).toBe('headers-no-browser')
  expect(taken({ 'Accept-Language': '*', 'Sec-Fetch-Mode': 'cors' })).toBe('headers-no-browser')
  expect(taken({ 'Accept-Language': 'es', 'Sec-CH-UA': '"HeadlessChrome";v="139"' })).toBe('hints-headless')
  expect(taken({ 'Accept-Language': 'es', 'Sec-Fetch-Dest': 'image' })).toBe('fetched-part')
  for (const one of [{ Accept: 'text/html' }, { 'Accept-Language': 'es' }, { 'Sec-Fetch-Dest': 'document' }])
    expect(taken(one)).toBe('none')
  expect(taken({ Accept: '*/*', 'Sec-CH-UA': '"HeadlessChrome";v="139"' }, 'http')).toBe('none')
})

test('only the kind of device and the family of the browser are kept', () => {
  const kept = PEOPLE.slice(0, 7).map(([, agent]) => agentOf(agent))
  expect(kept.map(({ device, browser }) => `${device} ${browser}`)).toEqual([
    'phone safari',
    'phone chrome',
    'phone samsung',
    'phone firefox',
    'phone chrome',
    'desktop edge',
    'desktop safari',
  ])
  expect(agentOf('')).toMatchObject({ device: 'other', browser: 'other' })
})

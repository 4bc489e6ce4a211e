import {
  ANY,
  android,
  asked,
  BLINK,
  chromium,
  FIREFOX,
  HTTP,
  inApp,
  iphone,
  mac,
  OLD,
  PLAIN,
  SAFARI,
  safariOn,
  webview,
  windows,
} from './shapes.ts'

/*
 * Labelled before the rules were written and never looked at while they were: its figures are reported apart. A rule
 * that is made because of a row here moves that row into the corpus.
 */

const PEOPLE = asked('person', 'forms that makers of browsers and apps publish, and logs that people show', [
  ['iPhone, Safari 26.1', safariOn('18_7', '26.1'), SAFARI],
  ['iPhone, Safari 17.4', safariOn('17_4_1', '17.4.1'), SAFARI],
  ['iPhone 7, Safari 15.8', safariOn('15_8_3', '15.6.6'), OLD],
  ['iPhone, Safari over plain http', safariOn('18_5', '18.5'), OLD, HTTP],
  ['Pixel, Chrome 142', android('Android 10; K', '142.0.0.0'), chromium(142)],
  ['Android 9, Chrome 109, full name', android('Android 9; SM-J730F', '109.0.5414.117'), chromium(109)],
  ['Android 6, its own Chrome 44', android('Android 6.0; LG-D855', '44.0.2403.133'), OLD],
  [
    'Galaxy, Samsung Internet 29',
    android('Android 10; K', '136.0.0.0', 'Mobile Safari/537.36').replace('Chrome', 'SamsungBrowser/29.0 Chrome'),
    chromium(136, 'Samsung Internet'),
  ],
  ['Firefox 145 on Android', 'Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0', FIREFOX],
  [
    'Firefox 115 on Windows 7',
    'Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:109.0) Gecko/20100101 Firefox/115.0',
    FIREFOX,
  ],
  ['Firefox Focus on an iPhone', iphone('17_6', 'FxiOS/130.0 Mobile/15E148 Version/15.0'), SAFARI],
  [
    'Edge 141 on Windows',
    windows('141.0.0.0', 'Safari/537.36 Edg/141.0.0.0'),
    chromium(141, 'Microsoft Edge', 'Windows'),
  ],
  ['Opera 122 on Windows', windows('138.0.0.0', 'Safari/537.36 OPR/122.0.0.0'), chromium(138, 'Opera', 'Windows')],
  [
    'Vivaldi on Linux',
    `Mozilla/5.0 (X11; Linux x86_64) ${BLINK} Chrome/140.0.0.0 Safari/537.36 Vivaldi/7.6.3797.52`,
    chromium(140, 'Vivaldi', 'Linux'),
  ],
  ['DuckDuckGo on an iPhone', iphone('18_5', 'Version/18.5 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15'), SAFARI],
  [
    'DuckDuckGo on Android',
    android('Android 14', '139.0.7258.158', 'Mobile DuckDuckGo/5 Safari/537.36'),
    inApp(139, 'com.duckduckgo.mobile.android'),
  ],
  ['Ecosia on an iPhone', iphone('18_4', 'Version/18.4 Mobile/15E148 Safari/604.1 (Ecosia ios@11.2.1.2024)'), SAFARI],
  [
    'Threads on an iPhone',
    iphone(
      '18_6',
      'Mobile/22G86 Barcelona 392.0.0.27.105 (iPhone15,3; iOS 18_6; en_US; en; scale=3.00; 1290x2796; 782000)',
    ),
    SAFARI,
  ],
  [
    'Facebook on Android',
    webview(
      'Android 15; SM-S928U Build/AP3A.240905.015.A2',
      '141.0.7390.43',
      '[FB_IAB/FB4A;FBAV/534.0.0.41.77;IABMV/1;]',
    ),
    inApp(141, 'com.facebook.katana'),
  ],
  [
    'Messenger on an iPhone',
    iphone(
      '18_6',
      'Mobile/22G86 [FBAN/MessengerLiteForiOS;FBAV/525.0.0.37.106;FBBV/789;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/18.6]',
    ),
    SAFARI,
  ],
  [
    'Telegram on Android, its own browser',
    webview(
      'Android 14; Pixel 7 Build/UQ1A.240205.002',
      '138.0.7204.179',
      'Telegram-Android/11.13.2 (Google Pixel 7; Android 14; SDK 34; HIGH)',
    ),
    inApp(138, 'org.telegram.messenger'),
  ],
  [
    'LINE on Android',
    webview('Android 13; SO-52C Build/64.1.C.2.60', '137.0.7151.115', 'Line/15.10.0/IAB'),
    inApp(137, 'jp.naver.line.android'),
  ],
  [
    'KakaoTalk on Android',
    webview('Android 14; SM-G998N Build/UP1A.231005.007', '135.0.7049.111', ';KAKAOTALK 2511250'),
    inApp(135, 'com.kakao.talk'),
  ],
  [
    'Naver app on an iPhone',
    iphone('18_3', 'Mobile/15E148 Safari/605.1 NAVER(inapp; search; 2000; 12.13.20; 15PRO)'),
    SAFARI,
  ],
  [
    'Google app on Android',
    webview('Android 15; Pixel 9 Build/AP4A.250205.002', '133.0.6943.49', 'GSA/16.4.38.26.arm64'),
    inApp(133, 'com.google.android.googlequicksearchbox'),
  ],
  ['Outlook on an iPhone', iphone('17_7', 'Mobile/15E148 Safari/604.1 OutlookMobile/4.2530.0'), SAFARI],
  [
    'A QR reader app on Android 8',
    webview('Android 8.1.0; Redmi 5 Build/OPM1.171019.026', '86.0.4240.185'),
    PLAIN,
    HTTP,
  ],
  ['CUBOT King Kong', android('Android 13; CUBOT KINGKONG 8', '125.0.6422.165'), chromium(125)],
  ['CUBOT tablet', android('Android 14; CUBOT TAB 70', '130.0.6723.102', 'Safari/537.36'), chromium(130)],
  [
    'Bing app on Android',
    android('Android 14; SM-A156E', '140.0.0.0', 'Mobile Safari/537.36 BingSapphire/32.1.430917001'),
    chromium(140),
  ],
  ['KaiOS 3', 'Mozilla/5.0 (Mobile; Nokia 2780 Flip; rv:84.0) Gecko/84.0 Firefox/84.0 KAIOS/3.1', OLD],
  [
    'Huawei browser',
    android(
      'Android 12; HarmonyOS; NOH-NX9; HMSCore 6.14.0.302',
      '114.0.5735.196',
      'HuaweiBrowser/15.0.6.301 Mobile Safari/537.36',
    ),
    chromium(114, 'HuaweiBrowser'),
  ],
  ['Opera Mini', 'Opera/9.80 (Android; Opera Mini/81.0.2254/191.346; U; en) Presto/2.12.423 Version/12.16', OLD],
  [
    'UC Browser',
    'Mozilla/5.0 (Linux; U; Android 12; en-US; RMX3263 Build/SP1A.210812.016) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.58 UCBrowser/13.7.8.1320 Mobile Safari/537.36',
    PLAIN,
  ],
  [
    'Safari 14 on an old Mac',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.1.2 Safari/605.1.15',
    OLD,
  ],
  ['Chrome behind a firm proxy that drops what it does not know', windows('140.0.0.0'), PLAIN],
  [
    'A Chromebook',
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${BLINK} Chrome/141.0.0.0 Safari/537.36`,
    chromium(141, 'Google Chrome', 'Chrome OS'),
  ],
  [
    'Amazon Silk on a Fire tablet',
    `Mozilla/5.0 (Linux; Android 11; KFRAPWI) ${BLINK} Silk/137.3.7 like Chrome/137.0.7151.117 Safari/537.36`,
    chromium(137, 'Amazon Silk'),
  ],
])

const MACHINES = asked('bot', 'what their makers document, and logs that people show', [
  [
    'Google',
    `Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) ${BLINK} Chrome/141.0.7390.122 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)`,
    ANY,
  ],
  ['Google inspection', 'Mozilla/5.0 (compatible; Google-InspectionTool/1.0)', ANY],
  [
    'Bing',
    `Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/136.0.0.0 Safari/537.36`,
    ANY,
  ],
  ['DuckDuckGo', 'DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)', ANY],
  [
    'ChatGPT asked by a user',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot',
    ANY,
  ],
  [
    'OpenAI search',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36; compatible; OAI-SearchBot/1.3; +https://openai.com/searchbot',
    ANY,
  ],
  [
    'Claude asked by a user',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0; +Claude-User@anthropic.com)',
    ANY,
  ],
  [
    'Perplexity asked by a user',
    'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Perplexity-User/1.0; +https://perplexity.ai/perplexity-user)',
    ANY,
  ],
  ['Mistral', 'Mozilla/5.0 (compatible; MistralAI-User/1.0; +https://docs.mistral.ai/robots)', ANY],
  [
    'Meta for its models',
    'meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)',
    ANY,
  ],
  ['Common Crawl', 'CCBot/2.0 (https://commoncrawl.org/faq/)', ANY],
  ['Petal', 'Mozilla/5.0 (compatible;PetalBot;+https://webmaster.petalsearch.com/site/petalbot)', ANY],
  ['Censys', 'Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)', ANY],
  [
    'Palo Alto Expanse',
    'Hello from Palo Alto Networks, find out more about our scans in https://docs-cortex.paloaltonetworks.com/r/1/Cortex-Xpanse/Scanning-activity',
    {},
  ],
  ['zgrab', 'Mozilla/5.0 zgrab/0.x', ANY],
  ['Grafana synthetic monitoring', 'Grafana Synthetic Monitoring (blackbox-exporter)', {}],
  [
    'Checkly',
    `Mozilla/5.0 (X11; Linux x86_64) ${BLINK} HeadlessChrome/131.0.0.0 Safari/537.36 Checkly/1.0 (https://www.checklyhq.com)`,
    chromium(131, 'HeadlessChrome', 'Linux'),
  ],
  ['HetrixTools', 'HetrixTools Uptime Monitoring Bot. https://hetrix.tools/uptime-monitoring-bot.html', ANY],
  [
    'Uptime Kuma',
    'Uptime-Kuma/1.23.16',
    { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,image/apng,*/*;q=0.8' },
  ],
  ['updown.io', 'updown.io daemon 2.11', ANY],
  [
    'New Relic',
    `Mozilla/5.0 (X11; Linux x86_64) ${BLINK} Chrome/134.0.0.0 Safari/537.36 PTST/SpeedCurve/250519`,
    chromium(134, 'Google Chrome', 'Linux'),
  ],
  ['wget', 'Wget/1.24.5', { ...ANY, 'Accept-Encoding': 'identity' }],
  ['httpx in Python', 'python-httpx/0.28.1', ANY],
  ['aiohttp', 'Python/3.12 aiohttp/3.11.11', ANY],
  ['Rust', 'reqwest/0.12.9', ANY],
  ['Guzzle', 'GuzzleHttp/7', {}],
  ['Faraday', 'Faraday v2.12.2', ANY],
  [
    '.NET',
    'RestSharp/112.1.0.0',
    { Accept: 'application/json, text/json, text/x-json, text/javascript, application/xml, text/xml' },
  ],
  ['PowerShell', 'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.5486', {}],
  [
    'An app of Apple that fetches by itself',
    'QRScan/212 CFNetwork/1568.300.101 Darwin/24.2.0',
    { ...ANY, 'Accept-Language': 'en-US,en;q=0.9' },
  ],
  ['Ktor', 'ktor-client', ANY],
  ['Insomnia', 'insomnia/10.3.0', ANY],
  ['Safe Links as an old Internet Explorer', 'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)', ANY],
  ['A mail gateway as Chrome 79', windows('79.0.3945.117'), ANY],
  ['A mail gateway as Chrome 125, with nothing else', windows('125.0.0.0'), { 'Accept-Encoding': 'gzip, deflate' }],
  ['A gateway as Safari on a Mac', mac('Version/17.4 Safari/605.1.15'), ANY],
  ['A sandbox that drives Chrome without a window', windows('124.0.0.0'), chromium(124, 'HeadlessChrome', 'Windows')],
  ['Outlook opens a link to look at it', 'Mozilla/4.0 (compatible; ms-office; MSOffice rmj)', ANY],
  ['Cisco', 'CiscoSecureEmail/15.0', ANY],
  ['No agent at all', '', ANY],
])

const OTHERS = [
  ...asked('preview', 'what their makers document', [
    ['Facebook', 'facebookexternalhit/1.1', { Accept: '*/*', Range: 'bytes=0-524287' }],
    ['Signal', 'WhatsApp/2', { Accept: 'text/html' }],
    [
      'Microsoft Teams',
      'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com',
      ANY,
    ],
    [
      'Google Chat',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/56.0.2924.87 Safari/537.36 Google (+https://developers.google.com/+/web/snippet/)',
      ANY,
    ],
    ['Bluesky', 'Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)', ANY],
    ['Viber on a server', 'Viber/13.9.3.3', ANY],
    ['Zoom', 'Mozilla/5.0 (compatible; ZoomBot/1.0; LinkPreview)', ANY],
    ['Notion', 'NotionEmbedder', ANY],
  ]),
  ...asked('prefetch', 'the specifications of Sec-Purpose, and older forms', [
    [
      'Chrome looks ahead from the address bar',
      android('Android 10; K', '142.0.0.0'),
      { ...chromium(142), 'Sec-Purpose': 'prefetch;prerender', Purpose: 'prefetch' },
    ],
    [
      'Chrome through a private proxy',
      android('Android 10; K', '141.0.0.0'),
      { ...chromium(141), 'Sec-Purpose': 'prefetch;anonymous-client-ip' },
    ],
    [
      'Firefox',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
      { ...FIREFOX, 'Sec-Purpose': 'prefetch' },
    ],
  ]),
  ...asked('head', 'the method', [
    ['A gateway asks for the head as Chrome', windows('138.0.0.0'), ANY, { method: 'HEAD' }],
    ['curl -I', 'curl/8.12.1', ANY, { method: 'HEAD' }],
  ]),
  ...asked('staff', 'our own manual', [
    ['The desk tries a new card', safariOn('18_6', '26.0'), SAFARI, { query: '?test=1' }],
  ]),
]

export const HELD_OUT = [...PEOPLE, ...MACHINES, ...OTHERS]

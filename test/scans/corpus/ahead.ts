import {
  ANY,
  android,
  asked,
  chromium,
  FIREFOX,
  HTTP,
  iphone,
  mac,
  OLD,
  PLAIN,
  SAFARI,
  safariOn,
  windows,
} from './shapes.ts'

/** What is fetched before anybody asked to see it, and what is asked to try a link out. */
export const PREVIEWS = asked('preview', 'what makers of chats and mail programs document', [
  ['Facebook', 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', ANY],
  ['Facebook catalogue', 'facebookcatalog/1.0', ANY],
  [
    'Facebook fetches for a user',
    'meta-externalfetcher/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)',
    ANY,
  ],
  [
    'Messages on an iPhone',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
    OLD,
  ],
  ['WhatsApp', 'WhatsApp/2.23.20.0 A', ANY],
  ['WhatsApp on an iPhone', 'WhatsApp/2.25.20.78 i', ANY],
  ['WhatsApp on a desk', 'WhatsApp/2.2441.7 W', ANY],
  ['Signal', 'WhatsApp', { Accept: 'text/html' }],
  ['Telegram', 'TelegramBot (like TwitterBot)', ANY],
  ['X', 'Twitterbot/1.0', ANY],
  ['Slack', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', ANY],
  ['Slack images', 'Slack-ImgProxy (+https://api.slack.com/robots)', ANY],
  ['Discord', 'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)', ANY],
  [
    'Discord media',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 11.6; rv:92.0) Gecko/20100101 Firefox/92.0 Discordbot/2.0',
    ANY,
  ],
  ['LinkedIn', 'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)', ANY],
  ['Skype and Teams', 'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5', ANY],
  [
    'Teams',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) MicrosoftPreview/2.0 +https://aka.ms/MicrosoftPreview',
    ANY,
  ],
  [
    'Google Chat',
    'Mozilla/5.0 (compatible; Google-PageRenderer Google (+https://developers.google.com/+/web/snippet/))',
    ANY,
  ],
  [
    'Google snippet',
    'Mozilla/5.0 (Windows NT 6.1; rv:6.0) Gecko/20110814 Firefox/6.0 Google (+https://developers.google.com/+/web/snippet/)',
    ANY,
  ],
  ['Google Messages', 'Google-PageRenderer (like TwitterBot)', ANY],
  [
    'Snapchat',
    'Mozilla/5.0 (compatible; Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots)',
    ANY,
  ],
  ['Pinterest', 'Mozilla/5.0 (compatible; Pinterestbot/1.0; +http://www.pinterest.com/bot.html)', ANY],
  ['Pinterest, older', 'Pinterest/0.2 (+http://www.pinterest.com/)', ANY],
  ['Reddit', 'Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)', ANY],
  ['Mastodon', 'Mastodon/4.3.3 (http.rb/5.2.0; +https://mastodon.social/) Bot', ANY],
  ['Misskey', 'SummalyBot/5.1.0', ANY],
  ['Tumblr', 'Tumblr/14.0.835.186', ANY],
  ['VK', 'Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)', ANY],
  ['Viber', 'Viber/21.5.0.3', ANY],
  ['KakaoTalk', 'facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984', ANY],
  ['LINE', 'facebookexternalhit/1.1;line-poker/1.0', ANY],
  ['LINE, older', 'Mozilla/5.0 (compatible; Linespider/1.1; +https://lin.ee/4dwXkTH)', ANY],
  ['Iframely', 'Iframely/1.3.1 (+https://iframely.com/docs/about)', ANY],
  ['Embedly', 'Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)', ANY],
  ['XING', 'XING-contenttabreceiver/2.0', ANY],
  ['Rocket.Chat', 'Mozilla/5.0 (compatible; Rocket.Chat/7.1.0 LinkPreview)', ANY],
  ['Matrix', 'Synapse (bot; +https://github.com/matrix-org/synapse)', ANY],
  [
    'Yahoo link preview',
    'Mozilla/5.0 (compatible; Yahoo Link Preview; https://help.yahoo.com/kb/mail/yahoo-link-preview-SLN23615.html)',
    ANY,
  ],
  ['Outlook on the web', 'Mozilla/5.0 (compatible; OutlookLinkPreview/1.0)', ANY],
  ['Trello', 'Trello LinkPreview/1.0', ANY],
  ['Safari draws its list of favourites', mac('Version/17.0 Safari/605.1.15'), { ...SAFARI, 'X-Purpose': 'preview' }],
  ['Safari on an iPhone, older', safariOn('12_4', '12.1.2'), { ...OLD, 'X-Purpose': 'preview' }],
  ['Webkit says Purpose', mac('Version/12.0 Safari/605.1.15'), { ...OLD, Purpose: 'preview' }],
])

export const PREFETCHES = asked('prefetch', 'the specification of Sec-Purpose, and the headers that came before it', [
  [
    'Chrome prefetches',
    android('Android 10; K', '139.0.0.0'),
    { ...chromium(139), 'Sec-Purpose': 'prefetch', Purpose: 'prefetch' },
  ],
  [
    'Chrome prerenders',
    android('Android 10; K', '140.0.0.0'),
    { ...chromium(140), 'Sec-Purpose': 'prefetch;prerender' },
  ],
  [
    'Chrome on a desk prerenders',
    windows('141.0.0.0'),
    { ...chromium(141, 'Google Chrome', 'Windows'), 'Sec-Purpose': 'prefetch;prerender' },
  ],
  [
    'Chrome through the private proxy',
    android('Android 10; K', '138.0.0.0'),
    { ...chromium(138), 'Sec-Purpose': 'prefetch;anonymous-client-ip' },
  ],
  ['Chrome, plain http', windows('120.0.0.0'), { ...PLAIN, Purpose: 'prefetch' }, HTTP],
  [
    'Chrome of 2015',
    `Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/46.0.2490.86 Safari/537.36`,
    { ...OLD, Purpose: 'prefetch' },
  ],
  [
    'Edge prerenders',
    windows('140.0.0.0', 'Safari/537.36 Edg/140.0.0.0'),
    { ...chromium(140, 'Microsoft Edge', 'Windows'), 'Sec-Purpose': 'prefetch;prerender' },
  ],
  [
    'Firefox prefetches',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0',
    { ...FIREFOX, 'Sec-Purpose': 'prefetch' },
  ],
  [
    'Firefox of before',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:78.0) Gecko/20100101 Firefox/78.0',
    { ...OLD, 'X-Moz': 'prefetch' },
  ],
  ['Safari prefetches', safariOn('18_4', '18.4'), { ...SAFARI, 'Sec-Purpose': 'prefetch' }],
  [
    'Samsung Internet prerenders',
    android('Android 10; K', '130.0.0.0').replace('Chrome', 'SamsungBrowser/28.0 Chrome'),
    { ...chromium(130, 'Samsung Internet'), 'Sec-Purpose': 'prefetch;prerender' },
  ],
  [
    'Facebook prefetches for its reader',
    iphone('18_5', 'Mobile/15E148 [FBAN/FBIOS;FBAV/520.0.0.38.101;FBDV/iPhone15,2]'),
    { ...SAFARI, 'X-Purpose': 'prefetch' },
  ],
])

export const HEADS = asked('head', 'the method', [
  ['curl -I', 'curl/8.9.1', ANY, { method: 'HEAD' }],
  ['A link checker', 'LinkChecker/10.5 (+https://linkchecker.github.io/linkchecker/)', ANY, { method: 'HEAD' }],
  ['A gateway as Chrome', windows('131.0.0.0'), ANY, { method: 'HEAD' }],
  ['Safe Links', 'Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)', ANY, { method: 'HEAD' }],
  ['UptimeRobot', 'Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)', ANY, { method: 'HEAD' }],
  ['A download manager', android('Android 10; K', '139.0.0.0'), PLAIN, { method: 'HEAD' }],
  ['An app of Apple', 'MyQR/88 CFNetwork/1494.0.7 Darwin/23.4.0', ANY, { method: 'HEAD' }],
  ['No agent', '', {}, { method: 'HEAD' }],
])

export const STAFF = asked('staff', 'our own manual', [
  ['A phone at the desk', safariOn('18_5', '18.5'), SAFARI, { query: '?test=1' }],
  ['A computer at the desk', windows('141.0.0.0'), chromium(141, 'Google Chrome', 'Windows'), { query: '?test=1' }],
  ['On the network of the practice', android('Android 10; K', '141.0.0.0'), PLAIN, { query: '?test=1', ...HTTP }],
  ['With more behind it', safariOn('17_6', '17.6'), SAFARI, { query: '?from=desk&test=1' }],
])

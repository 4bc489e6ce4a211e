import {
  android,
  asked,
  chromium,
  HTTP,
  inApp,
  ipad,
  iphone,
  mac,
  OLD,
  PLAIN,
  SAFARI,
  webview,
  windows,
} from './shapes.ts'

const GALAXY = 'Android 14; SM-S918U Build/UP1A.231005.007'
const PIXEL = 'Android 15; Pixel 8 Build/AP3A.241105.008'

/** Pages that people open inside another app: chats, mail, search, and readers of QR codes. */
const KNOWN = asked('person', 'agents that apps are known to send from their own browsers', [
  [
    'Facebook, iPhone',
    iphone(
      '18_6',
      'Mobile/22G86 [FBAN/FBIOS;FBAV/532.0.0.45.70;FBBV/790;FBDV/iPhone15,2;FBMD/iPhone;FBSN/iOS;FBSV/18.6;FBSS/3;FBID/phone;FBLC/en_US;FBOP/5]',
    ),
    SAFARI,
  ],
  ['Facebook, iPhone on iOS 15', iphone('15_7', 'Mobile/19H12 [FBAN/FBIOS;FBAV/420.0.0.32.71;FBDV/iPhone10,6]'), OLD],
  ['Facebook, iPad', ipad('17_5', 'Mobile/21F79 [FBAN/FBIOS;FBAV/470.1.0.43.103;FBDV/iPad13,1]'), SAFARI],
  [
    'Facebook, Galaxy',
    webview(GALAXY, '139.0.7258.158', '[FB_IAB/FB4A;FBAV/528.0.0.56.79;]'),
    inApp(139, 'com.facebook.katana'),
  ],
  [
    'Facebook Lite',
    webview(
      'Android 11; SM-A115M Build/RP1A.200720.012',
      '119.0.6045.163',
      '[FB_IAB/Orca-Android;FBAV/380.0.0.8.105;]',
    ),
    inApp(119, 'com.facebook.lite'),
  ],
  [
    'Messenger, Pixel',
    webview(PIXEL, '137.0.7151.89', '[FB_IAB/Orca-Android;FBAV/513.0.0.47.95;]'),
    inApp(137, 'com.facebook.orca'),
  ],
  [
    'Instagram, iPhone',
    iphone(
      '18_5',
      'Mobile/15E148 Instagram 390.0.0.31.85 (iPhone16,2; iOS 18_5; en_US; en; scale=3.00; 1290x2796; 752000)',
    ),
    SAFARI,
  ],
  [
    'Instagram, iPhone on iOS 16.1',
    iphone('16_1', 'Mobile/20B82 Instagram 300.0.0.22.110 (iPhone12,1; iOS 16_1; en_US; en)'),
    OLD,
  ],
  [
    'Instagram, Galaxy',
    webview(
      GALAXY,
      '136.0.7103.127',
      'Instagram 389.0.0.49.87 Android (34/14; 480dpi; 1080x2115; samsung; SM-S918U; dm3q; qcom; en_US)',
    ),
    inApp(136, 'com.instagram.android'),
  ],
  [
    'Threads, Android',
    webview(PIXEL, '138.0.7204.63', 'Barcelona 385.0.0.41.109 Android (35/15; 420dpi)'),
    inApp(138, 'com.instagram.barcelona'),
  ],
  ['WhatsApp on an iPhone opens its own browser', iphone('18_5', 'Mobile/15E148 Safari/604.1'), SAFARI],
  [
    'WhatsApp on Android opens Chrome',
    android('Android 10; K', '140.0.0.0'),
    { ...chromium(140), 'Sec-Fetch-Site': 'cross-site' },
  ],
  [
    'WeChat, iPhone',
    iphone('18_4', 'Mobile/15E148 MicroMessenger/8.0.60(0x18003c2f) NetType/WIFI Language/en'),
    SAFARI,
  ],
  [
    'WeChat, Android',
    webview(
      'Android 13; V2243A Build/TP1A.220624.014',
      '130.0.6723.103',
      'XWEB/1300259 MMWEBSDK/20250302 MMWEBID/7271 MicroMessenger/8.0.58.2841(0x28003A35) WeChat/arm64 Weixin NetType/5G Language/zh_CN ABI/arm64',
    ),
    PLAIN,
  ],
  [
    'WeChat on Windows',
    windows(
      '122.0.0.0',
      'Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090c33) XWEB/11581 Flue',
    ),
    PLAIN,
  ],
  [
    'QQ',
    webview(
      'Android 12; NOH-AN00 Build/HUAWEINOH-AN00',
      '121.0.6167.71',
      'MQQBrowser/6.2 TBS/046333 QQ/9.1.30.21315 V1_AND_SQ_9.1.30',
    ),
    PLAIN,
  ],
  ['LINE, iPhone', iphone('18_5', 'Safari Line/15.9.0'), SAFARI],
  [
    'LINE, Android',
    webview('Android 14; SO-51D Build/67.2.A.2.118', '134.0.6998.135', 'Line/15.4.2/IAB'),
    inApp(134, 'jp.naver.line.android'),
  ],
  ['KakaoTalk, iPhone', iphone('18_5', 'Mobile/15E148 KAKAOTALK/25.6.1 (INAPP)'), SAFARI],
  [
    'KakaoTalk, Android',
    webview('Android 14; SM-F946N Build/UP1A.231005.007', '137.0.7151.115', 'KAKAOTALK/25.5.3 (INAPP)'),
    inApp(137, 'com.kakao.talk'),
  ],
  [
    'Naver, Android',
    webview('Android 14; SM-S928N Build/UP1A.231005.007', '136.0.7103.125', 'NAVER(inapp; search; 2000; 12.13.10)'),
    inApp(136, 'com.nhn.android.search'),
  ],
  [
    'TikTok, iPhone',
    iphone(
      '18_6',
      'Mobile/15E148 musical_ly_41.2.0 BytedanceWebview/d8a21c6 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/US',
    ),
    SAFARI,
  ],
  [
    'TikTok, Android',
    webview(
      'Android 14; SM-A546U Build/UP1A.231005.007',
      '138.0.7204.157',
      'trill_410203 BytedanceWebview/d8a21c6 musical_ly_2024102030 JsSdk/1.0 NetType/WIFI Channel/googleplay AppName/musical_ly app_version/41.2.3',
    ),
    inApp(138, 'com.zhiliaoapp.musically'),
  ],
  [
    'Snapchat, iPhone',
    iphone('18_5', 'Version/18.5 Mobile/15E148 Safari/604.1 Snapchat/13.48.0.50 (like Safari/8620.2.4.0.1, panda)'),
    SAFARI,
  ],
  [
    'Snapchat, Android',
    webview(PIXEL, '139.0.7258.94', 'Snapchat13.51.0.43 (Pixel 8; Android 15#12925173#35; gzip)'),
    inApp(139, 'com.snapchat.android'),
  ],
  ['LinkedIn, iPhone', iphone('18_5', 'Mobile/15E148 [LinkedInApp]/9.31.1235'), SAFARI],
  ['LinkedIn, Android', webview(GALAXY, '138.0.7204.63', '[LinkedInApp]/4.1.1090'), inApp(138, 'com.linkedin.android')],
  ['Gmail on an iPhone opens its browser', iphone('18_5', 'GSA/380.0.788317806 Mobile/15E148 Safari/604.1'), SAFARI],
  ['Gmail on an iPad', ipad('18_3', 'GSA/355.1.725968127 Mobile/15E148 Safari/604.1'), SAFARI],
  [
    'Google app, Android',
    webview(PIXEL, '141.0.7390.43', 'GSA/16.38.62.ve.arm64'),
    inApp(141, 'com.google.android.googlequicksearchbox'),
  ],
  ['Google Lens reads a QR', android('Android 10; K', '141.0.0.0'), chromium(141)],
  [
    'Teams on a desk',
    windows('132.0.0.0', 'Safari/537.36 Edg/132.0.0.0 Teams/25163.3611.3774.6315/49'),
    chromium(132, 'Microsoft Edge WebView2', 'Windows'),
  ],
  ['Bing, iPhone', iphone('18_5', 'Version/18.0 Mobile/15E148 Safari/605.1.15 BingSapphire/32.2.430902001'), SAFARI],
  [
    'Bing, Android',
    android('Android 13; SM-A326U', '138.0.0.0', 'Mobile Safari/537.36 BingSapphire/31.8.430819001'),
    chromium(138, 'Android WebView'),
  ],
  ['An older Bing app', iphone('15_4', 'Version/15.0 Mobile/15E148 Safari/605.1.15 BingWeb/6.9.8'), OLD],
  [
    'Copilot, Android',
    android('Android 14; SM-S911U', '137.0.0.0', 'Mobile Safari/537.36 BingSapphire/30.9.421024001 CopilotSapphire'),
    chromium(137, 'Android WebView'),
  ],
  [
    'Baidu, iPhone',
    iphone('17_5', 'Mobile/21F90 SP-engine/3.40.0 main%2F1.0 baiduboxapp/14.0.0.11 (Baidu; P2 17.5) NABar/1.0'),
    SAFARI,
  ],
  [
    'Baidu, Android',
    'Mozilla/5.0 (Linux; Android 13; PGT-AN10 Build/HONORPGT-AN10; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/97.0.4692.98 Mobile Safari/537.36 T7/13.78 BDOS/1.0 (HarmonyOS 3.0.0) SP-engine/3.20.0 baiduboxapp/13.78.0.10 (Baidu; P1 12)',
    PLAIN,
  ],
  [
    'Baidu browser',
    'Mozilla/5.0 (Linux; Android 12; M2102J2SC; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/97.0.4692.98 Mobile Safari/537.36 T7/12.26 SP-engine/3.12.0 baidubrowser/7.22.5.10 (Baidu; P1 12)',
    PLAIN,
  ],
  [
    'Yandex app, iPhone',
    iphone('18_5', 'Version/18.5 YaBrowser/25.8.1.478.10 YaApp_iOS/2508.1 YaApp_iOS_Browser/2508.1 Safari/604.1'),
    SAFARI,
  ],
  [
    'Yandex app, Android',
    android(
      'Android 14; SM-A556E',
      '136.0.7103.93',
      'YaBrowser/25.6.0.165 (lite) YaApp_Android/25.64 YaSearchBrowser/25.64 BroPP/1.0 SA/3 Mobile Safari/537.36',
    ),
    PLAIN,
  ],
  [
    'Yandex Browser, Android',
    android('arm_64; Android 13; RMX3311', '138.0.7204.93', 'YaBrowser/25.8.0.93.00 SA/3 Mobile Safari/537.36'),
    chromium(138, 'Yandex'),
  ],
  ['Tumblr, iPhone', iphone('18_5', 'Mobile/15E148 Tumblr/iPhone/38.7/387010/18.5/tumblr'), SAFARI],
  [
    'Tumblr, Android',
    webview(GALAXY, '138.0.7204.179', 'Tumblr/Android/38.5.0.110/34/14/tumblr'),
    inApp(138, 'com.tumblr'),
  ],
  ['Pinterest, iPhone', iphone('18_4', 'Mobile/15E148 [Pinterest/iOS]'), SAFARI],
  ['Pinterest, Android', webview(PIXEL, '136.0.7103.125', '[Pinterest/Android]'), inApp(136, 'com.pinterest')],
  ['X, iPhone', iphone('18_6', 'Mobile/22G86 Twitter for iPhone/11.16.5'), SAFARI],
  ['X, Android', webview(PIXEL, '140.0.7339.51', 'TwitterAndroid'), inApp(140, 'com.twitter.android')],
  [
    'Telegram, Android',
    webview(
      'Android 13; SM-A225M Build/TP1A.220624.014',
      '133.0.6943.137',
      'Telegram-Android/11.9.0 (Samsung SM-A225M; Android 13; SDK 33; AVERAGE)',
    ),
    inApp(133, 'org.telegram.messenger'),
  ],
  ['Viber, iPhone', iphone('17_4', 'Mobile/15E148 Viber/22.4.0 iPhone'), SAFARI],
  [
    'Viber, Android',
    webview('Android 12; SM-A127F Build/SP1A.210812.016', '128.0.6613.127', 'Viber/22.9.1 Android'),
    inApp(128, 'com.viber.voip'),
  ],
  [
    'Yahoo Mail, Android',
    webview(GALAXY, '135.0.7049.111', 'YMobile/1.0 (com.yahoo.mobile.client.android.mail/7.64.0; Android/14)'),
    inApp(135, 'com.yahoo.mobile.client.android.mail'),
  ],
  [
    'A reader of QR codes, Android',
    webview('Android 12; SM-A217F Build/SP1A.210812.016', '126.0.6478.186'),
    inApp(126, 'com.gamma.scan'),
  ],
  ['A reader of QR codes, iPhone', iphone('17_6', 'Mobile/15E148'), SAFARI],
  ['A reader of QR codes, iOS 13', iphone('13_7', 'Mobile/15E148'), OLD],
  [
    'A reader of QR codes, Android 6, plain http',
    webview('Android 6.0.1; SM-J500M Build/MMB29M', '70.0.3538.110'),
    PLAIN,
    HTTP,
  ],
  [
    'The camera of a Galaxy opens Samsung Internet',
    android('Android 10; K', '130.0.0.0').replace('Chrome', 'SamsungBrowser/26.0 Chrome'),
    { ...chromium(130, 'Samsung Internet'), 'Sec-Fetch-Site': 'none' },
  ],
  ['The camera of an iPhone shows a sheet', iphone('18_6_1', 'Version/18.6 Mobile/15E148 Safari/604.1'), SAFARI],
  [
    'Apple Mail on a Mac opens Safari',
    mac('Version/18.6 Safari/605.1.15'),
    { ...SAFARI, 'Sec-Fetch-Site': 'cross-site' },
  ],
  [
    'Thunderbird shows a page',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Thunderbird/140.3.0',
    OLD,
  ],
  ['Focus, Android', 'Mozilla/5.0 (Android 14; Mobile; rv:139.0) Gecko/139.0 Firefox/139.0', SAFARI],
])

const LIKELY = asked('person', 'the form of every WebView, with a name as apps add theirs: not seen word for word', [
  ['Outlook on an iPhone', iphone('18_6', 'Mobile/15E148 Safari/604.1 OutlookMobile/5.2538'), SAFARI],
  [
    'Outlook on Android',
    webview(GALAXY, '139.0.7258.143', 'Outlook-Android/2.0'),
    inApp(139, 'com.microsoft.office.outlook'),
  ],
  ['Teams on an iPhone', iphone('18_5', 'Mobile/15E148 TeamsMobile-iOS'), SAFARI],
  ['Reddit, iPhone', iphone('18_5', 'Version/18.5 Mobile/15E148 Safari/604.1 Reddit/2025.28.0'), SAFARI],
  ['Telegram, iPhone', iphone('18_5', 'Version/18.5 Mobile/15E148 Safari/604.1 Telegram-iOS/11.12'), SAFARI],
  ['Discord, Android', webview(PIXEL, '137.0.7151.115', 'Discord-Android/289013'), inApp(137, 'com.discord')],
  ['Nextdoor', iphone('18_3', 'Mobile/15E148 Nextdoor/8.54'), SAFARI],
  ['Yahoo Mail', iphone('18_5', 'Mobile/15E148 YahooMobileMail/7.66.0'), SAFARI],
  ['MyChart shows a link', iphone('18_5', 'Mobile/15E148 MyChart/11.4'), SAFARI],
  ['MyChart, Android', webview(GALAXY, '138.0.7204.179', 'MyChart-Android/11.3'), inApp(138, 'epic.mychart.android')],
  ['Healow', webview('Android 12; SM-G781U Build/SP1A.210812.016', '120.0.6099.230'), inApp(120, 'com.ecw.healow')],
  [
    'Kaspersky QR scanner',
    webview('Android 10; SM-A105F Build/QP1A.190711.020', '123.0.6312.99', 'KasperskyQR/1.9'),
    inApp(123, 'com.kaspersky.qrscanner'),
  ],
  ['ChatGPT app shows a page', iphone('18_5', 'Version/18.5 Mobile/15E148 Safari/604.1 ChatGPT/1.2025.250'), SAFARI],
])

export const APPS = [...KNOWN, ...LIKELY]

import type { HitClass } from '../../../worker/scans/classify.ts'

/** A request for a link as somebody makes it, and what it really is. Over https and a GET unless it says otherwise. */
export interface Asked {
  who: string
  is: HitClass
  /** How its form is known. */
  from: string
  agent: string
  headers: Record<string, string>
  method: 'GET' | 'HEAD'
  query: string
  scheme: 'http' | 'https'
}

type Row = [who: string, agent: string, headers?: Record<string, string>, more?: Partial<Asked>]

/** Requests of one label, whose forms are known from the same kind of source. */
export const asked = (is: HitClass, from: string, rows: Row[]): Asked[] =>
  rows.map(([who, agent, headers = {}, more]) => ({
    ...{ who, is, from, agent, headers },
    ...({ method: 'GET', query: '', scheme: 'https' } as const),
    ...more,
  }))

export const toRequest = ({ agent, headers, method, query, scheme }: Asked, code = 'K7M4HXR2'): Request =>
  new Request(`${scheme}://refer.example.org/q/${code}${query}`, {
    method,
    headers: { ...headers, ...(agent ? { 'User-Agent': agent } : {}) },
  })

/* ---- agents ---- */

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
export const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)'

export const iphone = (os: string, app: string) =>
  `Mozilla/5.0 (iPhone; CPU iPhone OS ${os} like Mac OS X) ${WEBKIT} ${app}`
export const ipad = (os: string, app: string) => `Mozilla/5.0 (iPad; CPU OS ${os} like Mac OS X) ${WEBKIT} ${app}`
export const mac = (app: string) => `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} ${app}`
/** What Safari on an iPhone says; the system has said 18_6 since version 26. */
export const safariOn = (os: string, version: string) => iphone(os, `Version/${version} Mobile/15E148 Safari/604.1`)
/** Chromium on an Android phone, reduced or with the device's name; `rest` comes behind. */
export const android = (device: string, chrome: string, rest = 'Mobile Safari/537.36') =>
  `Mozilla/5.0 (Linux; ${device}) ${BLINK} Chrome/${chrome} ${rest}`
/** Android's WebView, in which apps show pages. */
export const webview = (device: string, chrome: string, rest = '') =>
  `Mozilla/5.0 (Linux; ${device}; wv) ${BLINK} Version/4.0 Chrome/${chrome} Mobile Safari/537.36${rest && ` ${rest}`}`
export const windows = (chrome: string, rest = 'Safari/537.36') =>
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/${chrome} ${rest}`

/* ---- what browsers send with it ---- */

const LANGUAGE = { 'Accept-Language': 'en-US,en;q=0.9', 'Accept-Encoding': 'gzip, deflate, br' }
const PAGE = { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const HTML_OF_CHROME =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7'

/** Safari, and apps on WebKit, since iOS 16.4. */
export const SAFARI = { Accept: HTML, ...LANGUAGE, ...PAGE }
/** WebKit before iOS 16.4, and browsers from before there were Sec-Fetch headers. */
export const OLD = { Accept: HTML, ...LANGUAGE }
export const FIREFOX = { Accept: HTML, ...LANGUAGE, ...PAGE, 'Sec-Fetch-User': '?1', 'Upgrade-Insecure-Requests': '1' }
/** Chrome over plain http, where it sends neither Sec-Fetch nor client hints; and WebViews of older phones. */
export const PLAIN = { Accept: HTML_OF_CHROME, ...LANGUAGE, 'Upgrade-Insecure-Requests': '1' }
/** Chrome and its relatives over https. */
export const chromium = (major: number, brand = 'Google Chrome', platform = 'Android') => ({
  ...PLAIN,
  ...PAGE,
  'Sec-Fetch-User': '?1',
  'Sec-CH-UA': `"Chromium";v="${major}", "Not-A.Brand";v="24", "${brand}";v="${major}"`,
  'Sec-CH-UA-Mobile': platform === 'Android' ? '?1' : '?0',
  'Sec-CH-UA-Platform': `"${platform}"`,
})
/** An app's WebView names the app. */
export const inApp = (major: number, app: string) => ({
  ...chromium(major, 'Android WebView'),
  'X-Requested-With': app,
})

/** What most libraries send unless they are told otherwise. */
export const ANY = { Accept: '*/*' }
export const HTTP = { scheme: 'http' } as const

import { type Agent, agentOf } from './agent.ts'
import { FAMILIES, type Family } from './families.ts'

/**
 * All that rules know of a request, and all that is kept of it for rules to come. Nothing here identifies a device:
 * every field has a handful of values, no version, language, model or address is among them, and the people of the
 * corpus (test/scans/corpus), from an Android 4 to this year's iPhone, share some twenty combinations.
 */
export interface Features {
  method: 'GET' | 'HEAD'
  /** As the client sees it. Over plain http browsers leave out most of what is kept below. */
  scheme: 'http' | 'https'
  /** What is fetched before anybody asked to see it says so, in the first of these headers that does. */
  purpose: 'none' | 'prefetch' | 'prerender' | 'preview'
  purposeBy: 'none' | 'sec-purpose' | 'purpose' | 'x-purpose' | 'x-moz'
  /** Staff who try a card out put `?test=1` behind its address. */
  test: 'no' | 'yes'
  /** Accept: a page, anything, or something else. */
  accept: 'none' | 'any' | 'page' | 'other'
  /** Accept-Language: whether there is one; never which. */
  language: 'none' | 'any' | 'some'
  /** Sec-Fetch-Dest: to be shown as a page, or fetched as a part of one. */
  fetched: 'none' | 'page' | 'part'
  /** Sec-CH-UA beside what the agent claims to be. */
  hints: 'none' | 'agree' | 'differ' | 'headless'
  age: Agent['age']
  length: Agent['length']
  families: readonly Family[]
}

/**
 * The features of a request as they are kept, 12 to 21 characters: `1gs---hsnamu.a` is the version, a letter for each
 * field, and one for each family of the agent. A field that comes later goes before the point and raises the version;
 * rows of before lack it, and a rule that asks for it leaves them as they are: it counts from its date.
 */
export function featuresOf(
  method: string,
  headers: Headers,
  url: string,
  agent = agentOf(headers.get('user-agent') ?? ''),
): string {
  const [purpose, by] = purposeOf(headers)
  return (
    VERSION +
    METHODS[method === 'HEAD' ? 'HEAD' : 'GET'] +
    SCHEMES[isSecure(url, headers) ? 'https' : 'http'] +
    PURPOSES[purpose] +
    PURPOSES_BY[by] +
    TESTS[TEST.test(url) ? 'yes' : 'no'] +
    ACCEPTS[acceptOf(headers.get('accept'))] +
    LANGUAGES[languageOf(headers.get('accept-language'))] +
    FETCHED[fetchedOf(headers.get('sec-fetch-dest'))] +
    HINTS[hintsOf(headers.get('sec-ch-ua'), agent)] +
    lettersOf(agent)
  )
}

/** Null where nothing was kept, or something that only other rules understand. */
export function readFeatures(text: string): Features | null {
  if (text[0] !== VERSION || text[FIELDS + 1] !== '.') return null
  const method = keyOf(METHODS, text[1])
  const scheme = keyOf(SCHEMES, text[2])
  const purpose = keyOf(PURPOSES, text[3])
  const purposeBy = keyOf(PURPOSES_BY, text[4])
  const test = keyOf(TESTS, text[5])
  const accept = keyOf(ACCEPTS, text[6])
  const language = keyOf(LANGUAGES, text[7])
  const fetched = keyOf(FETCHED, text[8])
  const hints = keyOf(HINTS, text[9])
  const age = keyOf(AGES, text[10])
  const length = keyOf(LENGTHS, text[11])
  if (!method || !scheme || !purpose || !purposeBy || !test || !accept) return null
  if (!language || !fetched || !hints || !age || !length) return null
  const families = [...text.slice(FIELDS + 2)].flatMap((letter) => keyOf(FAMILIES, letter) ?? [])
  return { method, scheme, purpose, purposeBy, test, accept, language, fetched, hints, age, length, families }
}

const VERSION = '1'
const FIELDS = 11
const METHODS: Letters<'method'> = { GET: 'g', HEAD: 'h' }
const SCHEMES: Letters<'scheme'> = { http: 'p', https: 's' }
const PURPOSES: Letters<'purpose'> = { none: '-', prefetch: 'f', prerender: 'r', preview: 'v' }
const PURPOSES_BY: Letters<'purposeBy'> = {
  none: '-',
  'sec-purpose': 's',
  purpose: 'p',
  'x-purpose': 'x',
  'x-moz': 'm',
}
const TESTS: Letters<'test'> = { no: '-', yes: 't' }
const ACCEPTS: Letters<'accept'> = { none: '-', any: 'a', page: 'h', other: 'o' }
const LANGUAGES: Letters<'language'> = { none: '-', any: 'a', some: 's' }
const FETCHED: Letters<'fetched'> = { none: '-', page: 'n', part: 'p' }
const HINTS: Letters<'hints'> = { none: '-', agree: 'a', differ: 'd', headless: 'h' }
const AGES: Letters<'age'> = { ancient: 'a', old: 'o', modern: 'm', unknown: '-' }
const LENGTHS: Letters<'length'> = { none: '-', short: 's', usual: 'u', long: 'l' }

type Letters<F extends keyof Features> = Record<Features[F] & string, string>

const keyOf = <K extends string>(letters: Record<K, string>, letter: string | undefined): K | undefined => {
  for (const key in letters) if (letters[key] === letter) return key
  return undefined
}

/** Who forges the header brings the stricter rules upon himself, and nothing else. */
const isSecure = (url: string, headers: Headers): boolean =>
  url.startsWith('https:') || headers.get('x-forwarded-proto') === 'https'

const TEST = /[?&]test=1(?:&|$)/

/** Of each request that a browser or scanner makes ahead: what for, and the header that says so. */
export function purposeOf(headers: Headers): readonly [Features['purpose'], Features['purposeBy']] {
  for (const by of PURPOSE_HEADERS) {
    const said = headers.get(by)
    if (!said) continue
    if (/prerender/i.test(said)) return ['prerender', by]
    if (/prefetch/i.test(said)) return ['prefetch', by]
    if (/preview/i.test(said)) return ['preview', by]
  }
  return NO_PURPOSE
}
const PURPOSE_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const
const NO_PURPOSE = ['none', 'none'] as const

function acceptOf(accept: string | null): Features['accept'] {
  if (!accept) return 'none'
  if (/text\/html|application\/xhtml/.test(accept)) return 'page'
  return accept === '*/*' ? 'any' : 'other'
}

const languageOf = (language: string | null): Features['language'] =>
  language ? (language === '*' ? 'any' : 'some') : 'none'

const fetchedOf = (dest: string | null): Features['fetched'] =>
  dest ? (/^(?:document|i?frame|fencedframe|embed|object)$/.test(dest) ? 'page' : 'part') : 'none'

/** Only Chromium sends client hints. */
function hintsOf(hints: string | null, { isChromium }: Agent): Features['hints'] {
  if (!hints) return 'none'
  if (/Headless/.test(hints)) return 'headless'
  return isChromium ? 'agree' : 'differ'
}

/** The agent's part, put together once for each agent that comes. */
function lettersOf(agent: Agent): string {
  const before = agentLetters.get(agent)
  if (before) return before
  const letters = `${AGES[agent.age]}${LENGTHS[agent.length]}.${agent.families.map((family) => FAMILIES[family]).join('')}`
  agentLetters.set(agent, letters)
  return letters
}
const agentLetters = new WeakMap<Agent, string>()

import type { HIT_CLASSES } from '../../db/schema.ts'
import { type Agent, agentOf } from './agent.ts'
import type { Family } from './families.ts'
import { type Features, featuresOf, purposeOf, readFeatures } from './features.ts'

export type HitClass = (typeof HIT_CLASSES)[number]

/** What a hit was taken for, the ids of the rules that matched, the deciding one first, and which rules they were. */
export interface Classified {
  class: HitClass
  rules: string
  rulesVersion: number
}

/** To be raised whenever a rule changes what a request is taken for; then `npm run admin -- reclassify` looks back. */
export const RULES_VERSION = 2

/**
 * Decides what a request for a link is, from its method, headers and address alone. Goes by way of the features as they
 * are kept, so that the same rules decide the same of a row that is read back.
 */
export function classify(
  method: string,
  headers: Headers,
  url: string,
  agent?: Agent,
): Classified & { features: string } {
  const features = featuresOf(method, headers, url, agent)
  return { ...(decide(features) ?? UNDECIDED), features }
}

/** Of a print run that is not handed out yet: nobody has its cards but those who try whether they scan. */
export const beforeHandOut = <C extends Classified>(found: C): C =>
  found.class === 'person' ? { ...found, class: 'staff', rules: 'before-hand-out' } : found

/** What the rules say of kept features; null where they were not kept. Few values come again and again. */
export function decide(features: string): Classified | null {
  const before = decided.get(features)
  if (before !== undefined) return before
  if (decided.size >= VALUES_KEPT) decided.clear()
  const kept = readFeatures(features)
  const found = kept && judged(kept)
  decided.set(features, found)
  return found
}

const decided = new Map<string, Classified | null>()
const VALUES_KEPT = 2_000
const UNDECIDED: Classified = { class: 'person', rules: 'none', rulesVersion: RULES_VERSION }

function judged(features: Features): Classified {
  const matched = RULES.filter(({ when }) => when(features))
  const rules = matched.map(({ id }) => id).join(' ') || 'none'
  return { class: matched[0]?.class ?? 'person', rules, rulesVersion: RULES_VERSION }
}

interface Rule {
  id: string
  class: HitClass
  when(features: Features): boolean
}

const agentIs = (id: string, family: Family, hitClass: HitClass = 'bot'): Rule => ({
  id,
  class: hitClass,
  when: ({ families }) => families.includes(family),
})

/** A header of those that judge how a request is made: not over plain http, where browsers send few of them. */
const overHttps = (id: string, when: Rule['when']): Rule => ({
  id,
  class: 'bot',
  when: (features) => features.scheme === 'https' && when(features),
})

const saysPurpose = (by: Features['purposeBy']): Rule[] => [
  { id: `header-${by}`, class: 'preview', when: (f) => f.purposeBy === by && f.purpose === 'preview' },
  { id: `header-${by}`, class: 'prefetch', when: (f) => f.purposeBy === by && f.purpose !== 'preview' },
]

/**
 * In this order: the first that matches decides. What a request says of itself is stronger than its agent. Ids stay for
 * ever, since rows carry them: one that is gone from here would no longer be decided again.
 */
const RULES: readonly Rule[] = [
  { id: 'method-head', class: 'head', when: ({ method }) => method === 'HEAD' },
  ...saysPurpose('sec-purpose'),
  ...saysPurpose('purpose'),
  ...saysPurpose('x-purpose'),
  ...saysPurpose('x-moz'),
  { id: 'query-test', class: 'staff', when: ({ test }) => test === 'yes' },
  agentIs('agent-empty', 'empty'),
  agentIs('agent-preview', 'preview', 'preview'),
  agentIs('agent-headless', 'headless'),
  agentIs('agent-library', 'library'),
  agentIs('agent-monitor', 'monitor'),
  agentIs('agent-scanner', 'scanner'),
  agentIs('agent-bare', 'bare'),
  { id: 'agent-ancient', class: 'bot', when: ({ age }) => age === 'ancient' },
  overHttps('hints-headless', ({ hints }) => hints === 'headless'),
  overHttps('hints-differ', ({ hints }) => hints === 'differ'),
  overHttps('fetched-part', ({ fetched }) => fetched === 'part'),
  // Every browser asks for a page and says a language. One that lacks either may have met a proxy; both, it is none.
  overHttps(
    'headers-no-browser',
    ({ accept, language, fetched }) => accept !== 'page' && language !== 'some' && fetched === 'none',
  ),
  agentIs('agent-known-app', 'app', 'person'),
  agentIs('agent-list', 'list'),
]

/**
 * Whether rules of a request alone made this decision. What the page proved (`receipt`, `prefetch-shown`) and what a
 * practice said of its cards is not to be decided again from features.
 */
export const isOfRequest = (rules: string): boolean =>
  rules.split(' ').every((id) => id === 'none' || RULES.some((rule) => rule.id === id))

/**
 * A browser or scanner looks ahead, or a chat draws its small picture of a link: nobody has asked for this page yet, so
 * that it must not use anything up.
 */
export const looksAhead = (headers: Headers): boolean =>
  purposeOf(headers)[0] !== 'none' || agentOf(headers.get('user-agent') ?? '').families.includes('preview')

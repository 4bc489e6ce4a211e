import { expect, test } from 'vitest'
import { classify, decide } from '../../worker/scans/classify.ts'
import { featuresOf, readFeatures } from '../../worker/scans/features.ts'
import { brokenOf } from '../proof/finding.ts'
import { hitsTaken } from '../proof/hits.ts'
import { CORPUS } from './corpus/corpus.ts'
import { HELD_OUT } from './corpus/held-out.ts'
import { type Asked, toRequest } from './corpus/shapes.ts'

const ALL = [...CORPUS, ...HELD_OUT]
const PEOPLE = ALL.filter(({ is }) => is === 'person')
const taken = (one: Asked) => {
  const { method, headers, url } = toRequest(one)
  return classify(method, headers, url)
}
/** Who is taken for no person, for a message that says more than a number. */
const lost = (some: Asked[]) =>
  some.flatMap((one) => (taken(one).class === 'person' ? [] : [`${one.who}: ${taken(one).rules}`]))

test('of the labelled requests 95 of 100 machines are told from people, and at most 1 of 200 people is lost', () => {
  const finding = hitsTaken()
  console.log(finding.figures.map(({ what, found }) => `${what}: ${found}`).join('\n'))
  expect(CORPUS.length).toBeGreaterThan(400)
  expect(HELD_OUT.length).toBeGreaterThanOrEqual(80)
  expect(brokenOf(finding)).toEqual([])
})

test('no request stands twice in the corpus, nor is one that is held out also in it', () => {
  const keys = ALL.map(({ who: _, from: __, is: ___, ...request }) => JSON.stringify(request))
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([])
})

test('what is kept of a request decides what the request decided', () => {
  for (const one of ALL) {
    const { features, ...live } = taken(one)
    expect([one.who, decide(features)]).toEqual([one.who, live])
  }
})

test('what is kept is short, fits its alphabet, and is the same for many people', () => {
  for (const one of ALL) expect(taken(one).features).toMatch(/^1[a-z-]{11}\.[a-z]{0,9}$/)
  const people = new Map<string, number>()
  for (const one of PEOPLE) {
    const { features } = taken(one)
    people.set(features, (people.get(features) ?? 0) + 1)
  }
  expect(people.size).toBeLessThan(40)
  // A phone of today is one among many: neither its model nor its version nor its language makes another value.
  const commonest = [...people.values()].sort((a, b) => b - a)
  expect((commonest[0] ?? 0) + (commonest[1] ?? 0) + (commonest[2] ?? 0)).toBeGreaterThan(PEOPLE.length / 2)
})

test('features that are not understood decide nothing', () => {
  for (const text of ['', '1', '0gs---hsnamu.', '2gs---hsnamu.', '1gs---hsnamu', '1gs---hsna!u.', 'x'.repeat(50)])
    expect([text, readFeatures(text), decide(text)]).toEqual([text, null, null])
})

test('a person stays one when a proxy drops or rewrites any one header', () => {
  const names = ['Accept', 'Accept-Language', 'Accept-Encoding', 'Sec-Fetch-Dest', 'Sec-CH-UA']
  for (const name of names) {
    const without = PEOPLE.map((one) => ({
      ...one,
      headers: Object.fromEntries(Object.entries(one.headers).filter(([each]) => each !== name)),
    }))
    expect([name, lost(without)]).toEqual([name, []])
  }
  expect(lost(PEOPLE.map((one) => ({ ...one, headers: { ...one.headers, Accept: '*/*' } })))).toEqual([])
})

test('over plain http, where browsers send few headers, a person is one with an agent alone', () => {
  expect(lost(PEOPLE.map((one) => ({ ...one, scheme: 'http' as const, headers: {} })))).toEqual([])
})

test('behind a proxy that ends TLS the same rules hold as at the edge', () => {
  for (const one of CORPUS.filter(({ scheme }) => scheme === 'https')) {
    const { method, headers, url } = toRequest(one)
    headers.set('X-Forwarded-Proto', 'https')
    expect(featuresOf(method, headers, url.replace('https:', 'http:'))).toBe(taken(one).features)
  }
})

test('all the rules that match are named, and the one that decided stands first', () => {
  const curl = CORPUS.find(({ who, method }) => who === 'curl -I' && method === 'HEAD')
  if (!curl) throw new Error('it stands in the corpus')
  const rules = 'method-head agent-library agent-bare headers-no-browser agent-list'
  expect(taken(curl)).toMatchObject({ class: 'head', rules })
})

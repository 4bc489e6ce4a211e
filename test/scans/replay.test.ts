import { request } from 'node:http'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scans } from '../../db/schema.ts'
import { classify } from '../../worker/scans/classify.ts'
import { type Stack, startStack } from '../stack.ts'
import { CORPUS } from './corpus/corpus.ts'
import { HELD_OUT } from './corpus/held-out.ts'
import { type Asked, toRequest } from './corpus/shapes.ts'
import { counted, scene, until } from './scene.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.stop())

test('the Worker stores of every labelled request what the rules say of it, and nothing of its agent', async () => {
  const at = await scene(stack, 'replay')
  const all = [...CORPUS, ...HELD_OUT]
  const ids: string[] = []
  for (let first = 0; first < all.length; first += 20)
    ids.push(...(await Promise.all(all.slice(first, first + 20).map((one) => ask(one, at.codes[0])))))
  const rows = await until(
    () => stack.db.read((sql) => sql.select().from(scans).where(eq(scans.practiceId, at.practiceId))),
    (found) => found.length === all.length,
  )
  const stored = new Map(rows.map((row) => [row.id, row]))
  const differing = all.flatMap((one, i) => {
    const { method, headers, url } = toRequest(one)
    const { class: hitClass, rules, rulesVersion, features } = classify(method, headers, url)
    const row = stored.get(ids[i] ?? '')
    const isSo =
      row?.class === hitClass && row.rules === rules && row.rulesVersion === rulesVersion && row.features === features
    return isSo ? [] : [{ who: one.who, expected: [hitClass, rules, features], row }]
  })
  expect(differing).toEqual([])
  const persons = rows.filter((row) => row.class === 'person').length
  expect(await counted(stack.db, at.practiceId)).toMatchObject({ 'hit:person': persons })
  // No word of four letters or more of any agent is in a row, but for those that are ours.
  const ours = new Set(JSON.stringify(rows).match(/[a-z]{4,}/gi))
  const theirs = all.flatMap(
    ({ agent }) => agent.match(/\b(?:Mozilla|AppleWebKit|KHTML|[A-Z]{2,}-[A-Z0-9]{4,})\b/g) ?? [],
  )
  expect(theirs.length).toBeGreaterThan(500)
  expect(theirs.filter((word) => ours.has(word))).toEqual([])
})

/** Exactly these headers and no more, as no `fetch` sends them; where TLS ends at a proxy, the proxy says so. */
function ask({ agent, headers, method, query, scheme }: Asked, code: string): Promise<string> {
  const sent = {
    ...headers,
    ...(agent ? { 'User-Agent': agent } : {}),
    ...(scheme === 'https' ? { 'X-Forwarded-Proto': 'https' } : {}),
  }
  return new Promise((resolve, reject) => {
    const asking = request(`${stack.url}/q/${code}${query}`, { method, headers: sent }, (answer) => {
      answer.resume()
      expect([agent, answer.statusCode]).toEqual([agent, 302])
      resolve(new URL(answer.headers.location ?? '', stack.url).searchParams.get('s')?.split('.')[0] ?? '')
    })
    asking.on('error', reject)
    asking.end()
  })
}

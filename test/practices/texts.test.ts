import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishedPractice, serviceIn } from '../../worker/practices/published.ts'
import { readingOf } from '../../worker/practices/reading.ts'
import { ask } from '../api.ts'
import { type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let oak: TestPractice
let elm: TestPractice
beforeAll(async () => {
  stack = await startStack()
  oak = await testPractice(stack, 'oak-words')
  elm = await testPractice(stack, 'elm-words', '2987654326')
})
afterAll(() => stack?.stop())

const read = (path: string, key = oak.key) => ask(stack.url, `GET /api/v1${path}` as 'GET /', { key })
const say = (path: string, body: unknown, key = oak.key) =>
  ask(stack.url, `PUT /api/v1${path}` as 'PUT /', { key, body })

test('what a practice says in a language is said anew as a whole, and at another practice stays', async () => {
  const theirs = await read('/practice/texts/en', elm.key)
  const about = 'We look after **feet**.'
  const said = await say('/practice/texts/en', { about })
  expect(said.status, JSON.stringify(said.body)).toBe(200)
  expect(said.body).toEqual({ locale: 'en', about, interpreter: '', changing: '', reading: null })
  expect((await read('/practice/texts/en')).body).toEqual(said.body)
  expect((await read('/practice/texts/es')).body.about).toMatch(/^Somos/)
  expect((await read('/practice/texts/en', elm.key)).body).toEqual(theirs.body)
  expect((await read('/practice/texts/fr')).status).toBe(404)
  expect((await say('/practice/texts/fr', { about: 'Nous soignons les pieds.' })).status).toBe(200)
  expect((await read('/practice/texts/fr')).body.about).toBe('Nous soignons les pieds.')
})

test('so is what it says of a service, by slug or id', async () => {
  const path = `/services/${oak.service}/texts/en`
  const said = await say(path, { name: ' Foot clinic ', visit: 'We look at it.\nThen we talk.' })
  expect(said.body).toEqual({
    ...{ locale: 'en', name: 'Foot clinic', summary: '', visit: 'We look at it.\nThen we talk.', bring: '' },
    ...{ cost: '', insurance: '', driver: '', reading: null },
  })
  expect((await read(path)).body).toEqual(said.body)
  expect((await read(path, elm.key)).body.name).toBe('Orthopaedic consultation')
  expect((await read('/services/nothing/texts/en')).status).toBe(404)
  expect((await say('/services/nothing/texts/en', { name: 'X' })).status).toBe(404)
})

test.each([
  ['no name', '/services/spine/texts/en', {}, 'name'],
  ['a member that is not there', '/practice/texts/en', { motto: 'x' }, 'motto'],
  ['a text without end', '/practice/texts/en', { about: 'x'.repeat(3_001) }, 'about'],
  ['a language that cannot be one', '/practice/texts/English', { about: 'x' }, 'locale'],
  ['characters that cannot be seen', '/practice/texts/en', { about: 'a\u0000b' }, 'about'],
])('%s is refused', async (_, path, body, field) => {
  const refused = await say(path, body)
  expect([refused.status, (refused.body.errors as { field: string }[])[0]?.field]).toEqual([422, field])
})

test('200 kB are refused before they are read', async () => {
  expect((await say('/practice/texts/en', { about: '*'.repeat(200_000) })).status).toBe(413)
})

test('the pages say it after 30 seconds at the latest', async () => {
  const at = Date.parse('2026-11-24T12:00:00Z')
  const nameAt = async (now: number) => {
    const published = await publishedPractice(stack.db, 'elm-words', now)
    const service = published?.services.find(({ slug }) => slug === 'spine')
    return published && service && serviceIn(published, service, 'en').text.name
  }
  expect(await nameAt(at)).toBe('Spine assessment')
  await say('/services/spine/texts/en', { name: 'Back clinic' }, elm.key)
  expect(await nameAt(at + 30_000)).toBe('Back clinic')
})

test('English of 30 words or more has an age, which rises with long words and sentences', () => {
  const easy =
    'We look at your knee. We ask where it hurts. Then we talk with you. You can ask what you want. ' +
    'Bring a list of your pills. Wear loose clothes. You can drive home.'
  const hard =
    'Following comprehensive musculoskeletal examination, individualised recommendations concerning operative and ' +
    'non-operative alternatives are communicated, incorporating radiological interpretation, rehabilitation ' +
    'considerations, perioperative anticoagulation requirements, and anticipated postoperative functional limitations ' +
    'necessitating multidisciplinary coordination throughout convalescence.'
  expect(readingOf('en', [easy])).toEqual({ age: expect.any(Number), aim: '9 to 11' })
  expect(readingOf('en', [easy])?.age).toBeLessThan(9)
  expect(readingOf('en', [hard])?.age).toBeGreaterThan(20)
  expect(readingOf('en', ['Bring a list', 'of your pills'])).toBeNull()
  expect(readingOf('es', [easy])).toBeNull()
  const links = readingOf('en', [`${easy} [See the map](https://example.com/an-exceedingly-complicated-address)`])
  expect(links?.age).toBeLessThan(9)
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../api.ts'
import { type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let practice: TestPractice
beforeAll(async () => {
  stack = await startStack()
  practice = await testPractice(stack, 'elmwood')
})
afterAll(() => stack?.stop())

interface Set {
  questions: { id: string; texts: unknown; answers: { id: string; leadsTo: string; toService: string | null }[] }[]
  errors?: { field: string }[]
}
const at = (service: string) => `/api/v1/services/${service}/questions` as const
const get = (service: string) => ask<Set>(stack.url, `GET ${at(service)}`, { key: practice.key })
const put = (service: string, questions: unknown) =>
  ask<Set>(stack.url, `PUT ${at(service)}`, { key: practice.key, body: { questions } })

const said = (text: string) => ({ en: { text } })
const way = (...leads: object[]) => ({
  purpose: 'way',
  texts: said('Where does it hurt?'),
  answers: [{ texts: said('Elsewhere') }, ...leads.map((lead, i) => ({ texts: said(`Answer ${i}`), ...lead }))],
})
const fields = (body: Set) => body.errors?.map(({ field }) => field)

describe('what patients are asked of a service', () => {
  test('is set whole, read again, and emptied', async () => {
    const texts = { en: { text: 'Knee', hint: 'Or just above it' }, ar: { text: 'الركبة' } }
    const set = await put('hip-and-knee', [way({ texts }, { leadsTo: 'request' }, { leadsTo: 'phone' })])
    expect(set.status).toBe(200)
    expect(set.body.questions[0]?.answers.map(({ leadsTo }) => leadsTo)).toEqual(['on', 'on', 'request', 'phone'])
    expect(set.body.questions[0]?.answers[1]).toMatchObject({ texts: { ...texts, ar: { text: 'الركبة', hint: '' } } })
    expect((await get('hip-and-knee')).body).toEqual(set.body)
    expect((await put('hip-and-knee', [])).body).toEqual({ questions: [] })
    expect((await get('hip-and-knee')).body).toEqual({ questions: [] })
  })

  test('keeps the ids that are given, so that what was chosen before can still be read', async () => {
    const before = (await get('consultation')).body.questions
    const kept = before.map((question) => ({
      id: question.id,
      purpose: 'reason',
      texts: said('Why do you come?'),
      answers: question.answers.slice(0, 2).map(({ id }) => ({ id, texts: said(id) })),
    }))
    const after = await put('consultation', kept)
    expect(after.status).toBe(200)
    expect(after.body.questions[0]?.answers.map(({ id }) => id)).toEqual(
      before[0]?.answers.slice(0, 2).map(({ id }) => id),
    )
    expect((await get('sports-injury')).body.questions).toHaveLength(1)
  })

  test.each<[string, unknown[], string[]]>([
    ['four ways', [way({}), way({}), way({}), way({})], ['questions']],
    ['two reasons', [1, 2].map(() => ({ ...way({}), purpose: 'reason' })), ['questions']],
    ['one answer', [way()], ['questions/0/answers']],
    ['thirteen answers', [way(...Array.from({ length: 12 }, () => ({})))], ['questions/0/answers']],
    ['no English', [{ ...way({}), texts: { es: { text: 'Hola' } } }], ['questions/0/texts']],
    [
      'a reason that leads elsewhere',
      [{ ...way({ leadsTo: 'phone' }), purpose: 'reason' }],
      ['questions/0/answers/1/leadsTo'],
    ],
    ['a service without a name', [way({ leadsTo: 'service' })], ['questions/0/answers/1/toService']],
    ['a service that is not there', [way({ leadsTo: 'service', toService: 'x' })], ['questions/0/answers/1/toService']],
    ['itself', [way({ leadsTo: 'service', toService: 'spine' })], ['questions/0/answers/1/toService']],
    ['a service without leading there', [way({ toService: 'imaging' })], ['questions/0/answers/1/toService']],
    ['an id of another service', [{ ...way({}), id: 'sports-injury-when' }], ['questions/0/id']],
  ])('refuses %s', async (_, questions, wrong) => {
    const refused = await put('spine', questions)
    expect(refused.status).toBe(422)
    expect(fields(refused.body)).toEqual(wrong)
    expect((await get('spine')).body).toEqual({ questions: [] })
  })

  test('refuses a circle, however long', async () => {
    expect((await put('spine', [way({ leadsTo: 'service', toService: 'hip-and-knee' })])).status).toBe(200)
    expect((await put('hip-and-knee', [way({ leadsTo: 'service', toService: 'joint-class' })])).status).toBe(200)
    const circle = await put('joint-class', [way({ leadsTo: 'service', toService: 'spine' })])
    expect(fields(circle.body)).toEqual(['questions/0/answers/1/toService'])
  })

  test('leads to no telephone that is not there', async () => {
    await ask(stack.url, 'PATCH /api/v1/practice', { key: practice.key, body: { phone: null } })
    const refused = await put('imaging', [way({ leadsTo: 'phone' })])
    expect(fields(refused.body)).toEqual(['questions/0/answers/1/leadsTo'])
  })

  test('of another practice is not there', async () => {
    const other = await testPractice(stack, 'otherwood', '2987654326')
    const own = (await get('sports-injury')).body.questions[0]?.id
    const taken = await ask<Set>(stack.url, `PUT ${at('imaging')}`, {
      key: other.key,
      body: { questions: [{ ...way({}), id: own }] },
    })
    expect(fields(taken.body)).toEqual(['questions/0/id'])
    expect((await get('nothing')).status).toBe(404)
    expect((await put('nothing', [])).status).toBe(404)
  })
})

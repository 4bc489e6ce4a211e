import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../api.ts'
import { pdfPixels } from '../cards/pixels.ts'
import { type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'

let stack: Stack
let oak: TestPractice
let elm: TestPractice
beforeAll(async () => {
  stack = await startStack()
  oak = await testPractice(stack, 'oak')
  elm = await testPractice(stack, 'elm', '2987654326')
})
afterAll(() => stack?.stop())

const read = (key = oak.key) => ask(stack.url, 'GET /api/v1/practice', { key })
const change = (body: unknown, key = oak.key) => ask(stack.url, 'PATCH /api/v1/practice', { key, body })

test('what is given is changed, null empties it, and the rest stays, also at another practice', async () => {
  const before = await read(elm.key)
  const insurers = ['Blue Prairie', 'Medicare']
  const changed = await change({ backLine: '312 555 0123', recordsTo: 'Fax 555-0124\nDesk 4', insurers })
  expect(changed.status).toBe(200)
  expect(changed.body).toMatchObject({ backLine: '+13125550123', recordsTo: 'Fax 555-0124\nDesk 4', insurers })
  expect((await change({ recordsTo: null })).body).toMatchObject({
    backLine: '+13125550123',
    recordsTo: null,
    insurers,
  })
  expect((await read()).body).toMatchObject({ phone: '+13125550100', recordsTo: null, insurers })
  expect((await read(elm.key)).body).toEqual(before.body)
})

test('it is printed for offices', async () => {
  await change({ backLine: '(312) 555-0123', recordsTo: 'records@oak.example', insurers: ['Blue Prairie'] })
  const answer = await fetch(
    `${stack.url}/api/v1/cards.pdf?links=${oak.link.id}&layout=kit-letter&locale=en&wait=2%20to%203%20weeks`,
    { headers: { Authorization: `Bearer ${oak.key}` } },
  )
  const [page] = await pdfPixels(new Uint8Array(await answer.arrayBuffer()))
  for (const words of ['(312) 555-0123', 'records@oak.example', 'Blue Prairie', '2 to 3 weeks', oak.link.url])
    expect(page?.text).toContain(words)
})

test.each([
  ['no member', {}, ''],
  ['a name, which is not changed here', { name: 'Other' }, 'name'],
  ['a number that cannot be one', { backLine: '12' }, 'backLine'],
  ['more lines than are printed', { recordsTo: 'a\nb\nc\nd\ne' }, 'recordsTo'],
  ['an insurer over two lines', { insurers: ['Blue\nPrairie'] }, 'insurers/0'],
])('%s is refused', async (_, body, field) => {
  const refused = await change(body)
  expect([refused.status, (refused.body.errors as { field: string }[])[0]?.field]).toEqual([422, field])
})

import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scans, visits } from '../../db/schema.ts'
import { displayCode } from '../../worker/links/codes.ts'
import { type Stack, startStack } from '../stack.ts'
import { counted, receiptIn, ride, type Scene, scene, until } from './scene.ts'

let stack: Stack
beforeAll(async () => {
  stack = await startStack()
})
afterAll(() => stack?.stop())

test('a scan leads to the landing page with a receipt, is not stored by anybody on the way, and is counted', async () => {
  const at = await scene(stack, 'one')
  const [code] = at.codes
  const answer = await ride(stack, `/q/${code}`)
  expect(answer.status).toBe(302)
  expect(answer.headers.get('location')).toMatch(new RegExp(`^/p/one/${at.service}\\?s=[\\w.-]{50,70}$`))
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('x-robots-tag')).toBe('noindex')
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  expect(answer.headers.get('set-cookie')).toBeNull()
  const [row] = await until(
    () => scansOf(at),
    (rows) => rows.length > 0,
  )
  expect(row).toMatchObject({ class: 'person', via: 'qr', device: 'phone', browser: 'safari', rules: 'none' })
  expect(row?.referrerId).toBe(at.referrerId)
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 1 })
})

test('a code is followed in every form in which it is scanned, clicked or typed', async () => {
  const at = await scene(stack, 'forms')
  const [code] = at.codes
  const forms = [
    `/q/${code}`,
    `/Q/${code}`,
    `/q/${code.toLowerCase()}`,
    `/q/${code}/`,
    `/r/${code}`,
    `/R/${code}/`,
    `/r/forms-poster`,
    `/${displayCode(code)}`,
    `/${code.toLowerCase()}`,
    `/${displayCode(code)}/`,
  ]
  for (const form of forms) expect([form, (await ride(stack, form)).status]).toEqual([form, 302])
  const rows = await until(
    () => scansOf(at),
    (found) => found.length === forms.length,
  )
  expect(rows.map(({ via }) => via).sort()).toEqual([
    ...Array(3).fill('click'),
    ...Array(4).fill('qr'),
    ...Array(3).fill('typed'),
  ])
})

test('a host name that somebody made up is nowhere in the answer', async () => {
  const at = await scene(stack, 'host')
  const answer = await ride(stack, `/q/${at.codes[0]}`, { headers: { 'X-Forwarded-Host': 'evil.example' } })
  expect(JSON.stringify([...answer.headers])).not.toContain('evil')
})

test('machines are answered like people and counted apart, and their receipt confirms no visit', async () => {
  const at = await scene(stack, 'machines')
  const path = `/q/${at.codes[0]}`
  const asked: [string, RequestInit][] = [
    ['hit:head', { method: 'HEAD' }],
    ['hit:prefetch', { headers: { 'Sec-Purpose': 'prefetch;prerender' } }],
    ['hit:bot', { headers: { 'User-Agent': 'Googlebot/2.1 (+http://www.google.com/bot.html)' } }],
    ['hit:bot', { headers: { 'User-Agent': '' } }],
    ['hit:preview', { headers: { 'User-Agent': 'WhatsApp/2.23.20.0 A' } }],
  ]
  for (const [, init] of asked) {
    const answer = await ride(stack, path, init)
    expect(answer.status).toBe(302)
    expect(receiptIn(answer)).not.toBe('')
    if (!JSON.stringify(init).includes('prefetch')) await confirm(at, receiptIn(answer))
  }
  expect((await ride(stack, `${path}?test=1`)).status).toBe(302)
  const rows = await until(
    () => scansOf(at),
    (found) => found.length === asked.length + 1,
  )
  expect(rows).toHaveLength(6)
  expect(await counted(stack.db, at.practiceId)).toEqual({
    'hit:head': 1,
    'hit:prefetch': 1,
    'hit:bot': 2,
    'hit:preview': 1,
    'hit:staff': 1,
  })
})

test('a visit is confirmed once, by script or by image, whatever comes again or is made up', async () => {
  const at = await scene(stack, 'visits')
  const receipt = receiptIn(await ride(stack, `/q/${at.codes[0]}`))
  const another = receiptIn(await ride(stack, `/q/${at.codes[0]}`))
  expect((await confirm(at, receipt)).status).toBe(204)
  expect((await confirm(at, receipt)).status).toBe(204)
  const image = await ride(stack, `/visits.gif?p=visits&s=${another}`)
  expect([image.status, image.headers.get('content-type'), image.headers.get('cache-control')]).toEqual([
    200,
    'image/gif',
    'no-store',
  ])
  const altered = receipt.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  for (const wrong of [altered, '', 'x'.repeat(5000), 'null', receipt.toUpperCase()])
    expect((await confirm(at, wrong)).status).toBe(204)
  expect((await confirm({ ...at, slug: 'one' }, receipt)).status).toBe(204)
  const rows = await until(
    () => visitsOf(at),
    (found) => found.length >= 2,
  )
  expect(rows.map(({ how }) => how).sort()).toEqual(['image', 'script'])
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 2, visit: 2 })
})

test('a browser that scans again within half an hour is another scan and no second visit', async () => {
  const at = await scene(stack, 'again')
  const first = receiptIn(await ride(stack, `/q/${at.codes[0]}`))
  await confirm(at, first)
  const Cookie = `rl_${at.practiceId}=${first}`
  await confirm(at, receiptIn(await ride(stack, `/q/${at.codes[0]}`, { headers: { Cookie } })))
  await confirm(at, receiptIn(await ride(stack, `/q/${at.codes[1]}`, { headers: { Cookie } })))
  await until(
    () => visitsOf(at),
    (found) => found.length >= 2,
  )
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:person': 3, visit: 2 })
})

test('a prefetched page that is shown after all is a scan and a visit; one that is asked for anew is not counted twice', async () => {
  const at = await scene(stack, 'prefetch')
  const prefetch = () => ride(stack, `/q/${at.codes[0]}`, { headers: { 'Sec-Purpose': 'prefetch' } })
  await confirm(at, receiptIn(await prefetch()))
  await prefetch()
  await confirm(at, receiptIn(await ride(stack, `/q/${at.codes[0]}`)))
  await until(
    () => visitsOf(at),
    (found) => found.length >= 2,
  )
  expect(await counted(stack.db, at.practiceId)).toEqual({ 'hit:prefetch': 2, 'hit:person': 2, visit: 2 })
})

test.each([
  ['/q/K7M4HXR3', 404, 'mistyped'],
  ['/K7M4-HXR3', 404, 'mistyped'],
  ['/q/K7M4HXR2', 404, 'unknown'],
  ['/r/no-such-poster', 404, 'unknown'],
  [`/q/${'K'.repeat(2048)}`, 404, 'mistyped'],
  ['/q/%E0%A4%A', 404, 'mistyped'],
])('%s is answered with %d and a page that takes the code again', async (path, status) => {
  const answer = await ride(stack, path)
  expect(answer.status).toBe(status)
  expect(answer.headers.get('content-type')).toContain('text/html')
  expect(answer.headers.get('cache-control')).toContain('no-store')
})

test('sending to a link is refused with a page, and written nowhere', async () => {
  const at = await scene(stack, 'post')
  for (const method of ['POST', 'PUT', 'DELETE'])
    for (const path of [`/q/${at.codes[0]}`, `/r/${at.codes[0]}`, `/${displayCode(at.codes[0])}`]) {
      const answer = await ride(stack, path, { method, body: 'x=1' })
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 405, 'GET, HEAD'])
    }
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(await scansOf(at)).toEqual([])
})

const confirm = (at: Scene, receipt: string) => ride(stack, `/visits?p=${at.slug}`, { method: 'POST', body: receipt })
const scansOf = ({ practiceId }: Scene) =>
  stack.db.read((sql) => sql.select().from(scans).where(eq(scans.practiceId, practiceId)))
const visitsOf = ({ practiceId }: Scene) =>
  stack.db.read((sql) => sql.select().from(visits).where(eq(visits.practiceId, practiceId)))

import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from '../api.ts'
import { decodeQr } from '../decoders.ts'
import { type Link, type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { pdfPixels, svgPixels } from './pixels.ts'

let stack: Stack
let oak: TestPractice
let elm: TestPractice
beforeAll(async () => {
  stack = await startStack()
  oak = await testPractice(stack, 'oak')
  elm = await testPractice(stack, 'elm', '2987654326')
})
afterAll(() => stack?.stop())

const get = (path: string, key = oak.key) =>
  fetch(`${stack.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${key}` } })
const refusal = async (path: string) => {
  const answer = await get(path)
  const body = (await answer.json()) as { errors?: { field: string; detail: string }[] }
  return [answer.status, body.errors?.[0]?.field, body.errors?.map(({ detail }) => detail).join(' ')]
}
const qrOf = () => `/links/${oak.link.id}`
const both = (text: string) => ({ jsqr: text, zxing: text })

test('a code comes as SVG, PNG and PDF, also in colours and with initials, and each is read', async () => {
  for (const query of ['', '?dark=%230f5f6b&light=%23fff4d6', '?mark=initials']) {
    const svg = await get(`${qrOf()}/qr.svg${query}`)
    expect([svg.status, svg.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
    expect(await decodeQr(await svgPixels(await svg.text()))).toEqual(both(oak.link.qrUrl))
    const pdf = await get(`${qrOf()}/qr.pdf${query}`)
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    const [page] = await pdfPixels(new Uint8Array(await pdf.arrayBuffer()))
    expect(await decodeQr(page?.png ?? Buffer.alloc(0))).toEqual(both(oak.link.qrUrl))
  }
  const png = await get(`${qrOf()}/qr.png?size=600&dark=%230f5f6b&light=%23fff4d6`)
  expect(await decodeQr(new Uint8Array(await png.arrayBuffer()))).toEqual(both(oak.link.qrUrl))
})

test('colours that phones do not read are refused with their contrast, and so is light on dark', async () => {
  for (const type of ['svg', 'pdf', 'png']) {
    expect(await refusal(`${qrOf()}/qr.${type}?dark=%23999999`)).toEqual([
      422,
      'dark',
      expect.stringContaining('contrast of 2.8:1, and phones need 4:1'),
    ])
    expect(await refusal(`${qrOf()}/qr.${type}?dark=%23ffffff&light=%23000000`)).toEqual([
      422,
      'dark',
      expect.stringContaining('inverted'),
    ])
    expect(await refusal(`${qrOf()}/qr.${type}?dark=red`)).toEqual([422, 'dark', expect.stringContaining('#rrggbb')])
  }
})

test('pixels carry no mark', async () => {
  expect(await refusal(`${qrOf()}/qr.png?mark=initials`)).toEqual([422, 'mark', expect.stringContaining('SVG and PDF')])
})

test('a parameter that is given twice is to be given once', async () => {
  for (const twice of ['dark=%23000000&dark=%23111111', 'mark=initials&mark=initials'])
    expect(await refusal(`${qrOf()}/qr.svg?${twice}`)).toEqual([422, twice.slice(0, 4), 'Give it once.'])
})

test('HEAD says what would come, of which kind', async () => {
  const head = async (path: string) => {
    const headers = { Authorization: `Bearer ${oak.key}` }
    const answer = await fetch(`${stack.url}/api/v1${path}`, { method: 'HEAD', headers })
    return [answer.status, answer.headers.get('content-type')]
  }
  expect(await head('/cards.pdf?links=all&layout=poster-a4')).toEqual([200, 'application/pdf'])
  expect(await head(`${qrOf()}/qr.svg`)).toEqual([200, 'image/svg+xml'])
  expect(await head(`${qrOf()}/qr.pdf`)).toEqual([200, 'application/pdf'])
  expect(await head(`${qrOf()}/qr.png`)).toEqual([200, 'image/png'])
  expect(await head(`${qrOf()}/signature.png`)).toEqual([200, 'image/png'])
  expect(await head('/cards.pdf?links=nothing&layout=poster-a4')).toEqual([422, 'application/problem+json'])
})

test('a sheet holds the cards of the links that were named, with all that a patient needs', async () => {
  const answer = await get(`/cards.pdf?links=${oak.link.id}&layout=avery-5371&locale=en`)
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    200,
    'application/pdf',
    'no-store',
  ])
  const pages = await pdfPixels(new Uint8Array(await answer.arrayBuffer()))
  expect(pages).toHaveLength(1)
  const text = pages[0]?.text ?? ''
  expect(text.split(oak.link.display)).toHaveLength(11)
  for (const words of [
    'Practice oak',
    oak.office.name,
    oak.referrer.name,
    new URL(stack.publicUrl).host,
    'Scan to choose',
  ])
    expect(text).toContain(words)
})

test('links that are not the practice’s, retired or unknown are refused by their id', async () => {
  expect(await refusal(`/cards.pdf?links=${oak.link.id},${elm.link.id},nothing&layout=poster-a4`)).toEqual([
    422,
    'links',
    expect.stringContaining(`${elm.link.id}, nothing`),
  ])
  expect(await refusal(`/cards.pdf?links=${oak.link.id}&layout=napkin`)).toEqual([
    422,
    'layout',
    expect.stringContaining('avery-5371'),
  ])
  for (const ids of [`all,${oak.link.id}`, `${oak.link.id},all`])
    expect(await refusal(`/cards.pdf?links=${ids}&layout=poster-a4`)).toEqual([
      422,
      'links',
      expect.stringMatching(/: all\./),
    ])
  expect((await get(`/cards.pdf?links=${oak.link.id}, ${oak.link.id}&layout=poster-a4`)).status).toBe(200)
  expect(await refusal('/cards.pdf?links=,&layout=poster-a4')).toEqual([422, 'links', expect.any(String)])
})

test('a name that does not fit is refused with what to do, and nothing is printed of it', async () => {
  const office = await ask<{ id: string }>(stack.url, 'POST /api/v1/offices', {
    key: oak.key,
    body: { name: 'Elm and Lake '.repeat(15).trim() },
  })
  const link = await ask<Link>(stack.url, 'POST /api/v1/links', {
    key: oak.key,
    body: { officeId: office.body.id, service: oak.service, channel: 'card' },
  })
  expect(await refusal(`/cards.pdf?links=${link.body.id}&layout=avery-5371`)).toEqual([
    422,
    'links',
    expect.stringMatching(/^[A-Z0-9]{4}-[A-Z0-9]{4}: The office's name “Elm[^\u2068]*” does not fit.*Shorten/),
  ])
  await ask(stack.url, `POST /api/v1/links/${link.body.id}/retirement`, { key: oak.key })
})

test('“all” prints every link that is in use, in Arabic where it is asked for', async () => {
  const answer = await get('/cards.pdf?links=all&layout=card-print-shop&locale=ar')
  const pages = await pdfPixels(new Uint8Array(await answer.arrayBuffer()))
  const listed = await ask<{ items: Link[] }>(stack.url, 'GET /api/v1/links?limit=200', { key: oak.key })
  const inUse = listed.body.items.filter(({ state }) => state === 'active')
  expect(pages.map(({ text }) => inUse.some(({ display }) => text.includes(display)))).toEqual(inUse.map(() => true))
  expect(pages[0]?.text).toContain('امسح المرب')
})

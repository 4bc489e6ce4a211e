import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compose } from '../../worker/cards/compose.ts'
import type { CardFacts } from '../../worker/cards/facts.ts'
import { signatureFace } from '../../worker/cards/mail-signature.ts'
import { pngOf } from '../../worker/cards/png.ts'
import { rasterOf } from '../../worker/cards/raster.ts'
import { svgOfFace } from '../../worker/cards/svg.ts'
import { CARD_LOCALES, type CardLocale, wordsOf } from '../../worker/cards/words.ts'
import { ask } from '../api.ts'
import { type TestPractice, testPractice } from '../practice.ts'
import { type Stack, startStack } from '../stack.ts'
import { badlyRead } from './conditions.ts'
import { card } from './people.ts'
import { svgPixels } from './pixels.ts'

function drawn(locale: CardLocale, of: CardFacts = card()) {
  const composed = compose(signatureFace(of, wordsOf(locale)))
  if (!composed.ok) throw new Error(JSON.stringify(composed.refusals))
  return composed.face
}
const png = (locale: CardLocale, scale: number) => {
  const face = drawn(locale)
  return pngOf(rasterOf(face, (96 * scale) / 25.4), 96 * scale, face.label)
}

test.each(CARD_LOCALES)(
  'the picture in %s is read at once and twice its size, and says how wide it is',
  async (locale) => {
    for (const scale of [1, 2]) {
      const picture = png(locale, scale)
      expect(await badlyRead(picture, card().qrUrl)).toEqual([])
      expect(await sharp(picture).metadata()).toMatchObject({ width: 460 * scale, density: 96 * scale, channels: 3 })
    }
  },
)

test('its pixels are those that another program draws of the SVG', async () => {
  for (const locale of CARD_LOCALES) {
    const ours = await sharp(png(locale, 2)).greyscale().raw().toBuffer()
    const theirs = await sharp(await svgPixels(svgOfFace(drawn(locale)), 192))
      .greyscale()
      .raw()
      .toBuffer()
    expect(theirs.length).toBe(ours.length)
    const off = ours.map((shade, i) => Math.abs(shade - (theirs[i] ?? 0)))
    expect(off.reduce((sum, one) => sum + one, 0) / off.length).toBeLessThan(1)
  }
})

test('the modules of the code are whole pixels: none is grey', async () => {
  const { data, info } = await sharp(png('en', 1))
    .greyscale()
    .extract({ left: 14, top: 14, width: 116, height: 116 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(info.channels).toBe(1)
  expect([...new Set(data)].toSorted((a, b) => a - b)).toEqual([0, 255])
})

test('it stays legible on dark, since its ground is white', async () => {
  const { data } = await sharp(png('en', 1))
    .ensureAlpha()
    .extract({ left: 0, top: 0, width: 460, height: 8 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  expect(new Set(data)).toEqual(new Set([255]))
})

test('a name that does not fit is refused', () => {
  const composed = compose(signatureFace(card({ practice: 'Orthopedics '.repeat(12) }), wordsOf('en')))
  expect(composed).toMatchObject({ ok: false, refusals: [{ detail: expect.stringContaining('does not fit') }] })
})

let stack: Stack
let oak: TestPractice
beforeAll(async () => {
  stack = await startStack()
  oak = await testPractice(stack, 'oak')
})
afterAll(() => stack?.stop())

const get = (path: string) =>
  fetch(`${stack.url}/api/v1/links/${path}`, { headers: { Authorization: `Bearer ${oak.key}` } })

test('the API gives it as PNG and SVG, with a text for people who do not see it', async () => {
  const answer = await get(`${oak.link.id}/signature.png?locale=es`)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png'])
  const picture = Buffer.from(await answer.arrayBuffer())
  expect(await badlyRead(picture, oak.link.qrUrl)).toEqual([])
  const said = `Para su cita en Practice oak, elija una hora en ${oak.link.url} o llame al (312) 555-0100 y diga el código ${oak.link.display}.`
  expect(picture.toString('utf8')).toContain(said)
  const svg = await get(`${oak.link.id}/signature.svg?locale=es`)
  expect([svg.status, svg.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
  expect(await svg.text()).toContain(`<title>${said}</title>`)
})

test('a link that is unknown or retired has none', async () => {
  expect((await get('nothing/signature.png')).status).toBe(404)
  const path = `/api/v1/links/${oak.link.id}/retirement` as const
  await ask(stack.url, `POST ${path}`, { key: oak.key })
  expect((await get(`${oak.link.id}/signature.svg`)).status).toBe(404)
})

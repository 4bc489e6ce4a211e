import sharp from 'sharp'
import { expect, test } from 'vitest'
import { compose } from '../../worker/cards/compose.ts'
import { pdfOf } from '../../worker/cards/pdf.ts'
import { initialsOf, qrFace } from '../../worker/cards/qr-face.ts'
import { svgOf, svgOfFace } from '../../worker/cards/svg.ts'
import { badlyRead } from './conditions.ts'
import { pdfPixels, svgPixels } from './pixels.ts'

const ADDRESS = 'HTTPS://CARE.NORTHBAY-ORTHO.EXAMPLE/Q/K7M4HXR2'

const drawn = (initials?: string, dark = '#000000', light = '#ffffff') => {
  const composed = compose(qrFace(ADDRESS, { dark, light, initials }, 'Card of <Okonjo> & partners'))
  if (!composed.ok) throw new Error(JSON.stringify(composed.refusals))
  return composed.face
}

test('the SVG and the PDF of a code are read by both decoders, have their margin, and the title is escaped', async () => {
  const face = drawn()
  const svg = svgOfFace(face)
  expect(svg).toContain('Card of &lt;Okonjo> &amp; partners')
  expect(await badlyRead(await svgPixels(svg), ADDRESS)).toEqual([])
  const page = { width: face.width, height: face.height, faces: [{ x: 0, y: 0, face }] }
  const pdf = new Uint8Array(await new Response(pdfOf([page], 'K7M4-HXR2', 'en')).arrayBuffer())
  const [shown] = await pdfPixels(pdf)
  expect(await badlyRead(shown?.png ?? Buffer.alloc(0), ADDRESS)).toEqual([])
})

test('what XML cannot write is left out of the title', () => {
  expect(svgOf({ width: 1, height: 1, faces: [] }, 'Elm\uffff & \ufffe\u0001\ud800Lake \u{1f600}')).toContain(
    '<title>Elm &amp; Lake \u{1f600}</title>',
  )
})

test('colours with a contrast of 4:1 are read', async () => {
  expect(await badlyRead(await svgPixels(svgOfFace(drawn(undefined, '#0f5f6b', '#fff4d6'))), ADDRESS)).toEqual([])
  expect(await badlyRead(await svgPixels(svgOfFace(drawn(undefined, '#7a7a7a', '#ffffff'))), ADDRESS)).toEqual([])
})

test('initials over the middle leave room for damage: it is still read with a spot on it', async () => {
  const whole = await svgPixels(svgOfFace(drawn('NO')), 200)
  expect(await badlyRead(whole, ADDRESS)).toEqual([])
  const { width = 0 } = await sharp(whole).metadata()
  // Clear of the patterns by which a decoder finds and straightens a code: no correction makes up for those.
  for (const [left, top] of [
    [0.6, 0.35],
    [0.35, 0.65],
    [0.14, 0.4],
  ] as const) {
    const size = Math.round(width * 0.17)
    const patch = { create: { width: size, height: size, channels: 3, background: '#808080' } } as const
    const damaged = await sharp(whole)
      .composite([{ input: patch, left: Math.round(left * width), top: Math.round(top * width) }])
      .png()
      .toBuffer()
    expect(await badlyRead(damaged, ADDRESS), `${left}, ${top}`).toEqual([])
  }
})

test('initials are of the first two words that have letters', () => {
  expect(['Northbay Orthopedics & Sports', '3 élan', 'Ärzte-Haus', '***'].map(initialsOf)).toEqual([
    'NO',
    'É',
    'ÄH',
    '',
  ])
})

import { qrOf } from '../links/qr.ts'
import { Column, lowered, MUTED, turned } from './column.ts'
import type { Face } from './drawing.ts'
import type { CardFacts } from './facts.ts'
import type { CardWords } from './words.ts'

/*
 * A picture for the end of an e-mail, on white like all faces: dark mail programs leave it as it is. Its measures are
 * pixels of a screen, and a module of the code has a whole number of them.
 */

/** Of a screen, 96 to an inch, in millimetres; and in points, in which type is measured. */
const PIXEL = 25.4 / 96
const PIXEL_POINTS = 0.75
const WIDE = 460
const MODULE_PIXELS = 4
const MARGIN = 14
/** More than the quiet zone of the code. */
const GUTTER = 20

export function signatureFace(facts: CardFacts, words: CardWords): Face {
  const code = qrOf(facts.qrUrl).size * MODULE_PIXELS
  const x = MARGIN + code + GUTTER
  const beside = new Column(words.direction, x * PIXEL, MARGIN * PIXEL, (WIDE - x - MARGIN) * PIXEL)
  const size = (pixels: number, least = pixels) => ({ size: pixels * PIXEL_POINTS, least: least * PIXEL_POINTS })
  const contact = facts.phone ? `${facts.phone}  ·  ${facts.domain}` : facts.domain
  beside
    .text("The practice's name", facts.practice, { ...size(14, 11), most: 2, bold: true, ink: facts.accent })
    .space(4 * PIXEL)
    .text('The code', facts.display, { ...size(22), bold: true })
    .space(2 * PIXEL)
    .text('The sentence', words.sentence, { ...size(12, 11), most: 2 })
    .space(3 * PIXEL)
    .text('The telephone number and the domain', contact, { ...size(12, 10), most: 2, ink: MUTED })
    .text("The office's name", facts.office, { ...size(12, 10), most: 2, ink: MUTED })
  const told = Math.ceil(beside.y / PIXEL) - MARGIN
  const high = Math.max(code, told)
  const middle = (of: number) => Math.floor((high - of) / 2) * PIXEL
  const face: Face = {
    ...{ width: WIDE * PIXEL, height: (high + 2 * MARGIN) * PIXEL, label: signatureText(facts, words) },
    marks: [
      {
        ...{ kind: 'qr', x: MARGIN * PIXEL, y: MARGIN * PIXEL + middle(code), side: code * PIXEL },
        ...{ content: facts.qrUrl, correction: 'Q' },
      },
      ...lowered(beside.marks, middle(told)),
    ],
  }
  return turned(face, words.direction)
}

/** What is read to people who do not see the picture. */
const signatureText = ({ practice, url, phone, display }: CardFacts, { kit }: CardWords): string =>
  kit
    .summaryText(practice, url, phone, display)
    .replaceAll(/[\u2068\u2069]/g, '')
    .replaceAll('\u00a0', ' ')

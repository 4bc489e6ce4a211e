import { QUIET_MODULES, qrSize } from '../links/qr.ts'
import type { Face } from './drawing.ts'

/** How a QR code alone is drawn. */
export interface QrStyle {
  /** #rrggbb */
  dark: string
  light: string
  /** Up to three letters over the middle, which takes correction H. */
  initials?: string | undefined
}

/** Of the symbol's side: under 5 % of its area, of which correction H can lose 30 %. */
const MARK_SHARE = 0.22

/** A QR code with its quiet zone, a module 1 mm wide: it may be scaled to any size. */
export function qrFace(content: string, { dark, light, initials }: QrStyle, label: string): Face {
  const correction = initials ? 'H' : 'Q'
  const side = qrSize(content, correction)
  const whole = side + 2 * QUIET_MODULES
  const marks: Face['marks'] = [
    { kind: 'rect', x: 0, y: 0, width: whole, height: whole, ink: light },
    { kind: 'qr', x: QUIET_MODULES, y: QUIET_MODULES, side, content, correction, ink: dark },
  ]
  if (initials) {
    // Whole modules, an odd number like the symbol's: it covers as many as it seems to.
    const mark = Math.floor((side * MARK_SHARE - 1) / 2) * 2 + 1
    const at = QUIET_MODULES + (side - mark) / 2
    marks.push(
      { kind: 'rect', x: at, y: at, width: mark, height: mark, ink: light },
      {
        kind: 'text',
        text: initials,
        name: 'The mark in the middle',
        x: at + 0.5,
        y: at + 0.5,
        width: mark - 1,
        height: mark - 1,
        size: mark * 1.9,
        least: mark * 0.6,
        bold: true,
        align: 'center',
        valign: 'middle',
        direction: 'ltr',
        ink: dark,
      },
    )
  }
  return { width: whole, height: whole, label, marks }
}

/** The first letters of a name's first two words that have any. */
export const initialsOf = (name: string): string =>
  (name.match(/\p{L}+/gu) ?? [])
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('')

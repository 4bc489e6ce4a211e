import { labelOf, namesOf, sourceOf } from './card.ts'
import type { Face, TextMark } from './drawing.ts'
import type { CardFacts } from './facts.ts'
import type { CardWords } from './words.ts'

/* A poster for a waiting room or a counter: one column, everything on its axis, sizes in proportion to its width. */

/** Of the width. */
const QR_SHARE = 0.46
const MARGIN_SHARE = 0.1
const MUTED = '#444444'

export function posterFace(facts: CardFacts, words: CardWords, width: number, height: number): Face {
  const { direction } = words
  const margin = width * MARGIN_SHARE
  const side = width * QR_SHARE
  /** `y` and `high` are shares of the height, `size` is points on a poster 100 mm wide. */
  const text = (
    y: number,
    high: number,
    size: number,
    text: string,
    name: string,
    more: Partial<TextMark> = {},
  ): TextMark => ({
    kind: 'text',
    text,
    name,
    direction,
    x: margin,
    y: y * height,
    width: width - 2 * margin,
    height: high * height,
    size: (size * width) / 100,
    least: Math.max((size * width) / 200, 6),
    align: 'center',
    valign: 'middle',
    ...more,
  })
  const marks: Face['marks'] = [
    text(0.055, 0.05, 11, facts.practice, "The practice's name", { bold: true, ink: facts.accent }),
    text(0.115, 0.075, 20, words.headline, 'The headline', { bold: true }),
    { kind: 'qr', x: (width - side) / 2, y: height * 0.25, side, content: facts.qrUrl, correction: 'Q' },
    text(0.665, 0.03, 9, facts.domain, 'The domain', { direction: 'ltr' }),
    text(0.725, 0.03, 9, words.call, 'The sentence'),
    text(0.765, 0.045, 22, facts.display, 'The code', { bold: true, direction: 'ltr' }),
    {
      kind: 'line',
      from: [margin, height * 0.885],
      to: [width - margin, height * 0.885],
      width: 0.25,
      ink: facts.accent,
    },
    text(0.895, 0.04, 7.5, words.from(namesOf(facts)), sourceOf(facts)),
    text(0.948, 0.025, 5, words.reach(`${Math.round(side)} mm`, reach(side)), 'The note on distance', {
      ink: MUTED,
      least: 5,
    }),
  ]
  if (facts.phone)
    marks.push(text(0.825, 0.04, 14, facts.phone, 'The telephone number', { bold: true, direction: 'ltr' }))
  return { width, height, label: labelOf(facts), code: facts.display, marks }
}

/** Ten times the width. */
const reach = (side: number) => `${Math.round(side)} cm (${Math.round(side / 2.54)} in)`

import type { Box, Face } from './drawing.ts'
import type { CardFacts } from './facts.ts'
import type { CardWords } from './words.ts'

/*
 * A card that fits a wallet. The code and the QR lead, what to do stands beside them, and who it is from below a
 * hairline; from right to left all of it is mirrored. Black and one accent: a printer with one ink loses nothing.
 */

/** Free on every side, also of what a sheet of labels may be off. */
const MARGIN = 6
const QR_SIDE = 24
/** Beside the QR code, wider than the quiet zone of its coarsest symbol. */
const GUTTER = 5
const FOOT = 15.8

export function cardFace(facts: CardFacts, words: CardWords, width: number, height: number): Face {
  const { direction } = words
  const isRtl = direction === 'rtl'
  const mirrored = (box: Box): Box => (isRtl ? { ...box, x: width - box.x - box.width } : box)
  const beside = MARGIN + QR_SIDE + GUTTER
  const column = (y: number, high: number) => mirrored({ x: beside, y, width: width - beside - MARGIN, height: high })
  const across = (y: number, high: number) => mirrored({ x: MARGIN, y, width: width - 2 * MARGIN, height: high })
  // Codes, numbers and domains run from left to right everywhere, on the side of the rest.
  const latin = { kind: 'text', direction: 'ltr', align: isRtl ? 'end' : 'start' } as const
  const spoken = { kind: 'text', direction } as const
  const top = (height - FOOT - QR_SIDE) / 2 + 1
  const foot = height - FOOT
  const marks: Face['marks'] = [
    {
      kind: 'qr',
      x: isRtl ? width - MARGIN - QR_SIDE : MARGIN,
      y: top,
      side: QR_SIDE,
      content: facts.qrUrl,
      correction: 'Q',
    },
    { ...latin, ...column(top, 6), text: facts.display, name: 'The code', size: 19, least: 14, bold: true },
    { ...spoken, ...column(top + 8, 8), text: words.sentence, name: 'The sentence', size: 8.5, least: 7, lines: 2 },
    {
      ...latin,
      ...column(top + QR_SIDE - 3.2, 3.2),
      valign: 'bottom',
      text: facts.domain,
      name: 'The domain',
      size: 8.5,
      least: 5.5,
    },
    { kind: 'line', from: [MARGIN, foot], to: [width - MARGIN, foot], width: 0.2, ink: facts.accent },
    {
      ...spoken,
      ...across(foot + 2.8, 3.2),
      text: facts.practice,
      name: "The practice's name",
      size: 8.5,
      least: 6,
      bold: true,
      ink: facts.accent,
    },
    {
      ...spoken,
      ...across(foot + 6.8, 5.4),
      text: words.from(namesOf(facts)),
      name: sourceOf(facts),
      size: 7.5,
      least: 6,
    },
  ]
  if (facts.phone)
    marks.push({
      ...latin,
      ...column(top + QR_SIDE - 8.4, 3.6),
      valign: 'bottom',
      text: facts.phone,
      name: 'The telephone number',
      size: 10,
      least: 7,
      bold: true,
    })
  return { width, height, label: labelOf(facts), code: facts.display, marks }
}

export const namesOf = ({ referrer, office }: CardFacts): string[] => (referrer ? [referrer, office] : [office])

/** What a refusal calls those names. */
export const sourceOf = ({ referrer }: CardFacts): string =>
  referrer ? "The referrer's or the office's name" : "The office's name"

export const labelOf = ({ practice, display, office }: CardFacts): string => `${display} · ${practice} · ${office}`

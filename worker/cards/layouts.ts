import { BLACK, type Face, type LineMark } from './drawing.ts'
import type { CardWords } from './words.ts'

/** What a layout puts where. Millimetres. */
export interface Layout {
  paper: Size
  /** Of one card or poster. */
  item: Size
  /** The top left corners of the items on a page. */
  places: { x: number; y: number }[]
  /** Around the cards: where to cut, and a line that shows whether the printer kept the scale. */
  cuts: 'none' | 'edges' | 'corners' | 'middle'
  ruler: boolean
  bleed?: number
}
interface Size {
  width: number
  height: number
}

const LETTER = { width: 215.9, height: 279.4 }
const A4 = { width: 210, height: 297 }
const A6 = { width: 105, height: 148 }
/** 3.5 x 2 inches. */
const US_CARD = { width: 88.9, height: 50.8 }
const EU_CARD = { width: 85, height: 55 }
const BLEED = 3.2
/** From the paper's edge to the card's: room for the bleed and the marks beyond it. */
const SLUG = 10

const MARK_LENGTH = 5
const MARK_GAP = 1.5
/** Of the edge, by office printers. */
const UNPRINTED = 4.5
const HAIRLINE = 0.15

/** Two columns of five without a gutter. Avery 5371 and 8371: margins of 0.75 and 0.5 inches. */
const avery = sheet(LETTER, US_CARD, 19.05, 12.7, 'none')

export const LAYOUT_NAMES = [
  'avery-5371',
  'avery-8371',
  'a4-85x55',
  'card-print-shop',
  'poster-letter',
  'poster-a4',
  'poster-a6',
  'slip-half-letter',
  'slip-a5',
  'kit-letter',
  'kit-a4',
] as const
export type LayoutName = (typeof LAYOUT_NAMES)[number]

export const LAYOUTS: Record<LayoutName, Layout> = {
  'avery-5371': avery,
  'avery-8371': avery,
  'a4-85x55': sheet(A4, EU_CARD, 20, 11, 'edges'),
  'card-print-shop': {
    paper: { width: US_CARD.width + 2 * SLUG, height: US_CARD.height + 2 * SLUG },
    item: US_CARD,
    places: [{ x: SLUG, y: SLUG }],
    cuts: 'corners',
    ruler: false,
    bleed: BLEED,
  },
  'poster-letter': page(LETTER),
  'poster-a4': page(A4),
  'poster-a6': page(A6),
  'slip-half-letter': slips(LETTER),
  'slip-a5': slips(A4),
  'kit-letter': page(LETTER),
  'kit-a4': page(A4),
}

function sheet(paper: Size, item: Size, left: number, top: number, cuts: Layout['cuts']): Layout {
  const places = [0, 1, 2, 3, 4].flatMap((row) =>
    [0, 1].map((column) => ({ x: left + column * item.width, y: top + row * item.height })),
  )
  return { paper, item, places, cuts, ruler: true }
}

function page(paper: Size): Layout {
  return { paper, item: paper, places: [{ x: 0, y: 0 }], cuts: 'none', ruler: false }
}

/** Two halves of a sheet that lies on its side: the paper that an office's printer has, cut once. */
function slips({ width: height, height: width }: Size): Layout {
  const item = { width: width / 2, height }
  const places = [0, item.width].map((x) => ({ x, y: 0 }))
  return { paper: { width, height }, item, places, cuts: 'middle', ruler: false }
}

/** What is printed beside the cards, on the paper that falls away. */
export function paperFace({ paper, item, places, cuts, ruler, bleed }: Layout, words: CardWords): Face {
  const marks: Face['marks'] = []
  const xs = [...new Set(places.flatMap(({ x }) => [x, x + item.width]))]
  const ys = [...new Set(places.flatMap(({ y }) => [y, y + item.height]))]
  const [left = 0, right = 0] = [Math.min(...xs), Math.max(...xs)]
  const [top = 0, bottom = 0] = [Math.min(...ys), Math.max(...ys)]
  const gap = bleed ?? MARK_GAP
  if (cuts === 'middle') {
    const [x, far] = [paper.width / 2, paper.height - UNPRINTED]
    marks.push(line(x, UNPRINTED, x, UNPRINTED + MARK_LENGTH), line(x, far - MARK_LENGTH, x, far))
  } else if (cuts !== 'none') {
    for (const x of xs)
      marks.push(line(x, top - gap, x, top - gap - MARK_LENGTH), line(x, bottom + gap, x, bottom + gap + MARK_LENGTH))
    for (const y of ys)
      marks.push(line(left - gap, y, left - gap - MARK_LENGTH, y), line(right + gap, y, right + gap + MARK_LENGTH, y))
  }
  if (ruler) marks.push(...rulerMarks(paper, words))
  return { ...paper, label: '', marks }
}

const RULER_MM = 50

/** In the top margin, between the cut marks: 50 mm with a tick every ten, and what it is for. */
function rulerMarks({ width }: Size, words: CardWords): Face['marks'] {
  const y = 6.2
  const from = width / 2 - RULER_MM - 6
  const ticks = [0, 10, 20, 30, 40, 50].map((at) => line(from + at, y - (at % 50 === 0 ? 1.5 : 0.8), from + at, y))
  return [
    line(from, y, from + RULER_MM, y),
    ...ticks,
    {
      kind: 'text',
      text: words.ruler(`${RULER_MM} mm`),
      name: 'The ruler',
      x: width / 2 + 4,
      y: y - 2.4,
      width: 60,
      height: 3,
      size: 7,
      least: 5,
      direction: words.direction,
      align: words.direction === 'rtl' ? 'end' : 'start',
      valign: 'middle',
    },
  ]
}

const line = (x1: number, y1: number, x2: number, y2: number): LineMark => ({
  kind: 'line',
  from: [x1, y1],
  to: [x2, y2],
  width: HAIRLINE,
  ink: BLACK,
})

import { compose, type SetFace } from './compose.ts'
import type { Page } from './drawing.ts'
import { FACES } from './faces.ts'
import type { CardFacts } from './facts.ts'
import type { Refusal } from './fit.ts'
import { LAYOUTS, type Layout, type LayoutName, paperFace } from './layouts.ts'
import { type CardLocale, wordsOf } from './words.ts'

/**
 * The pages of a layout for these cards, each set completely; or what does not fit. A sheet of several repeats its cards
 * until the last page is full. Pages are laid out one by one as they are taken.
 */
export function layOut(
  name: LayoutName,
  cards: CardFacts[],
  locale: CardLocale,
): { ok: true; count: number; pages: Iterable<Page<SetFace>> } | { ok: false; refusals: Refusal[] } {
  const layout = LAYOUTS[name]
  const words = wordsOf(locale)
  const { width, height } = layout.item
  const faces: SetFace[] = []
  const refusals: Refusal[] = []
  for (const card of cards) {
    const composed = compose(FACES[name](card, words, width, height))
    if (composed.ok) faces.push(composed.face)
    else refusals.push(...composed.refusals)
  }
  const paper = compose(paperFace(layout, words))
  if (!paper.ok) refusals.push(...paper.refusals)
  if (refusals.length > 0 || !paper.ok) return { ok: false, refusals: onlyOnce(refusals) }
  return {
    ok: true,
    count: Math.ceil(faces.length / layout.places.length),
    pages: pagesOf(layout, faces, paper.face),
  }
}

function* pagesOf(layout: Layout, faces: SetFace[], around: SetFace): Generator<Page<SetFace>> {
  const { paper, places, bleed, item } = layout
  for (let from = 0; from < faces.length; from += places.length) {
    const placed = places.flatMap((place, i) => {
      const face = faces[(from + i) % faces.length]
      return face ? [{ ...place, face }] : []
    })
    const [first] = places
    yield {
      ...paper,
      faces: [...placed, ...(around.marks.length > 0 ? [{ x: 0, y: 0, face: around }] : [])],
      ...(bleed && first ? { trim: { ...first, ...item, bleed } } : {}),
    }
  }
}

/** The practice's name is on every card. */
const onlyOnce = (refusals: Refusal[]): Refusal[] => [
  ...new Map(refusals.map((refusal) => [refusal.detail, refusal])).values(),
]

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
  const refusals: { refusal: Refusal; code?: string | undefined }[] = []
  for (const card of cards) {
    const face = FACES[name](card, words, width, height)
    const composed = compose(face)
    if (composed.ok) faces.push(composed.face)
    else refusals.push(...composed.refusals.map((refusal) => ({ refusal, code: face.code })))
  }
  const paper = compose(paperFace(layout, words))
  if (!paper.ok) refusals.push(...paper.refusals.map((refusal) => ({ refusal })))
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

/** Each with the codes of its links, of which the first are enough: the practice's name is on every card. */
function onlyOnce(refusals: { refusal: Refusal; code?: string | undefined }[]): Refusal[] {
  const known = new Map<string, { refusal: Refusal; codes: Set<string> }>()
  for (const { refusal, code } of refusals) {
    const one = known.get(refusal.detail) ?? { refusal, codes: new Set() }
    known.set(refusal.detail, one)
    if (code) one.codes.add(code)
  }
  return [...known.values()].map(({ refusal: { text, detail }, codes }) => {
    const more = codes.size > MOST_CODES ? ` and ${codes.size - MOST_CODES} more` : ''
    const named = [...codes].slice(0, MOST_CODES).join(', ') + more
    return { text, detail: named ? `${named}: ${detail}` : detail }
  })
}
const MOST_CODES = 3

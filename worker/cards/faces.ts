import { cardFace } from './card.ts'
import type { Face } from './drawing.ts'
import type { CardFacts } from './facts.ts'
import { kitFace } from './kit.ts'
import type { LayoutName } from './layouts.ts'
import { posterFace } from './poster.ts'
import { slipFace } from './slip.ts'
import type { CardWords } from './words.ts'

/** What each layout draws, on so many millimetres. Apart from its measures, which are known without loading type. */
export const FACES: Record<LayoutName, (facts: CardFacts, words: CardWords, width: number, height: number) => Face> = {
  'avery-5371': cardFace,
  'avery-8371': cardFace,
  'a4-85x55': cardFace,
  'card-print-shop': cardFace,
  'poster-letter': posterFace,
  'poster-a4': posterFace,
  'poster-a6': posterFace,
  'slip-half-letter': slipFace,
  'slip-a5': slipFace,
  'kit-letter': kitFace,
  'kit-a4': kitFace,
}

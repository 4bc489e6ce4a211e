import { POINT_MM, type TextMark } from './drawing.ts'
import { type Paragraph, paragraph, type Shaped } from './typeface.ts'

/** A text as it is set: every line shaped, at one size. */
export interface Fitted {
  /** Points. */
  size: number
  lines: Shaped[]
}

/** Why a text is not printed, and what to do. */
export interface Refusal {
  text: string
  detail: string
}

/** Of one baseline from the next, in em. */
export const LEADING = 1.25
const STEP_POINTS = 0.25

/**
 * Sets a text into its box: at the size that is wanted, else smaller, down to the least; only then on more lines, as
 * many as the box has room for. What still does not fit, or holds signs that no font here has, is refused: never cut.
 */
export function fit(mark: Omit<TextMark, 'x' | 'y'>): Fitted | Refusal {
  const { text, name, size, least, lines, bold, direction, width, height } = mark
  const key = JSON.stringify([text, name, size, least, lines, bold, direction, width, height])
  const before = known.get(key)
  if (before) return before
  if (known.size === MOST_KNOWN) known.clear()
  const fitted = set(mark)
  known.set(key, fitted)
  return fitted
}

/** What was set before: most of a print run is the same on every card. All of it is forgotten when it is full. */
const known = new Map<string, Fitted | Refusal>()
const MOST_KNOWN = 500

function set(mark: Omit<TextMark, 'x' | 'y'>): Fitted | Refusal {
  const { text, name, size, least } = mark
  const whole = paragraph(text, mark.direction, mark.bold ?? false)
  if (whole.missing.length > 0) {
    const signs = whole.missing.map(visibly).join(', ')
    const wrong = factsIn(whole.text).filter((fact) => whole.missing.some((sign) => fact.includes(sign)))
    const named = (wrong.length > 0 ? wrong : [whole.text]).map((fact) => `“${fact}”`).join(', ')
    return { text, detail: `${name} ${named} has signs that the card's typeface lacks: ${signs}. Write it in others.` }
  }
  const words = wordsOf(whole)
  const mostLines = Math.floor(mark.height / (least * POINT_MM * LEADING) + 0.01)
  for (let lines = mark.lines ?? 1; lines <= Math.max(mostLines, 1); lines++)
    for (let points = size; points >= least - 0.01; points -= STEP_POINTS) {
      const em = points * POINT_MM
      if (lines > 1 && lines * em * LEADING > mark.height + 0.01) continue
      const set = inLines(whole, words, mark.width / em, lines)
      if (set) return { size: points, lines: set }
    }
  return {
    text,
    detail: `${name} “${longest(factsIn(text))}” does not fit, even at ${least} points. Shorten it, or choose a layout with more room.`,
  }
}

/** The names and numbers that a text speaks of (apart.ts), which people can change; the text itself where it has none. */
const factsIn = (text: string): string[] => {
  const facts = [...text.matchAll(/\u2068([^\u2069]*)\u2069/gu)].flatMap(([, fact]) => fact ?? [])
  return facts.length > 0 ? facts : [text]
}
const longest = (texts: string[]) => texts.reduce((one, other) => (other.length > one.length ? other : one), '')

/** A sign that cannot be seen is written by its number. */
const visibly = (sign: string): string =>
  /[\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}]/u.test(sign)
    ? `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
    : `“${sign}”`

interface Word {
  start: number
  end: number
  /** In em; so is `space`, of what comes before it. */
  width: number
  space: number
  /** Whether the text itself begins a line with it. */
  begins: boolean
}

function wordsOf(whole: Paragraph): Word[] {
  let before = 0
  return [...whole.text.matchAll(/[^ \n]+/gu)].map((found) => {
    const start = found.index
    const end = start + found[0].length
    const gap = whole.text.slice(before, start)
    const begins = gap.includes('\n')
    const space = begins ? 0 : whole.shape(before, start).width
    before = end
    return { start, end, width: whole.shape(start, end).width, space, begins }
  })
}

/** As few lines as there can be of this width (em), the last not left with a single short word where that is avoidable. */
function inLines(whole: Paragraph, words: Word[], width: number, most: number): Shaped[] | null {
  const breaks = broken(words, width)
  if (!breaks || breaks.length > most) return null
  // The narrowest measure that takes no more lines: lines of about one length.
  let even = breaks
  for (let narrower = width * 0.95; narrower > width * 0.5; narrower -= width * 0.05) {
    const tried = broken(words, narrower)
    if (!tried || tried.length > breaks.length) break
    even = tried
  }
  const lines = even.map(({ start, end }) => whole.shape(start, end))
  return lines.every((line) => line.width <= width * 1.001) ? lines : null
}

function broken(words: Word[], width: number): { start: number; end: number }[] | null {
  const lines: { start: number; end: number; width: number }[] = []
  for (const word of words) {
    if (word.width > width) return null
    const last = lines.at(-1)
    if (last && !word.begins && last.width + word.space + word.width <= width) {
      last.end = word.end
      last.width += word.space + word.width
    } else lines.push({ start: word.start, end: word.end, width: word.width })
  }
  return lines
}

import latin from '@expo-google-fonts/ibm-plex-sans/400Regular/IBMPlexSans_400Regular.ttf?inline'
import latinBold from '@expo-google-fonts/ibm-plex-sans/600SemiBold/IBMPlexSans_600SemiBold.ttf?inline'
import arabic from '@expo-google-fonts/ibm-plex-sans-arabic/400Regular/IBMPlexSansArabic_400Regular.ttf?inline'
import arabicBold from '@expo-google-fonts/ibm-plex-sans-arabic/600SemiBold/IBMPlexSansArabic_600SemiBold.ttf?inline'
import bidiFactory from 'bidi-js'
import { create, type Font, type Glyph } from 'fontkit'
import type { Direction } from './drawing.ts'

/*
 * IBM Plex Sans and IBM Plex Sans Arabic (OFL), drawn for each other: Latin with all its accents, Vietnamese, Greek and
 * Cyrillic in the one, Arabic and Persian in the other. fontkit joins Arabic letters and makes the subsets that go into
 * a PDF; it is plain JavaScript, without eval or files, so that it runs in workerd and in a browser alike (HarfBuzz in
 * WebAssembly would ask the pages' CSP for a hole). bidi-js orders text that runs both ways. The fonts lie in this
 * module, which only what is printed loads: no request for them, and nothing in the way of a redirect.
 */

export type FontName = 'latin' | 'latinBold' | 'arabic' | 'arabicBold'
const FILES: Record<FontName, string> = { latin, latinBold, arabic, arabicBold }

/** A run of glyphs of one font, all in units of 1 em, from the left; `x` and `y` (upwards) are of the pen. */
export interface Run {
  font: FontName
  glyphs: { glyph: Glyph; x: number; y: number }[]
}
/** A line as it is seen, from the left. */
export interface Shaped {
  runs: Run[]
  /** In em. */
  width: number
}

/** A paragraph, of which any part can be shaped as a line. Offsets are those of `text`. */
export interface Paragraph {
  text: string
  /** Signs that no font here has. */
  missing: string[]
  shape(start: number, end: number): Shaped
}

export function paragraph(given: string, direction: Direction, isBold: boolean): Paragraph {
  const text = given.normalize('NFC').replaceAll(UNSEEN_GAP, ' ')
  const levels = bidi.getEmbeddingLevels(text, direction)
  const fonts = fontsOf(text, levels.levels, isBold)
  const missing = [...text].filter((sign) => !INVISIBLE.test(sign) && !hasSign(sign))
  return {
    text,
    missing: [...new Set(missing)],
    shape: (start, end) => {
      if (end <= start) return { runs: [], width: 0 }
      // It gives the indices of the whole text, with those of the line turned.
      const order = bidi.getReorderedIndices(text, levels, start, end - 1).slice(start, end)
      return joined(inPieces(order, fonts, levels.levels).map((piece) => shapePiece(text, piece)))
    },
  }
}

/** Read when it is first needed, and kept: reading takes some milliseconds a font. */
export function fontOf(name: FontName): Font {
  const known = fonts[name]
  if (known) return known
  const base64 = FILES[name].slice(FILES[name].indexOf(',') + 1)
  const font = create(Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0)))
  fonts[name] = font
  return font
}

const fonts: Partial<Record<FontName, Font>> = {}
const bidi = bidiFactory()

/** Ends of lines, marks of direction, variation selectors: they order a text or tune its letters and are never drawn. */
const INVISIBLE = /[\n\p{Default_Ignorable_Code_Point}]/u
/** Between words where somebody typed or pasted them: without a space, the words would run together. */
const UNSEEN_GAP = / *[\u200b\u2028\u2029]+ */gu
const ARABIC = /\p{Script=Arabic}/u

const hasSign = (sign: string) => hasGlyph('latin', sign) || hasGlyph('arabic', sign)
const hasGlyph = (font: FontName, sign: string) => fontOf(font).hasGlyphForCodePoint(sign.codePointAt(0) ?? 0)
const isRightToLeft = (level: number | undefined) => (level ?? 0) % 2 === 1

/** The font of each UTF-16 unit; null where nothing is drawn. */
function fontsOf(text: string, levels: Uint8Array, isBold: boolean): (FontName | null)[] {
  const fonts: (FontName | null)[] = []
  for (const sign of text) {
    const font = fontFor(sign, isRightToLeft(levels[fonts.length]), isBold)
    for (let unit = 0; unit < sign.length; unit++) fonts.push(font)
  }
  return fonts
}

/** Spaces and brackets within Arabic are those of the Arabic font. */
function fontFor(sign: string, isWithinArabic: boolean, isBold: boolean): FontName | null {
  if (INVISIBLE.test(sign)) return null
  const isArabic = ARABIC.test(sign) || !hasGlyph('latin', sign) || (isWithinArabic && hasGlyph('arabic', sign))
  if (isArabic) return isBold ? 'arabicBold' : 'arabic'
  return isBold ? 'latinBold' : 'latin'
}

/** Neighbours of one font that run one way: from `start` up to, not including, `end` in the text. */
interface Piece {
  start: number
  end: number
  font: FontName
  level: number
}

/** The pieces of a line in the order in which they are seen, from the left. */
function inPieces(order: number[], fonts: (FontName | null)[], levels: Uint8Array): Piece[] {
  const pieces: Piece[] = []
  for (const at of order) {
    const font = fonts[at]
    if (!font) continue
    const level = levels[at] ?? 0
    const last = pieces.at(-1)
    const goesOn = last?.font === font && last.level === level
    if (goesOn && at === last.end) last.end++
    else if (goesOn && at === last.start - 1) last.start--
    else pieces.push({ start: at, end: at + 1, font, level })
  }
  return pieces
}

function shapePiece(text: string, { start, end, font: name, level }: Piece): Shaped {
  const font = fontOf(name)
  const isRtl = isRightToLeft(level)
  const part = text.slice(start, end)
  // Brackets within text from right to left open to the left.
  const signs = isRtl ? [...part].map((sign) => bidi.getMirroredCharacter(sign) ?? sign).join('') : part
  const script = name.startsWith('arabic') ? 'arab' : 'latn'
  const { glyphs, positions } = font.layout(signs, undefined, script, undefined, isRtl ? 'rtl' : 'ltr')
  const em = font.unitsPerEm
  let pen = 0
  const placed = glyphs.map((glyph, i) => {
    const { xAdvance = 0, xOffset = 0, yOffset = 0 } = positions[i] ?? {}
    const at = { glyph, x: (pen + xOffset) / em, y: yOffset / em }
    pen += xAdvance
    return at
  })
  return { runs: [{ font: name, glyphs: placed }], width: pen / em }
}

/** One after another, from the left. */
function joined(pieces: Shaped[]): Shaped {
  let width = 0
  const runs: Run[] = []
  for (const piece of pieces) {
    for (const { font, glyphs } of piece.runs)
      runs.push({ font, glyphs: glyphs.map(({ glyph, x, y }) => ({ glyph, x: x + width, y })) })
    width += piece.width
  }
  return { runs, width }
}

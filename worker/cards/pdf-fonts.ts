import type { Glyph } from 'fontkit'
import { hex, type PdfFile } from './pdf-file.ts'
import { type FontName, fontOf, type Run } from './typeface.ts'

/** The fonts of one PDF. Each gives its glyphs numbers as they are used, and is embedded with those alone. */
export class PdfFonts {
  private readonly used = new Map<FontName, Map<number, { at: number; glyph: Glyph }>>()
  private readonly file: PdfFile

  constructor(file: PdfFile) {
    this.file = file
  }

  /** The operators that show a run; `size` in points, `place` gives the pen's place on the page from its em. */
  show({ font, glyphs }: Run, size: number, place: (x: number, y: number) => string): string {
    const em = fontOf(font).unitsPerEm
    const parts: string[] = [`/${font} ${size} Tf`]
    let shown = ''
    let pen = { x: Number.NaN, y: Number.NaN }
    const flush = () => {
      if (shown) parts.push(`[<${shown}>] TJ`)
      shown = ''
    }
    for (const { glyph, x, y } of glyphs) {
      const off = Math.round((pen.x - x) * 1000)
      // Kerning is a number between two glyphs; only what leaves the line of the pen needs a place of its own.
      if (y !== pen.y) {
        flush()
        parts.push(`1 0 0 1 ${place(x, y)} Tm`)
      } else if (off !== 0) shown += `>${off}<`
      shown += this.numberOf(font, glyph).toString(16).padStart(4, '0')
      pen = { x: x + glyph.advanceWidth / em, y }
    }
    flush()
    return parts.join(' ')
  }

  /** Embeds what was used, as the font resources of every page. */
  async write(resources: number): Promise<void> {
    const entries: string[] = []
    for (const [name, glyphs] of this.used) entries.push(`/${name} ${await this.embed(name, glyphs)} 0 R`)
    this.file.object(resources, `<</Font<<${entries.join('')}>>>>`)
  }

  private numberOf(name: FontName, glyph: Glyph): number {
    const glyphs = this.used.get(name) ?? new Map<number, { at: number; glyph: Glyph }>()
    this.used.set(name, glyphs)
    const known = glyphs.get(glyph.id)
    if (known) return known.at
    // 0 is the sign for what is missing; a subset numbers the others in the order in which it gets them.
    const at = glyphs.size + 1
    glyphs.set(glyph.id, { at, glyph })
    return at
  }

  private async embed(name: FontName, glyphs: Map<number, { at: number; glyph: Glyph }>): Promise<number> {
    const font = fontOf(name)
    const subset = font.createSubset()
    for (const { glyph } of glyphs.values()) subset.includeGlyph(glyph)
    const bytes = Uint8Array.from(subset.encode())
    const { file } = this
    const data = await file.stream(bytes, `/Length1 ${bytes.length}`)
    const perEm = (units: number) => Math.round((units * 1000) / font.unitsPerEm)
    const { minX, minY, maxX, maxY } = font.bbox
    // Six letters before the name say that it is a subset.
    const base = `REFLOP+${font.postscriptName}`
    const descriptor = file.object(
      file.reserve(),
      `<</Type/FontDescriptor/FontName/${base}/Flags 4/FontBBox[${[minX, minY, maxX, maxY].map(perEm).join(' ')}]` +
        `/ItalicAngle 0/Ascent ${perEm(font.ascent)}/Descent ${perEm(font.descent)}` +
        `/CapHeight ${perEm(font.capHeight)}/StemV 80/FontFile2 ${data} 0 R>>`,
    )
    const widths = [...glyphs.values()].map(({ glyph }) => perEm(glyph.advanceWidth))
    const descendant = file.object(
      file.reserve(),
      `<</Type/Font/Subtype/CIDFontType2/BaseFont/${base}/CIDToGIDMap/Identity` +
        `/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>` +
        `/FontDescriptor ${descriptor} 0 R/DW 0/W[1[${widths.join(' ')}]]>>`,
    )
    const unicode = await file.stream(new TextEncoder().encode(toUnicode([...glyphs.values()])))
    return file.object(
      file.reserve(),
      `<</Type/Font/Subtype/Type0/BaseFont/${base}/Encoding/Identity-H` +
        `/DescendantFonts[${descendant} 0 R]/ToUnicode ${unicode} 0 R>>`,
    )
  }
}

/** Which text each glyph stands for, so that what is drawn can be searched and copied (ISO 32000-1, 9.10.3). */
function toUnicode(glyphs: { at: number; glyph: Glyph }[]): string {
  const blocks: string[] = []
  // A block holds at most 100.
  for (let from = 0; from < glyphs.length; from += 100) {
    const some = glyphs.slice(from, from + 100)
    const rows = some.map(
      ({ at, glyph }) => `<${at.toString(16).padStart(4, '0')}> <${hex(String.fromCodePoint(...glyph.codePoints))}>`,
    )
    blocks.push(`${some.length} beginbfchar\n${rows.join('\n')}\nendbfchar`)
  }
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap
/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
${blocks.join('\n')}
endcmap CMapName currentdict /CMap defineresource pop end end`
}

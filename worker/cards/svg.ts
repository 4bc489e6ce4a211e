import type { SetFace, SetText } from './compose.ts'
import { BLACK, type Page, type QrMark } from './drawing.ts'
import { qrRows } from './qr-rows.ts'
import { type FontName, fontOf } from './typeface.ts'

/** A face alone, as an SVG of its true size. */
export const svgOfFace = (face: SetFace): string =>
  svgOf({ width: face.width, height: face.height, faces: [{ x: 0, y: 0, face }] }, face.label)

/**
 * A page as an SVG in millimetres. Letters are outlines: they need no font in the reader's browser and cannot fall back
 * to another; `label` is what is read aloud in their place.
 */
export function svgOf(page: Page<SetFace>, label: string): string {
  const used = new Map<string, string>()
  const drawn = page.faces.map(
    ({ x, y, face }) =>
      `<g transform="translate(${mm(x)} ${mm(y)})">${face.marks.map((one) => drawnMark(one, used)).join('')}</g>`,
  )
  const { width, height } = page
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${mm(width)} ${mm(height)}" width="${mm(width)}mm"`,
    ` height="${mm(height)}mm" role="img"><title>${escaped(label)}</title>`,
    `<defs>${[...used].map(([id, path]) => `<path id="${id}" d="${path}"/>`).join('')}</defs>`,
    `<rect width="${mm(width)}" height="${mm(height)}" fill="#ffffff"/>`,
    ...drawn,
    '</svg>\n',
  ].join('')
}

function drawnMark(mark: SetFace['marks'][number], used: Map<string, string>): string {
  switch (mark.kind) {
    case 'set':
      return drawnText(mark, used)
    case 'rect':
      return `<rect x="${mm(mark.x)}" y="${mm(mark.y)}" width="${mm(mark.width)}" height="${mm(mark.height)}" fill="${mark.ink}"/>`
    case 'line': {
      const [[x1, y1], [x2, y2]] = [mark.from, mark.to]
      return `<path d="M${mm(x1)} ${mm(y1)}L${mm(x2)} ${mm(y2)}" stroke="${mark.ink ?? BLACK}" stroke-width="${mark.width}"/>`
    }
    case 'qr':
      return drawnQr(mark)
  }
}

function drawnQr({ x, y, side, ink, content, correction }: QrMark): string {
  const { size, rows } = qrRows(content, correction)
  const path = rows.map((row) => `M${row.x} ${row.y}h${row.length}v1h${-row.length}z`).join('')
  return `<path transform="translate(${mm(x)} ${mm(y)}) scale(${side / size})" fill="${ink ?? BLACK}" shape-rendering="crispEdges" d="${path}"/>`
}

/** Each outline once in `used`, and a use of it wherever it stands. */
function drawnText({ ink, em, lines }: SetText, used: Map<string, string>): string {
  const uses = lines.flatMap(({ x, baseline, runs }) =>
    runs.flatMap(({ font, glyphs }) =>
      glyphs.map(({ glyph, x: dx, y: dy }) => {
        const id = `${font}-${glyph.id}`
        if (!used.has(id)) used.set(id, glyph.path.toSVG())
        if (!used.get(id)) return ''
        const scale = em / unitsOf(font)
        const place = `${mm(x + dx * em)} ${mm(baseline - dy * em)}`
        return `<use href="#${id}" transform="translate(${place}) scale(${scale.toFixed(6)} ${(-scale).toFixed(6)})"/>`
      }),
    ),
  )
  return `<g fill="${ink}">${uses.join('')}</g>`
}

const unitsOf = (font: FontName) => fontOf(font).unitsPerEm
/** To a thousandth of a millimetre. */
const mm = (length: number) => Number(length.toFixed(3))
/** Without the signs that XML 1.0 has no way to write. */
const escaped = (text: string) =>
  text
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')

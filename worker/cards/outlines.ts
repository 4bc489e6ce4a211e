import type { Glyph } from 'fontkit'
import type { SetFace, SetText } from './compose.ts'
import type { Box } from './drawing.ts'
import { qrRows } from './qr-rows.ts'
import { fontOf } from './typeface.ts'

export type Point = readonly [x: number, y: number]
/** Closed; what outlines wind around is filled. */
export type Outline = Point[]

/** Of a curve, into straight lines: finer than can be seen at the sizes of a screen. */
const CHORDS = 8

/** What a mark covers, in millimetres. */
export function outlinesOf(mark: SetFace['marks'][number]): Outline[] {
  switch (mark.kind) {
    case 'set':
      return textOutlines(mark)
    case 'rect':
      return [corners(mark)]
    case 'line': {
      const [[x1, y1], [x2, y2]] = [mark.from, mark.to]
      const half = mark.width / 2 / (Math.hypot(x2 - x1, y2 - y1) || 1)
      const [dx, dy] = [(y1 - y2) * half, (x2 - x1) * half]
      return [
        [
          [x1 + dx, y1 + dy],
          [x2 + dx, y2 + dy],
          [x2 - dx, y2 - dy],
          [x1 - dx, y1 - dy],
        ],
      ]
    }
    case 'qr': {
      const { size, rows } = qrRows(mark.content, mark.correction)
      const module = mark.side / size
      return rows.map(({ x, y, length }) =>
        corners({ x: mark.x + x * module, y: mark.y + y * module, width: length * module, height: module }),
      )
    }
  }
}

const corners = ({ x, y, width, height }: Box): Outline => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
]

const textOutlines = ({ em, lines }: SetText): Outline[] =>
  lines.flatMap(({ x, baseline, runs }) =>
    runs.flatMap(({ font, glyphs }) => {
      const scale = em / fontOf(font).unitsPerEm
      return glyphs.flatMap(({ glyph, x: dx, y: dy }) =>
        glyphOutlines(glyph).map((outline) =>
          outline.map(([gx, gy]): Point => [x + dx * em + gx * scale, baseline - dy * em - gy * scale]),
        ),
      )
    }),
  )

/** In units of the font. */
function glyphOutlines(glyph: Glyph): Outline[] {
  const outlines: Outline[] = []
  let at: Point = [0, 0]
  for (const { command, args } of glyph.path.commands) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = args
    const outline = outlines.at(-1)
    if (command === 'moveTo') outlines.push([[x1, y1]])
    else if (command === 'lineTo') outline?.push([x1, y1])
    else if (command === 'quadraticCurveTo') outline?.push(...chords([at, [x1, y1], [x2, y2]]))
    else if (command === 'bezierCurveTo') outline?.push(...chords([at, [x1, y1], [x2, y2], [x3, y3]]))
    at = outlines.at(-1)?.at(-1) ?? at
  }
  return outlines
}

/** Points on a Bézier curve of any degree, after its first, by de Casteljau's construction. */
const chords = (curve: Point[]): Point[] =>
  Array.from({ length: CHORDS }, (_, i) => {
    const t = (i + 1) / CHORDS
    let points = curve
    while (points.length > 1)
      points = points.slice(1).map(([x, y], j): Point => {
        const [fromX, fromY] = points[j] ?? [x, y]
        return [fromX + (x - fromX) * t, fromY + (y - fromY) * t]
      })
    return points[0] ?? [0, 0]
  })

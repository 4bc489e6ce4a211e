import { type Box, type Direction, type Face, type Mark, POINT_MM, type TextMark } from './drawing.ts'
import { fit, LEADING } from './fit.ts'

/*
 * What paper that is written on is made of: parts from the top down, each of the height that its text takes, with blank
 * lines and boxes to tick. Everything is placed as from left to right; a face from right to left is mirrored at the end.
 */

export const MUTED = '#555555'
const PEN_LINE = { width: 0.2, ink: '#777777' }
/** Of a box to tick. */
const TICK = 3.4
const TICK_LINE = 0.25
/** Between a label and the line that is written on. */
const GAP = 1.6

export interface Style {
  size: number
  least?: number
  /** Lines at most; 1 if left out. */
  most?: number
  bold?: boolean
  ink?: string
}

export class Column {
  readonly marks: Mark[] = []
  readonly x: number
  readonly width: number
  /** How far down it is filled, in millimetres. */
  y: number
  readonly direction: Direction

  constructor(direction: Direction, x: number, y: number, width: number) {
    this.direction = direction
    this.x = x
    this.y = y
    this.width = width
  }

  /** A part as wide as the column, or as `width`; a fact goes the way of its own script, on the side of the rest. */
  text(name: string, text: string, style: Style, { x = this.x, width = this.width } = {}): this {
    const { mark, height } = this.set(name, text, style, { x, y: this.y, width })
    this.marks.push(mark)
    this.y += height
    return this
  }

  space(millimetres: number): this {
    this.y += millimetres
    return this
  }

  /** A label and a line to write on up to the end of its part of the column, a share of it from `from` to `to`. */
  blank(name: string, label: string, style: Style, [from, to]: [number, number] = [0, 1]): this {
    const x = this.x + from * this.width
    const end = this.x + to * this.width
    const { mark, wide } = this.set(name, label, style, { x, y: this.y, width: end - x })
    const base = this.y + style.size * POINT_MM * 0.9
    this.marks.push(mark, { kind: 'line', from: [x + (wide ? wide + GAP : 0), base], to: [end, base], ...PEN_LINE })
    return this
  }

  /** A box to tick, and what it stands for. Gives how far the label reaches. */
  tick(name: string, label: string, style: Style, [from, to]: [number, number] = [0, 1]): number {
    const x = this.x + from * this.width
    const width = (to - from) * this.width - TICK - GAP
    const box = { kind: 'rect', x, y: this.y - 0.45, width: TICK, height: TICK } as const
    const { mark, wide } = this.set(name, label, style, { x: x + TICK + GAP, y: this.y, width })
    this.marks.push({ ...box, ink: PEN_LINE.ink }, { ...inset(box, TICK_LINE), kind: 'rect', ink: '#ffffff' }, mark)
    return x + TICK + GAP + wide
  }

  /** A line to write on, between two places, on the baseline of a style. */
  line(from: number, to: number, { size }: Style): this {
    const base = this.y + size * POINT_MM * 0.9
    this.marks.push({ kind: 'line', from: [from, base], to: [to, base], ...PEN_LINE })
    return this
  }

  private set(name: string, text: string, style: Style, { x, y, width }: Omit<Box, 'height'>) {
    const { size, least = Math.min(size, 6.5), most = 1, ...look } = style
    const direction = directionOf(text, this.direction)
    const align = direction === this.direction ? 'start' : 'end'
    const tall = most * size * POINT_MM * LEADING
    const mark: TextMark = {
      ...{ kind: 'text', text, name, direction, align, size, least, lines: most },
      ...{ x, y, width, height: tall, ...look },
    }
    const fitted = fit(mark)
    if ('detail' in fitted) return { mark, height: tall, wide: width }
    const em = fitted.size * POINT_MM
    const height = fitted.lines.length * em * LEADING
    const wide = Math.max(...fitted.lines.map((line) => line.width)) * em
    return { mark: { ...mark, height, size: fitted.size, lines: fitted.lines.length }, height, wide }
  }
}

/** The way of the first letter that has one; numbers and addresses run from left to right everywhere. */
function directionOf(text: string, around: Direction): Direction {
  const [letter] = text.match(/\p{L}/u) ?? []
  if (!letter) return /\d/.test(text) ? 'ltr' : around
  return /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(letter) ? 'rtl' : 'ltr'
}

const inset = ({ x, y, width, height }: Box, by: number): Box => ({
  ...{ x: x + by, y: y + by },
  ...{ width: width - 2 * by, height: height - 2 * by },
})

/** Further down by so many millimetres. */
export const lowered = (marks: Mark[], by: number): Mark[] =>
  marks.map((mark): Mark => {
    if (mark.kind !== 'line') return { ...mark, y: mark.y + by }
    const { from, to } = mark
    return { ...mark, from: [from[0], from[1] + by], to: [to[0], to[1] + by] }
  })

/** From right to left, where the words run so: all of it is mirrored, but for the letters and codes themselves. */
export function turned(face: Face, direction: Direction): Face {
  if (direction === 'ltr') return face
  const marks = face.marks.map((mark): Mark => {
    if (mark.kind === 'qr') return { ...mark, x: face.width - mark.x - mark.side }
    if (mark.kind !== 'line') return { ...mark, x: face.width - mark.x - mark.width }
    const { from, to } = mark
    return { ...mark, from: [face.width - from[0], from[1]], to: [face.width - to[0], to[1]] }
  })
  return { ...face, marks }
}

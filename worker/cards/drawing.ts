/*
 * The language in which everything printed is described: one description, from which both the SVG that a browser prints
 * and the PDF are made (svg.ts, pdf.ts), so that the two cannot differ. Lengths are millimetres from the top left
 * corner; type sizes are points, 1/72 of an inch.
 */

/** The area that a text may fill; it is never drawn outside. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface TextMark extends Box {
  kind: 'text'
  text: string
  /** What a refusal calls it: "The office's name". */
  name: string
  /** Points wanted, and the fewest at which it is still printed. */
  size: number
  least: number
  /** Lines wanted; where even the least size needs more, the box is filled with as many as it takes. 1 if left out. */
  lines?: number
  bold?: boolean
  /** `start` is the left in text from left to right, and the right in text from right to left. */
  align?: 'start' | 'center' | 'end'
  valign?: 'top' | 'middle' | 'bottom'
  /** Of the paragraph; within it, every word goes the way of its own script. */
  direction: Direction
  /** #rrggbb; black if left out. */
  ink?: string
}

export interface RectMark extends Box {
  kind: 'rect'
  ink: string
}

export interface LineMark {
  kind: 'line'
  from: readonly [x: number, y: number]
  to: readonly [x: number, y: number]
  width: number
  ink?: string
}

/** A QR code; its quiet zone lies outside of the square of `side` and is kept free by the layout. */
export interface QrMark {
  kind: 'qr'
  x: number
  y: number
  side: number
  /** The address, in upper case. */
  content: string
  /** Error correction: Q (a quarter may be lost) or H (30 %), which something printed over the middle takes. */
  correction: 'Q' | 'H'
  ink?: string
}

export type Mark = TextMark | RectMark | LineMark | QrMark
export type Direction = 'ltr' | 'rtl'

/** A card, a poster, or the paper around the cards. */
export interface Face {
  width: number
  height: number
  /** Read to people who cannot see it. */
  label: string
  /** Of the link that it is for, which a refusal names. */
  code?: string
  marks: Mark[]
  /** Why the paper has no room for all of it; it is then refused. */
  overfull?: string | undefined
}

/** A page: faces where they stand on it, with the marks around them as a face of the page's own size. */
export interface Page<F = Face> {
  width: number
  height: number
  faces: { x: number; y: number; face: F }[]
  /** What is left after cutting, where the page is cut as a whole; `bleed` lies around it. */
  trim?: Box & { bleed: number }
}

export const BLACK = '#000000'
export const POINT_MM = 25.4 / 72

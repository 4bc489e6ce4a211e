import { qrSize } from '../links/qr.ts'
import { BLACK, type Face, type LineMark, POINT_MM, type QrMark, type RectMark, type TextMark } from './drawing.ts'
import { type Fitted, fit, LEADING, type Refusal } from './fit.ts'
import type { Run } from './typeface.ts'

/** Text with every glyph in its place: all that is left to do is to draw it. */
export interface SetText {
  kind: 'set'
  text: string
  ink: string
  /** Millimetres to an em. */
  em: number
  /** From where, in millimetres, the runs of a line count their em. */
  lines: { x: number; baseline: number; runs: Run[] }[]
}

/** A face of which nothing is undecided: both renderers draw the same. */
export interface SetFace {
  width: number
  height: number
  label: string
  marks: (SetText | RectMark | LineMark | QrMark)[]
}

/** Sets every text of a face, or says which of them do not fit. */
export function compose(face: Face): { ok: true; face: SetFace } | { ok: false; refusals: Refusal[] } {
  const refusals: Refusal[] = face.overfull ? [{ text: face.label, detail: face.overfull }] : []
  const marks: SetFace['marks'] = []
  for (const mark of face.marks) {
    if (mark.kind !== 'text') {
      if (mark.kind === 'qr') refusals.push(...tooFine(mark))
      marks.push(mark)
      continue
    }
    const fitted = fit(mark)
    if ('detail' in fitted) refusals.push(fitted)
    else marks.push(placed(mark, fitted))
  }
  return refusals.length > 0 ? { ok: false, refusals } : { ok: true, face: { ...face, marks } }
}

/** Millimetres; a phone at arm's length tells no finer modules apart. */
const LEAST_MODULE = 0.4

function tooFine({ content, side, correction }: QrMark): Refusal[] {
  const modules = qrSize(content, correction)
  if (side / modules >= LEAST_MODULE) return []
  const detail =
    `The address ${content} is too long for a QR code of ${side} mm: its ${modules} modules would be under ` +
    `${LEAST_MODULE} mm each. Give the practice a shorter host, or choose a layout with a larger code.`
  return [{ text: content, detail }]
}

/** The height of a capital of IBM Plex, in em: what the eye takes for the top of a line. */
const CAPITAL = 0.698

function placed(mark: TextMark, { size, lines }: Fitted): SetText {
  const em = size * POINT_MM
  const height = (CAPITAL + (lines.length - 1) * LEADING) * em
  const free = { top: 0, middle: (mark.height - height) / 2, bottom: mark.height - height }
  const first = mark.y + free[mark.valign ?? 'top'] + CAPITAL * em
  return {
    kind: 'set',
    text: mark.text,
    ink: mark.ink ?? BLACK,
    em,
    lines: lines.map(({ runs, width }, i) => ({
      x: mark.x + indent(mark, mark.width - width * em),
      baseline: first + i * LEADING * em,
      runs,
    })),
  }
}

function indent({ align = 'start', direction }: TextMark, free: number): number {
  if (align === 'center') return free / 2
  return (align === 'start') === (direction === 'ltr') ? 0 : free
}

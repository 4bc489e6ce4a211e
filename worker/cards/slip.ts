import { labelOf } from './card.ts'
import { Column, lowered, MUTED, type Style, turned } from './column.ts'
import type { Face, Mark } from './drawing.ts'
import type { CardFacts } from './facts.ts'
import { letterhead, line } from './letterhead.ts'
import { whereabouts } from './whereabouts.ts'
import type { CardWords } from './words.ts'

/*
 * The referral slip: what an office's paper sheet does today, with the code on it. The office writes the patient's name
 * and the reason by hand; nothing of a patient is ever printed here. Where the code is that of one clinician, the slip
 * names that one; on a pad that the office shares, whoever writes it ticks who refers.
 */

const MARGIN = 12
const QR_SIDE = 30
const ROW = 7.8
const LABEL: Style = { size: 8.5, ink: MUTED }
const BODY: Style = { size: 9.5 }
/** Where the second of two boxes in a row begins. */
const SECOND = 0.54
const LEAST_NOTES = 1

export function slipFace(facts: CardFacts, words: CardWords, width: number, height: number): Face {
  const drawn = drawnSlip(facts, words, width, height)
  if (!drawn.overfull) return drawn
  // More clinicians than there is room to tick: the line to write on is theirs.
  const particulars = { ...facts.particulars, clinicians: [] }
  return drawnSlip({ ...facts, particulars }, words, width, height)
}

function drawnSlip(facts: CardFacts, words: CardWords, width: number, height: number): Face {
  const { slip, direction } = words
  const inner = width - 2 * MARGIN
  const form = new Column(direction, MARGIN, QR_SIDE + 37, inner)
  referredBy(form, facts, words)
  form
    .blank('The label', slip.patient, LABEL, [0, 0.66])
    .blank('The label', slip.date, LABEL, [0.7, 1])
    .space(ROW)
    .blank('The label', slip.reason, LABEL)
    .space(ROW)
    .line(form.x, form.x + inner, LABEL)
    .space(ROW)
  wishes(form, words)

  const foot = new Column(direction, MARGIN, 0, inner)
  if (facts.phone) foot.text('The urgent line', slip.urgent(facts.phone), { ...BODY, bold: true }).space(3)
  const urgent = foot.y
  whereabouts(foot, facts, slip, 8)
  const top = height - MARGIN + 1.5 - foot.y
  const marks = [
    ...letterhead(facts, direction, slip.title, MARGIN, width),
    ...codeHead(facts, words, width),
    line(facts, MARGIN, width, QR_SIDE + 31),
    ...form.marks,
    ...lowered(foot.marks, top),
  ]
  if (foot.y > urgent) marks.push(line(facts, MARGIN, width, top + urgent - 0.5))

  const notes = Math.floor((top - 3 - form.y) / ROW)
  const lined = new Column(direction, MARGIN, form.y, inner)
  lined.blank('The label', slip.notes, LABEL)
  for (let row = 1; row < notes; row++) lined.space(ROW).line(lined.x, lined.x + inner, LABEL)
  marks.push(...lined.marks)
  const overfull =
    notes < LEAST_NOTES
      ? `The slip of “${facts.office}” has no room left to write on. Shorten the list of insurers or the directions.`
      : undefined
  return turned({ width, height, label: labelOf(facts), code: facts.display, marks, overfull }, direction)
}

/** The code, and what to do with it. */
function codeHead(facts: CardFacts, words: CardWords, width: number): Mark[] {
  const { direction, sentence } = words
  const beside = MARGIN + QR_SIDE + 7
  const code = new Column(direction, beside, 25, width - beside - MARGIN)
  code
    .text('The code', facts.display, { size: 25, least: 18, bold: true })
    .space(0.5)
    .text('The sentence', sentence, { size: 10, least: 8, most: 2 })
    .space(1.6)
  if (facts.phone) code.text('The telephone number', facts.phone, { size: 12, bold: true })
  code.space(0.6).text('The domain', facts.domain, { size: 9, least: 6 })
  return [{ kind: 'qr', x: MARGIN, y: 25, side: QR_SIDE, content: facts.qrUrl, correction: 'Q' }, ...code.marks]
}

function referredBy(form: Column, { office, referrer, particulars }: CardFacts, { slip }: CardWords): void {
  const { clinicians } = particulars
  form.text('The label', slip.referredBy, LABEL).space(0.4)
  if (referrer) form.text("The referrer's name", referrer, { size: 11.5, least: 8, bold: true })
  form.text("The office's name", office, { size: referrer ? 9.5 : 11.5, least: 7, most: 2, bold: !referrer })
  form.space(2.2)
  if (referrer) return void form.space(1.6)
  for (const [i, name] of [...clinicians, slip.other].entries()) {
    const isRight = i % 2 === 1
    const reach = form.tick("A clinician's name", name, BODY, isRight ? [SECOND, 1] : [0, SECOND - 0.03])
    if (i === clinicians.length) form.line(reach + 1.6, form.x + form.width * (isRight ? 1 : SECOND - 0.03), BODY)
    if (isRight || i === clinicians.length) form.space(6.4)
  }
  form.space(1.8)
}

/** What is asked for: how soon, and with what. */
function wishes(form: Column, { slip }: CardWords): void {
  const [before, after] = slip.within
  const reach = form.tick('The label', before, BODY, [0, SECOND - 0.03]) + 1.6
  const days = 13
  form.line(reach, reach + days, BODY)
  const rest = new Column(form.direction, reach + days + 1.6, form.y, form.x + form.width * SECOND - reach - days - 2)
  rest.text('The label', after, BODY)
  form.marks.push(...rest.marks)
  form.tick('The label', slip.images, BODY, [SECOND, 1])
  form.space(7)
  const language = form.tick('The label', slip.interpreter, BODY, [0, SECOND - 0.03]) + 1.6
  form.line(language, form.x + form.width * (SECOND - 0.03), BODY)
  form.tick('The label', slip.records, BODY, [SECOND, 1])
  form.space(8.6)
}

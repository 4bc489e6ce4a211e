import { labelOf, namesOf } from './card.ts'
import { Column, lowered, MUTED, type Style, turned } from './column.ts'
import type { Face, Mark } from './drawing.ts'
import type { CardFacts } from './facts.ts'
import { letterhead, line } from './letterhead.ts'
import { whereabouts } from './whereabouts.ts'
import type { CardWords } from './words.ts'

/*
 * The page that stays at an office's front desk: what to say, what comes back, whom to call, and a text for the office's
 * own system. What the practice has not said is left out; the wait alone has a line, since it is true for a week.
 */

const MARGIN = 20
const SIDE = 56
const GUTTER = 14
const QR_SIDE = 40
const TOP = 56
const HEADING: Style = { size: 12, least: 9, bold: true }
const BODY: Style = { size: 11, least: 8.5, most: 5 }
const LABEL: Style = { size: 8.5, ink: MUTED }
const FACT: Style = { size: 10.5, least: 7, most: 4, bold: true }

export function kitFace(facts: CardFacts, words: CardWords, width: number, height: number): Face {
  const { kit, slip, direction } = words
  const inner = width - 2 * MARGIN
  const title = new Column(direction, MARGIN, MARGIN + 14, inner)
  title
    .text('The title', kit.title, { size: 22, least: 16, bold: true })
    .text("The office's name", facts.office, { size: 11.5, least: 8, ink: MUTED })

  const main = new Column(direction, MARGIN, TOP, inner - SIDE - GUTTER)
  const side = new Column(direction, MARGIN + inner - SIDE, TOP, SIDE)
  advice(main, facts, words)
  contacts(side, facts, words)
  const foot = new Column(direction, MARGIN, 0, inner)
  whereabouts(foot, facts, slip, 9)
  const top = height - MARGIN + 3 - foot.y
  const marks: Mark[] = [
    ...letterhead(facts, direction, kit.audience, MARGIN, width),
    ...title.marks,
    ...main.marks,
    { kind: 'qr', x: side.x, y: TOP, side: QR_SIDE, content: facts.qrUrl, correction: 'Q' },
    ...side.marks,
    ...lowered(foot.marks, top),
  ]
  if (foot.y > 0) marks.push(line(facts, MARGIN, width, top - 0.5))
  const overfull =
    Math.max(main.y, side.y) > top - 2
      ? `The page for “${facts.office}” has no room for all of it. Shorten the insurers, the directions or the records' address.`
      : undefined
  return turned({ width, height, label: labelOf(facts), code: facts.display, marks, overfull }, direction)
}

/** What an office says, hears and may copy. */
function advice(main: Column, facts: CardFacts, { kit }: CardWords): void {
  const { practice, phone, display, particulars } = facts
  const reach = particulars.backLine || phone
  const part = (heading: string, ...texts: string[]) => {
    main.text('The heading', heading, HEADING).space(1)
    for (const text of texts) main.text('The text', text, BODY).space(0.8)
    main.space(6.5)
  }
  part(kit.say, kit.saying(practice, phone), kit.together)
  part(kit.hear, kit.heard(reach))
  part(kit.more, kit.moreHow(reach, display))
  part(kit.code, kit.codeIs(namesOf(facts)))
  main.text('The heading', kit.summary, HEADING).space(1.6)
  const from = main.y
  const copied = new Column(main.direction, main.x + 4, from, main.width - 4)
  copied.text('The text to copy', kit.summaryText(practice, facts.url, phone, display), BODY)
  main.y = copied.y
  main.marks.push(...copied.marks, {
    ...{ kind: 'line', from: [main.x + 0.4, from - 0.6], to: [main.x + 0.4, copied.y - 0.6], width: 0.8 },
    ink: facts.accent,
  })
}

/** The code, and whom an office reaches where. */
function contacts(
  side: Column,
  { display, phone, domain, particulars }: CardFacts,
  { kit, sentence }: CardWords,
): void {
  const { backLine, recordsTo, wait } = particulars
  side
    .space(QR_SIDE + 7)
    .text('The code', display, { size: 23, least: 16, bold: true })
    .space(0.6)
    .text('The sentence', sentence, { size: 10, least: 8, most: 2 })
    .space(1.6)
  if (phone) side.text('The telephone number', phone, { size: 12, bold: true })
  side.space(0.6).text('The domain', domain, { size: 9, least: 6 }).space(8)
  const fact = (label: string, name: string, text: string) =>
    side.text('The label', label, LABEL).space(0.4).text(name, text, FACT).space(4.5)
  if (backLine) fact(kit.backLine, 'The back line', backLine)
  if (recordsTo) fact(kit.records, 'Where records go', recordsTo)
  if (wait) return void fact(kit.wait, 'The wait', wait)
  side.blank('The label', kit.wait, LABEL).space(8).blank('The label', kit.waitOn, LABEL).space(5)
}

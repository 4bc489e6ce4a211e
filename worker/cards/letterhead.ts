import { MUTED } from './column.ts'
import type { Direction, Mark } from './drawing.ts'
import type { CardFacts } from './facts.ts'

/** Whose paper it is, and what kind, over a line: the head of everything that is written on or kept. */
export function letterhead(
  facts: CardFacts,
  direction: Direction,
  title: string,
  margin: number,
  width: number,
): Mark[] {
  const high = 6
  const kind = 36
  const rule = margin + high + 1.7
  return [
    {
      ...{ kind: 'text', text: facts.practice, name: "The practice's name", direction, size: 13, least: 6.5 },
      ...{ x: margin, y: margin - 1, width: width - 2 * margin - kind - 4, height: high + 0.5 },
      ...{ valign: 'middle', bold: true, ink: facts.accent },
    },
    {
      ...{ kind: 'text', text: title, name: 'The title', direction, align: 'end', size: 11, least: 7, ink: MUTED },
      ...{ x: width - margin - kind, y: margin - 1, width: kind, height: high + 0.5, valign: 'middle' },
    },
    line(facts, margin, width, rule),
  ]
}

/** Across the paper, in the practice's colour. */
export const line = ({ accent }: CardFacts, margin: number, width: number, y: number): Mark => ({
  ...{ kind: 'line', from: [margin, y], to: [width - margin, y], width: 0.25, ink: accent },
})

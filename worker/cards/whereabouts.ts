import { Column, MUTED, type Style } from './column.ts'
import type { CardFacts } from './facts.ts'
import type { Location } from './particulars.ts'
import type { SlipWords } from './slip-words.ts'

/** So many places have room with how to get there, and so many with their address alone. */
const [MOST_TOLD, MOST_NAMED] = [2, 4]
const GUTTER = 6

/** How to find the practice, and the insurers, at the foot of what an office gets. What is not known is left out. */
export function whereabouts(column: Column, { particulars }: CardFacts, words: SlipWords, size: number): void {
  const small: Style = { size, least: 6.5, most: 4 }
  const label = (text: string) => column.space(2.5).text('The label', text, { size, ink: MUTED }).space(0.6)
  const { locations, insurers } = particulars
  if (locations.length > 0) {
    label(words.find)
    if (locations.length > MOST_NAMED) column.text('The note on addresses', words.everywhere, small)
    else sideBySide(column, locations, small)
  }
  if (insurers.length === 0) return
  label(words.insurers)
  column.text('The list of insurers', insurers.join(', '), small)
}

function sideBySide(column: Column, locations: Location[], small: Style): void {
  const share = Math.min(locations.length, 2)
  const width = (column.width - (share - 1) * GUTTER) / share
  for (let at = 0; at < locations.length; at += share) {
    const row = locations.slice(at, at + share).map((one, i) => {
      const place = new Column(column.direction, column.x + i * (width + GUTTER), column.y, width)
      place.text("A location's name", one.name, { ...small, bold: true })
      place.text('An address', one.address.replaceAll('\n', ', '), small)
      if (locations.length <= MOST_TOLD)
        for (const told of [one.directions, one.parking]) if (told) place.text('The directions', told, small)
      return place
    })
    for (const place of row) column.marks.push(...place.marks)
    column.y = Math.max(...row.map(({ y }) => y)) + (at + share < locations.length ? 1.5 : 0)
  }
}

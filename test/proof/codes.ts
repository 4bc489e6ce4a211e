import { displayCode, newCode, parseCode, SYMBOLS } from '../../worker/links/codes.ts'
import { exactly, type Finding, shown } from './finding.ts'

/**
 * Every single wrong symbol and every swap of neighbours, in every place, for so many random codes. The check is the
 * same linear sum for all codes, so that whether an error shows depends on the error alone: a few codes would do.
 */
export function everyTypo({ codes }: { codes: number }): Finding {
  let wrong = 0
  let swapped = 0
  let missed = 0
  let unread = 0
  for (let made = 0; made < codes; made++) {
    const code = newCode()
    for (const typed of [
      code,
      code.toLowerCase(),
      displayCode(code),
      ` ${code.replaceAll('0', 'O').replaceAll('1', 'I')}`,
    ]) {
      const read = parseCode(typed)
      if (!read.ok || read.code !== code) unread++
    }
    for (let place = 0; place < code.length; place++) {
      for (const symbol of SYMBOLS) {
        if (symbol === code[place]) continue
        wrong++
        if (parseCode(code.slice(0, place) + symbol + code.slice(place + 1)).ok) missed++
      }
      const neighbours = code.slice(place, place + 2)
      if (neighbours.length < 2 || neighbours[0] === neighbours[1]) continue
      swapped++
      if (parseCode(`${code.slice(0, place)}${neighbours[1]}${neighbours[0]}${code.slice(place + 2)}`).ok) missed++
    }
  }
  return {
    title: 'Codes: every single typo is refused',
    figures: [
      shown('codes', codes),
      shown('single wrong symbols tried', wrong),
      shown('swaps of neighbours tried', swapped),
      exactly('typos that passed for a code', missed, 0),
      exactly('good codes that were not read', unread, 0),
    ],
  }
}

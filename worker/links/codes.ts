import { customAlphabet } from 'nanoid'

/** Sixteen symbols whose English names sound unlike each other: codes are read out over the telephone. */
export const SYMBOLS = '0124789CFHKLMRXY'
export const CODE_LENGTH = 8

export type Parsed = { ok: true; code: string } | { ok: false; why: 'mistyped' | 'not a code' }

/** A new code: seven random symbols (28 bits) and the check symbol. Unique only once the database has taken it. */
export const newCode = (): string => codeFrom(sevenSymbols())

/** Seven symbols of SYMBOLS with their check symbol behind them. */
export function codeFrom(random: string): string {
  const check = [...SYMBOLS].find((symbol) => weightedSum(random + symbol) === 0)
  if (!check) throw new Error('every weight has an inverse, so one symbol must fit')
  return random + check
}

/**
 * Reads a code as people type it: in either case, with spaces and hyphens anywhere, O for 0 and I for 1.
 * 'mistyped' is what has the shape of a code and a wrong check symbol: no look-up is needed to refuse it.
 */
export function parseCode(typed: string): Parsed {
  if (typed.length > LONGEST_TYPED) return { ok: false, why: 'not a code' }
  const code = typed.toUpperCase().replace(SEPARATORS, '').replaceAll('O', '0').replaceAll('I', '1')
  if (code.length !== CODE_LENGTH) return { ok: false, why: 'not a code' }
  for (const symbol of code) if (!SYMBOLS.includes(symbol)) return { ok: false, why: 'not a code' }
  return weightedSum(code) === 0 ? { ok: true, code } : { ok: false, why: 'mistyped' }
}

/** As printed and read out: `K7M4-HXR2`. */
export const displayCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`

const sevenSymbols = customAlphabet(SYMBOLS, CODE_LENGTH - 1)
const SEPARATORS = /[\s\u00AD\u2010-\u2015\u2212._-]/g
const LONGEST_TYPED = 40

/**
 * The check: a symbol is an element of the field with 16 elements, and the sum of the symbols, each multiplied by a
 * weight of its place, is zero. The weights are the powers 0 to 7 of the element x: none is zero, so a wrong symbol
 * always changes the sum, and no two are equal, so neither swapping neighbours nor swapping any other two symbols
 * leaves it as it was.
 */
function weightedSum(code: string): number {
  let sum = 0
  for (let place = code.length - 1; place >= 0; place--) sum = timesX(sum) ^ SYMBOLS.indexOf(code.charAt(place))
  return sum
}

/** Multiplies by x, modulo the irreducible polynomial x^4 + x + 1. */
const timesX = (element: number) => (element & 8 ? (element << 1) ^ 0b10011 : element << 1)

import { expect, test } from 'vitest'
import { CODE_LENGTH, codeFrom, displayCode, newCode, parseCode, SYMBOLS } from '../../worker/links/codes.ts'

const symbols = [...SYMBOLS]
const codes = ['K7M4HXR2', '00000000', ...Array.from({ length: 300 }, newCode)]

test('a new code is eight symbols of the alphabet, the last of which checks the others', () => {
  for (const code of codes) expect(parseCode(code)).toEqual({ ok: true, code })
  expect(symbols).toHaveLength(16)
  expect(new Set(codes).size).toBeGreaterThan(295)
  expect(codes.every((code) => code.length === CODE_LENGTH)).toBe(true)
})

test('any seven symbols make a code, so that the demo can have the same codes everywhere', () => {
  expect(codeFrom('0000000')).toBe('00000000')
  expect(parseCode(codeFrom('K7M4HXR'))).toEqual({ ok: true, code: codeFrom('K7M4HXR') })
})

test('every single wrong symbol is refused, in every place of every code', () => {
  const wrong: string[] = []
  for (const code of codes)
    for (let place = 0; place < CODE_LENGTH; place++)
      for (const symbol of symbols)
        if (symbol !== code[place] && parseCode(put(code, place, symbol)).ok) wrong.push(code)
  expect(wrong).toEqual([])
})

test('every swap of two different symbols is refused, neighbours or not', () => {
  const wrong: string[] = []
  for (const code of codes)
    for (let a = 0; a < CODE_LENGTH; a++)
      for (let b = a + 1; b < CODE_LENGTH; b++)
        if (code[a] !== code[b] && parseCode(swap(code, a, b)).ok) wrong.push(code)
  expect(wrong).toEqual([])
})

// The check is linear: whether an error is caught depends on the places and the symbols alone, never on the rest of
// the code. All pairs of symbols in all places are therefore a proof for all 16^7 codes, not a sample.
test('the proof for all codes: no error of one symbol and no swap sums to zero', () => {
  for (let place = 0; place < CODE_LENGTH; place++)
    for (const symbol of symbols.slice(1)) expect(parseCode(put('00000000', place, symbol)).ok).toBe(false)
  for (let place = 0; place + 1 < CODE_LENGTH; place++)
    for (const first of symbols)
      for (const second of symbols) {
        if (first === second) continue
        const code = completed(put(put('00000000', place, first), place + 1, second), place < 4 ? 7 : 0)
        expect(parseCode(code).ok).toBe(true)
        expect(parseCode(swap(code, place, place + 1))).toEqual({ ok: false, why: 'mistyped' })
      }
})

test.each(['k7m4hxr2', 'K7M4-HXR2', ' k7m4 – hxr2 ', 'K 7 M 4 H X R 2', 'K7M4\u00A0HXR2'])(
  '%s is understood',
  (typed) => {
    expect(parseCode(typed)).toEqual({ ok: true, code: 'K7M4HXR2' })
  },
)

test('the letters O and I are read as the digits 0 and 1', () => {
  const code = completed('01001010', 7)
  expect(parseCode(code.replaceAll('0', 'o').replaceAll('1', 'i'))).toEqual({ ok: true, code })
})

test.each(['', 'K7M4HXR', 'K7M4HXR22', 'practice', 'K7M4HXRÄ', 'K'.repeat(50), '../../etc', '𝟘𝟘𝟘𝟘𝟘𝟘𝟘𝟘'])(
  '%j is not a code',
  (typed) => expect(parseCode(typed)).toEqual({ ok: false, why: 'not a code' }),
)

test('a code is shown in two groups of four', () => {
  expect(displayCode('K7M4HXR2')).toBe('K7M4-HXR2')
})

const put = (code: string, place: number, symbol: string) => code.slice(0, place) + symbol + code.slice(place + 1)
const swap = (code: string, a: number, b: number) => put(put(code, a, code.charAt(b)), b, code.charAt(a))
/** The code with the one symbol at the free place that makes it valid. */
function completed(seven: string, free: number): string {
  const code = symbols.map((symbol) => put(seven, free, symbol)).find((whole) => parseCode(whole).ok)
  if (!code) throw new Error(`no symbol fits ${seven}`)
  return code
}

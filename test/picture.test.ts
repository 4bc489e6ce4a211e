import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { withPalette } from './picture.ts'

/** Paints every pixel as `colour` says, in red, green and blue. */
function painted(width: number, height: number, colour: (x: number, y: number) => [number, number, number]): Buffer {
  const png = new PNG({ width, height })
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) png.data.set([...colour(x, y), 255], (y * width + x) * 4)
  return PNG.sync.write(png)
}

test('a picture of few colours is the same with a palette', () => {
  const before = painted(40, 30, (x, y) => [x * 2, y * 4, x === y ? 255 : 0].map((n) => n - (n % 32)) as never)
  expect(PNG.sync.read(withPalette(before)).data).toEqual(PNG.sync.read(before).data)
})

test('a picture of many colours keeps those that most of it is painted in, and comes close in the others', () => {
  const before = painted(100, 100, (x, y) => (y < 50 ? [15, 95, 107] : [x * 2, y * 2, 40]))
  const after = PNG.sync.read(withPalette(before))
  const original = PNG.sync.read(before)
  expect([...after.data.subarray(0, 4)]).toEqual([15, 95, 107, 255])
  expect(after.data.every((value, i) => Math.abs(value - (original.data[i] ?? 0)) < 110)).toBe(true)
  expect({ width: after.width, height: after.height }).toEqual({ width: 100, height: 100 })
})

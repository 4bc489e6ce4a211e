import { crc32, deflateSync } from 'node:zlib'
import { PNG } from 'pngjs'

const COLOURS = 256
/** The filter of a row (PNG, section 9.2): none; rows of indexes compress best as they are. */
const NO_FILTER = 0

/**
 * A screenshot with a palette: a third of the size, so that pictures can live in the repository. The 256 colours that
 * most of it is painted in are kept, every other becomes the nearest of them; for pages without photographs nobody sees it.
 */
export function withPalette(screenshot: Uint8Array): Buffer {
  const { width, height, data } = PNG.sync.read(Buffer.from(screenshot))
  const pixels = Array.from({ length: width * height }, (_, i) => data.readUIntBE(i * 4, 3))
  const often = new Map<number, number>()
  for (const colour of pixels) often.set(colour, (often.get(colour) ?? 0) + 1)
  const palette = [...often]
    .sort((a, b) => b[1] - a[1])
    .slice(0, COLOURS)
    .map(([colour]) => colour)
  const indexes = new Map(palette.map((colour, index) => [colour, index]))
  for (const colour of often.keys()) if (!indexes.has(colour)) indexes.set(colour, nearest(palette, colour))

  const rows = Buffer.alloc((width + 1) * height, NO_FILTER)
  for (const [i, colour] of pixels.entries())
    rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = indexes.get(colour) ?? 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8) // eight bits an index into the palette, not interlaced
  const colours = Buffer.from(palette.flatMap((colour) => [...channels(colour)]))
  const packed = deflateSync(rows, { level: 9, memLevel: 9 })
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', colours),
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

const channels = (colour: number) => [colour >> 16, (colour >> 8) & 255, colour & 255] as const

function nearest(palette: readonly number[], colour: number): number {
  const [red, green, blue] = channels(colour)
  let [best, least] = [0, Number.POSITIVE_INFINITY]
  for (const [index, candidate] of palette.entries()) {
    const [r, g, b] = channels(candidate)
    const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2
    if (distance < least) [best, least] = [index, distance]
  }
  return best
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(named.length + 8)
  framed.writeUInt32BE(data.length, 0)
  framed.set(named, 4)
  framed.writeUInt32BE(crc32(named), named.length + 4)
  return framed
}

import { Buffer } from 'node:buffer'
import { crc32, deflateSync } from 'node:zlib'
import type { Raster } from './raster.ts'

/**
 * A picture as a PNG (ISO/IEC 15948) that knows how wide it is meant to be, so that mail programs show one with two
 * pixels for each of the screen's at half its width, and that carries its text for people who cannot see it. Written
 * here, since the small encoders on npm write neither.
 */
export function pngOf({ width, height, rgb }: Raster, perInch: number, text: string): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // Eight bits for each of red, green and blue.
  header.set([8, 2], 8)
  const density = Buffer.alloc(9)
  const perMetre = Math.round(perInch / 0.0254)
  density.writeUInt32BE(perMetre, 0)
  density.writeUInt32BE(perMetre, 4)
  density[8] = 1
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0; y < height; y++) rows.set(rgb.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1)
  const parts = [
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('pHYs', density),
    chunk('iTXt', Buffer.from(`Description\0\0\0\0\0${text}`)),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return new Uint8Array(Buffer.concat(parts))
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)])
}

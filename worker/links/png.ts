import { crc32, deflateSync } from 'node:zlib'

/**
 * A square PNG of black and white, one bit a pixel (ISO/IEC 15948, colour type 0). Pixels are drawn from larger
 * modules: `moduleAt` says in which module a row or column lies, `isBlack` what colour a module has. Rows of the same
 * module are drawn once.
 */
export function encodePng(
  size: number,
  moduleAt: (pixel: number) => number,
  isBlack: (x: number, y: number) => boolean,
): Uint8Array<ArrayBuffer> {
  const rowBytes = 1 + Math.ceil(size / 8)
  const pixels = new Uint8Array(rowBytes * size)
  for (let y = 0; y < size; y++) {
    if (y > 0 && moduleAt(y) === moduleAt(y - 1)) pixels.copyWithin(y * rowBytes, (y - 1) * rowBytes, y * rowBytes)
    else drawRow(pixels.subarray(y * rowBytes + 1, (y + 1) * rowBytes), size, (x) => isBlack(moduleAt(x), moduleAt(y)))
  }
  const header = new Uint8Array(13)
  new DataView(header.buffer).setUint32(0, size)
  new DataView(header.buffer).setUint32(4, size)
  header[8] = 1 // bits a pixel
  return joined([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(pixels)), chunk('IEND', new Uint8Array())])
}

/** A set bit is white. */
function drawRow(row: Uint8Array, size: number, isBlack: (x: number) => boolean): void {
  for (let x = 0; x < size; x++) if (!isBlack(x)) row[x >> 3] = (row[x >> 3] ?? 0) | (128 >> (x & 7))
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(new TextEncoder().encode(name), 4)
  bytes.set(data, 8)
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)))
  return bytes
}

function joined(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10)

import { toPngBuffer } from 'lean-qr/extras/node_export'
import { QUIET_MODULES, qrOf } from './qr.ts'

export const SMALLEST_PNG = 128
export const LARGEST_PNG = 4096

/** A PNG of exactly `size` pixels. Each module has the same whole number of pixels; what is over widens the margin. */
export function qrPng(qrUrl: string, size: number, dark = BLACK, light = WHITE): Uint8Array<ArrayBuffer> {
  const qr = qrOf(qrUrl)
  const pixels = Math.floor(size / (qr.size + 2 * QUIET_MODULES))
  if (pixels < 1) throw new Error(`${size} pixels are too few for ${qr.size} modules and their margin`)
  const margin = Math.floor((size - qr.size * pixels) / 2)
  const moduleAt = (pixel: number) => Math.floor((pixel - margin) / pixels)
  // The library scales by whole modules; handing it the pixels themselves gives the exact size that was asked for.
  const image = { size, get: (x: number, y: number) => qr.get(moduleAt(x), moduleAt(y)) }
  return new Uint8Array(toPngBuffer(image, { on: channels(dark), off: channels(light), pad: 0 }))
}

const BLACK = '#000000'
const WHITE = '#ffffff'

const channels = (colour: string): [number, number, number] => {
  const value = Number.parseInt(colour.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

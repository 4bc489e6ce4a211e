import { type Bitmap2D, correction, generate, mode } from 'lean-qr'
import { toPngBuffer } from 'lean-qr/extras/node_export'
import { toSvgPath } from 'lean-qr/extras/svg'

/** White modules on every side, without which decoders do not find the code (ISO/IEC 18004). It cannot be left out. */
export const QUIET_MODULES = 4
export const SMALLEST_PNG = 128
export const LARGEST_PNG = 4096

/**
 * The QR code of an address in upper case, with error correction Q (a quarter may be lost). Alphanumeric mode makes it a
 * version or two smaller than the same address in lower case. Throws where the address holds any other character.
 */
export function qrOf(qrUrl: string): Bitmap2D {
  if (!ALPHANUMERIC.test(qrUrl)) throw new Error(`${qrUrl} is not alphanumeric in the sense of QR codes`)
  return generate(mode.alphaNumeric(qrUrl), { minCorrectionLevel: correction.Q })
}

/** Black on white, a module one unit of the view box; `title` is read to people who cannot see it. */
export function qrSvg(qrUrl: string, title: string): string {
  const qr = qrOf(qrUrl)
  const side = qr.size + 2 * QUIET_MODULES
  const box = `${-QUIET_MODULES} ${-QUIET_MODULES} ${side} ${side}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" width="${side * 8}" height="${side * 8}"`,
    ` role="img" shape-rendering="crispEdges"><title>${escaped(title)}</title>`,
    `<rect x="${-QUIET_MODULES}" y="${-QUIET_MODULES}" width="${side}" height="${side}" fill="#fff"/>`,
    `<path fill="#000" d="${toSvgPath(qr)}"/></svg>\n`,
  ].join('')
}

/** A PNG of exactly `size` pixels. Each module has the same whole number of pixels; what is over widens the margin. */
export function qrPng(qrUrl: string, size: number): Uint8Array<ArrayBuffer> {
  const qr = qrOf(qrUrl)
  const pixels = Math.floor(size / (qr.size + 2 * QUIET_MODULES))
  if (pixels < 1) throw new Error(`${size} pixels are too few for ${qr.size} modules and their margin`)
  const margin = Math.floor((size - qr.size * pixels) / 2)
  const moduleAt = (pixel: number) => Math.floor((pixel - margin) / pixels)
  // The library scales by whole modules; handing it the pixels themselves gives the exact size that was asked for.
  const image = { size, get: (x: number, y: number) => qr.get(moduleAt(x), moduleAt(y)) }
  return new Uint8Array(toPngBuffer(image, { off: WHITE, pad: 0 }))
}

const WHITE = [255, 255, 255] as const
const ALPHANUMERIC = /^[0-9A-Z $%*+./:-]+$/

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

import { type Bitmap2D, correction, generate, mode } from 'lean-qr'

/** White modules on every side, without which decoders do not find the code (ISO/IEC 18004). It cannot be left out. */
export const QUIET_MODULES = 4

/**
 * The QR code of an address in upper case, with error correction Q (a quarter may be lost) or H (30 %). Alphanumeric mode
 * makes it a version or two smaller than the same address in lower case. Throws where it holds any other character.
 */
export function qrOf(qrUrl: string, level: 'Q' | 'H' = 'Q'): Bitmap2D {
  if (!ALPHANUMERIC.test(qrUrl)) throw new Error(`${qrUrl} is not alphanumeric in the sense of QR codes`)
  return generate(mode.alphaNumeric(qrUrl), { minCorrectionLevel: correction[level] })
}

/** Modules on a side of the code of an address. Its length alone decides, so that one of each length is made. */
export function qrSize(qrUrl: string, level: 'Q' | 'H' = 'Q'): number {
  const key = `${level}${qrUrl.length}`
  const size = sizes.get(key) ?? qrOf(qrUrl, level).size
  sizes.set(key, size)
  return size
}
const sizes = new Map<string, number>()

const ALPHANUMERIC = /^[0-9A-Z $%*+./:-]+$/

import sharp, { type Sharp } from 'sharp'
import { decodeQr } from '../decoders.ts'
import { DPI } from './pixels.ts'

/**
 * The names of the decoders that do not read exactly this in a picture. A phone takes one picture after another while it
 * comes nearer, and sees a poster from afar in no more pixels than a card: a wide picture is shown in several widths.
 */
export async function badlyRead(png: Uint8Array, expected: string): Promise<string[]> {
  const unread = new Set<string>(['jsqr', 'zxing'])
  for (const width of WIDTHS) {
    const seen = await sharp(png).resize({ width, withoutEnlargement: true }).png().toBuffer()
    for (const [decoder, text] of Object.entries(await decodeQr(seen))) if (text === expected) unread.delete(decoder)
    if (unread.size === 0) break
  }
  return [...unread]
}

/** In pixels; the first is enough nearly always. */
const WIDTHS = [800, 640, 1_000, 720, 900]
const WHITE = '#ffffff'
/** Of the code on a card, and the least that is allowed, in millimetres. */
const [USUAL, SMALLEST] = [24, 15]

/** What happens to a card: a picture of it at 300 dpi as phones may see it. `side` is its code's, in millimetres. */
export async function conditionsOf(png: Buffer, side = USUAL): Promise<[string, Buffer][]> {
  const { width = 0 } = await sharp(png).metadata()
  const at15 = Math.round((width * SMALLEST) / side)
  const of = (picture: Sharp) => picture.flatten({ background: WHITE }).png().toBuffer()
  return [
    ['turned by 7 degrees', await of(sharp(png).rotate(7, { background: WHITE }))],
    ['blurred by 0.2 mm', await of(sharp(png).blur((DPI / 25.4) * 0.2))],
    ['at half the contrast', await of(sharp(png).linear(0.5, 64))],
    ['15 mm wide', await of(sharp(png).resize(at15))],
  ]
}

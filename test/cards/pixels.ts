import { PDFiumLibrary } from '@hyzyla/pdfium'
import sharp from 'sharp'
import type { Box } from '../../worker/cards/drawing.ts'

/** What a printer of this many dots an inch puts on paper. */
export const DPI = 300

/** An SVG of a true size as a PNG. */
export const svgPixels = (svg: string, dpi = DPI): Promise<Buffer> =>
  sharp(Buffer.from(inPoints(svg)), { density: dpi, limitInputPixels: false })
    .flatten({ background: '#ffffff' })
    .png()
    .toBuffer()

/** sharp applies the density to millimetres twice, and to what has no unit, 72 to an inch, once. */
const inPoints = (svg: string) => svg.replaceAll(/"([\d.]+)mm"/g, (_, mm) => `"${(Number(mm) * 72) / 25.4}"`)

export interface PdfPage {
  png: Buffer
  text: string
  /** Millimetres. */
  width: number
  height: number
}

/** Every page of a PDF, or those first ones, as PDFium (Chrome's own) draws it. */
export async function pdfPixels(pdf: Uint8Array, { dpi = DPI, most = 1_000 } = {}): Promise<PdfPage[]> {
  const library = await PDFiumLibrary.init()
  try {
    const document = await library.loadDocument(Buffer.from(pdf))
    const pages: PdfPage[] = []
    for (const page of document.pages()) {
      if (pages.length === most) break
      // Before it is drawn: afterwards this build of PDFium finds no text.
      const text = page.getText()
      const { originalWidth, originalHeight } = page.getOriginalSize()
      const { data, width, height } = await page.render({ scale: dpi / 72, render: 'bitmap' })
      const png = await sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: false })
        .flatten({ background: '#ffffff' })
        .png()
        .toBuffer()
      pages.push({ png, text, width: (originalWidth * 25.4) / 72, height: (originalHeight * 25.4) / 72 })
    }
    document.destroy()
    return pages
  } finally {
    library.destroy()
  }
}

/** A part of a picture, in millimetres of what it shows. */
export async function cut(png: Uint8Array, part: Box, dpi = DPI): Promise<Buffer> {
  const px = (mm: number) => Math.round((mm * dpi) / 25.4)
  const picture = sharp(png, { limitInputPixels: false })
  const { width, height } = await picture.metadata()
  const [left, top] = [px(part.x), px(part.y)]
  // A page of 210 mm has not a whole number of dots.
  const size = { width: Math.min(px(part.width), width - left), height: Math.min(px(part.height), height - top) }
  return picture
    .extract({ left, top, ...size })
    .png()
    .toBuffer()
}

import type { SetFace, SetText } from './compose.ts'
import { BLACK, type Page, POINT_MM, type QrMark } from './drawing.ts'
import { PdfFile } from './pdf-file.ts'
import { PdfFonts } from './pdf-fonts.ts'
import { qrRows } from './qr-rows.ts'

/**
 * Pages as a PDF that is written as they are made: no more than one page is held at a time, and the letters that were
 * used follow at the end. Text stays text (it can be searched, copied and read aloud), in embedded subsets.
 *
 * Written here, since no library on npm both streams pages in workerd and takes glyphs that are already in their place:
 * pdf-lib and its forks hold the document until it is saved, pdfkit shapes text itself.
 */
export function pdfOf(pages: Iterable<Page<SetFace>>, title: string, language: string): ReadableStream<Uint8Array> {
  const source = pages[Symbol.iterator]()
  const file = new PdfFile()
  const fonts = new PdfFonts(file)
  const [catalog, tree, resources] = [file.reserve(), file.reserve(), file.reserve()]
  const kids: number[] = []
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = source.next()
      if (!next.done) {
        kids.push(await writePage(file, fonts, next.value, tree, resources))
        controller.enqueue(file.take())
        return
      }
      await fonts.write(resources)
      file.object(tree, `<</Type/Pages/Count ${kids.length}/Kids[${kids.map((kid) => `${kid} 0 R`).join(' ')}]>>`)
      file.object(
        catalog,
        `<</Type/Catalog/Pages ${tree} 0 R/Lang(${language})/ViewerPreferences<</DisplayDocTitle true/PrintScaling/None>>>>`,
      )
      file.end(catalog, title)
      controller.enqueue(file.take())
      controller.close()
    },
  })
}

async function writePage(file: PdfFile, fonts: PdfFonts, page: Page<SetFace>, tree: number, resources: number) {
  const content = page.faces.map(({ x, y, face }) => {
    const marks = face.marks.map((mark) => drawnMark(mark, fonts)).join('\n')
    return `q 1 0 0 1 ${pt(x)} ${pt(page.height - y)} cm\n${marks}\nQ`
  })
  const stream = await file.stream(new TextEncoder().encode(content.join('\n')))
  const boxes = page.trim ? trimmed(page, page.trim) : ''
  return file.object(
    file.reserve(),
    `<</Type/Page/Parent ${tree} 0 R/MediaBox[0 0 ${pt(page.width)} ${pt(page.height)}]${boxes}` +
      `/Resources ${resources} 0 R/Contents ${stream} 0 R>>`,
  )
}

/** What a print shop's software cuts by. */
function trimmed({ height }: Page<SetFace>, trim: NonNullable<Page['trim']>): string {
  const box = (out: number) =>
    [trim.x - out, height - trim.y - trim.height - out, trim.x + trim.width + out, height - trim.y + out]
      .map(pt)
      .join(' ')
  return `/TrimBox[${box(0)}]/BleedBox[${box(trim.bleed)}]`
}

/** Of a face whose top left corner is the origin; y goes upwards in a PDF, so that all of it is below zero. */
function drawnMark(mark: SetFace['marks'][number], fonts: PdfFonts): string {
  switch (mark.kind) {
    case 'set':
      return drawnText(mark, fonts)
    case 'rect':
      return `${colour(mark.ink)} rg ${pt(mark.x)} ${pt(-mark.y - mark.height)} ${pt(mark.width)} ${pt(mark.height)} re f`
    case 'line': {
      const [[x1, y1], [x2, y2]] = [mark.from, mark.to]
      return `${colour(mark.ink ?? BLACK)} RG ${pt(mark.width)} w ${pt(x1)} ${pt(-y1)} m ${pt(x2)} ${pt(-y2)} l S`
    }
    case 'qr':
      return drawnQr(mark)
  }
}

function drawnQr({ x, y, side, ink, content, correction }: QrMark): string {
  const { size, rows } = qrRows(content, correction)
  const module = side / size / POINT_MM
  const boxes = rows.map((row) => `${row.x} ${-row.y - 1} ${row.length} 1 re`)
  return `q ${colour(ink ?? BLACK)} rg ${number(module)} 0 0 ${number(module)} ${pt(x)} ${pt(-y)} cm\n${boxes.join('\n')}\nf Q`
}

function drawnText({ ink, em, lines }: SetText, fonts: PdfFonts): string {
  const runs = lines.flatMap(({ x, baseline, runs }) =>
    runs.map((run) => fonts.show(run, pt(em), (dx, dy) => `${pt(x + dx * em)} ${pt(dy * em - baseline)}`)),
  )
  return `${colour(ink)} rg BT\n${runs.join('\n')}\nET`
}

const colour = (ink: string) =>
  [1, 3, 5].map((at) => number(Number.parseInt(ink.slice(at, at + 2), 16) / 255)).join(' ')
const pt = (length: number) => number(length / POINT_MM)
const number = (value: number) => Number(value.toFixed(4))

import type { SetFace } from './compose.ts'
import { BLACK } from './drawing.ts'
import { type Outline, outlinesOf, type Point } from './outlines.ts'

/*
 * A face as pixels, made in the Worker: mail programs show no SVG, and what draws for all the web (resvg) is 2 MB of
 * WebAssembly for a picture of five lines. Outlines are filled row by row; how much of a pixel they cover is its shade.
 */

/** Red, green, blue for each pixel, from the top left. */
export interface Raster {
  width: number
  height: number
  rgb: Uint8Array
}
/** Rows that are looked at within one of pixels. Along a row the coverage is exact. */
const SAMPLES = 8
export function rasterOf(face: SetFace, pixelsPerMm: number): Raster {
  const [width, height] = [Math.round(face.width * pixelsPerMm), Math.round(face.height * pixelsPerMm)]
  const rgb = new Uint8Array(width * height * 3).fill(255)
  for (const mark of face.marks) {
    const outlines = outlinesOf(mark).map((outline) =>
      outline.map(([x, y]): Point => [x * pixelsPerMm, y * pixelsPerMm]),
    )
    const ink = channels(mark.ink ?? BLACK)
    fill(outlines, width, height, (pixel, covered) => {
      for (const [i, shade] of ink.entries()) {
        const under = rgb[pixel * 3 + i] ?? 255
        rgb[pixel * 3 + i] = Math.round(under + (shade - under) * Math.min(covered, 1))
      }
    })
  }
  return { width, height, rgb }
}

/** Where an outline crosses a row of samples, and whether downwards (1) or upwards (-1). */
interface Crossing {
  x: number
  way: number
}

/** Tells of every pixel that is covered, and which share of it. */
function fill(outlines: Outline[], width: number, height: number, paint: (pixel: number, share: number) => void) {
  const crossings: Crossing[][] = []
  for (const outline of outlines)
    for (const [i, [x2, y2]] of outline.entries()) {
      const [x1, y1] = outline.at(i - 1) ?? [x2, y2]
      const first = Math.max(Math.ceil(Math.min(y1, y2) * SAMPLES - 0.5), 0)
      const end = Math.min(Math.ceil(Math.max(y1, y2) * SAMPLES - 0.5), height * SAMPLES)
      for (let sample = first; sample < end; sample++) {
        const x = x1 + (((sample + 0.5) / SAMPLES - y1) * (x2 - x1)) / (y2 - y1)
        const row = crossings[sample] ?? []
        row.push({ x, way: y2 > y1 ? 1 : -1 })
        crossings[sample] = row
      }
    }
  const shares = new Float32Array(width)
  for (let y = 0; y < height; y++) {
    const samples = crossings.slice(y * SAMPLES, (y + 1) * SAMPLES).filter(Boolean)
    if (samples.length === 0) continue
    shares.fill(0)
    for (const row of samples) cover(row, shares)
    for (const [x, share] of shares.entries()) if (share > 0) paint(y * width + x, share)
  }
}

/** Adds what is inside between the crossings of one row of samples. */
function cover(row: Crossing[], shares: Float32Array): void {
  let winding = 0
  let from = 0
  for (const { x, way } of row.sort((a, b) => a.x - b.x)) {
    if (winding === 0) from = Math.max(x, 0)
    winding += way
    if (winding !== 0) continue
    const to = Math.min(x, shares.length)
    for (let pixel = Math.floor(from); pixel < to; pixel++)
      shares[pixel] = (shares[pixel] ?? 0) + (Math.min(pixel + 1, to) - Math.max(pixel, from)) / SAMPLES
  }
}

const channels = (ink: string): number[] => [1, 3, 5].map((at) => Number.parseInt(ink.slice(at, at + 2), 16))

import { qrOf } from '../links/qr.ts'

/** A QR code as runs of dark modules, row by row: what both renderers draw. `size` is its modules on a side. */
export function qrRows(
  content: string,
  correction: 'Q' | 'H',
): { size: number; rows: { x: number; y: number; length: number }[] } {
  const qr = qrOf(content, correction)
  const rows: { x: number; y: number; length: number }[] = []
  for (let y = 0; y < qr.size; y++)
    for (let x = 0; x < qr.size; x++) {
      if (!qr.get(x, y)) continue
      const last = rows.at(-1)
      if (last?.y === y && last.x + last.length === x) last.length++
      else rows.push({ x, y, length: 1 })
    }
  return { size: qr.size, rows }
}

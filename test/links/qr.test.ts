import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { newCode } from '../../worker/links/codes.ts'
import { QUIET_MODULES, qrOf } from '../../worker/links/qr.ts'
import { qrPng } from '../../worker/links/qr-png.ts'
import { decodeQr } from '../decoders.ts'

const ADDRESS = 'HTTPS://CARE.NORTHBAY-ORTHO.EXAMPLE/Q/K7M4HXR2'

test.each([128, 129, 200, 333, 1024, 4096])(
  'a PNG of %d pixels has that size and is read by two decoders',
  async (size) => {
    const png = qrPng(ADDRESS, size)
    const { width, height } = PNG.sync.read(Buffer.from(png))
    expect([width, height]).toEqual([size, size])
    expect(await decodeQr(png)).toEqual({ jsqr: ADDRESS, zxing: ADDRESS })
  },
)

test('any code on any host is read by both decoders', async () => {
  for (let i = 0; i < 40; i++) {
    const address = `HTTP${i % 2 ? 'S' : ''}://${'LOCALHOST:8787'.slice(0, 5 + (i % 10))}/Q/${newCode()}`
    expect(await decodeQr(qrPng(address, 256 + i))).toEqual({ jsqr: address, zxing: address })
  }
})

test('every module has whole pixels, and at least four modules of white on every side', () => {
  const modules = qrOf(ADDRESS)
  for (const size of [128, 300, 1000]) {
    const { data } = PNG.sync.read(Buffer.from(qrPng(ADDRESS, size)))
    const isBlack = (x: number, y: number) => data[(y * size + x) * 4] === 0
    const dark = Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => isBlack(x, y)))
    const top = dark.findIndex((row) => row.includes(true))
    const left = dark[top]?.indexOf(true) ?? -1
    const pixels = Math.floor(size / (modules.size + 2 * QUIET_MODULES))
    expect(top).toBe(left)
    expect(left).toBeGreaterThanOrEqual(QUIET_MODULES * pixels)
    expect(size - left - modules.size * pixels).toBeGreaterThanOrEqual(QUIET_MODULES * pixels)
    for (let y = 0; y < modules.size * pixels; y++)
      for (let x = 0; x < modules.size * pixels; x++)
        if (dark[top + y]?.[left + x] !== modules.get(Math.floor(x / pixels), Math.floor(y / pixels)))
          throw new Error(`pixel ${x}, ${y} of ${size}`)
  }
})

test('upper case keeps the symbol small, and error correction is Q or better', () => {
  expect(qrOf('HTTPS://REFERLOOP.EXAMPLE/Q/K7M4HXR2').size).toBeLessThanOrEqual(33)
  expect(() => qrOf('https://referloop.example/q/K7M4HXR2')).toThrow('alphanumeric')
})

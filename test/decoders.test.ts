import { generate } from 'lean-qr'
import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { decodeQr } from './decoders.ts'

test('two decoders read the same address, and neither reads one into an empty picture', async () => {
  const address = 'HTTP://LOCALHOST:8787/Q/K7M4HXR2'
  const symbol = generate(address)
  const scale = 6
  const side = (symbol.size + 8) * scale
  const drawn = new PNG({ width: side, height: side })
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const dark = symbol.get(Math.floor(x / scale) - 4, Math.floor(y / scale) - 4)
      drawn.data.set([dark ? 0 : 255, dark ? 0 : 255, dark ? 0 : 255, 255], (y * side + x) * 4)
    }
  expect(await decodeQr(PNG.sync.write(drawn))).toEqual({ jsqr: address, zxing: address })

  drawn.data.fill(255)
  expect(await decodeQr(PNG.sync.write(drawn))).toEqual({ jsqr: null, zxing: null })
})

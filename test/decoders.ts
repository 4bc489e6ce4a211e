import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import jsqr from 'jsqr'
import { PNG } from 'pngjs'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } })

/** What two independent decoders read in the QR code of a PNG file; null where one finds none. */
export async function decodeQr(png: Uint8Array): Promise<{ jsqr: string | null; zxing: string | null }> {
  const { data, width, height } = PNG.sync.read(Buffer.from(png))
  const found = jsqr(new Uint8ClampedArray(data), width, height, { inversionAttempts: 'dontInvert' })
  const [first] = await readBarcodes(png, { formats: ['QRCode'], tryHarder: true, tryInvert: false })
  return { jsqr: found?.data ?? null, zxing: first?.text ?? null }
}

/** A PDF 1.7 file (ISO 32000-1) as it grows: objects by number, their places, and the bytes that nobody took yet. */
export class PdfFile {
  private readonly places: number[] = []
  private written = 0
  private waiting: Uint8Array[] = []

  constructor() {
    // Four bytes above 127 tell programs that this is no text file.
    this.append(Uint8Array.of(...ascii('%PDF-1.7\n%'), 0xe2, 0xe3, 0xcf, 0xd3, 0x0a))
  }

  /** A number for an object that is written later. */
  reserve(): number {
    return this.places.push(0)
  }

  object(id: number, body: string): number {
    this.places[id - 1] = this.written
    this.append(ascii(`${id} 0 obj\n${body}\nendobj\n`))
    return id
  }

  /** Compressed; `entries` are more of its dictionary. Gives its number. */
  async stream(bytes: Uint8Array<ArrayBuffer>, entries = ''): Promise<number> {
    const packed = await deflated(bytes)
    const id = this.reserve()
    this.places[id - 1] = this.written
    this.append(ascii(`${id} 0 obj\n<</Length ${packed.length}/Filter/FlateDecode${entries}>>\nstream\n`))
    this.append(packed)
    this.append(ascii('\nendstream\nendobj\n'))
    return id
  }

  end(catalog: number, title: string): void {
    const info = this.object(this.reserve(), `<</Title <FEFF${hex(title)}>/Producer(Referloop)>>`)
    const start = this.written
    const rows = this.places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`)
    const size = this.places.length + 1
    this.append(ascii(`xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}`))
    this.append(ascii(`trailer\n<</Size ${size}/Root ${catalog} 0 R/Info ${info} 0 R>>\nstartxref\n${start}\n%%EOF\n`))
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    const all = new Uint8Array(this.waiting.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const part of this.waiting) {
      all.set(part, at)
      at += part.length
    }
    this.waiting = []
    return all
  }

  private append(bytes: Uint8Array): void {
    this.waiting.push(bytes)
    this.written += bytes.length
  }
}

const ascii = (text: string) => new TextEncoder().encode(text)

/** A text in UTF-16, as PDF wants it where it is not plain ASCII. */
export const hex = (text: string): string =>
  Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0')).join('')

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'))
  return new Uint8Array(await new Response(packed).arrayBuffer())
}

import type { SeededDemo } from '../../db/seed/history.ts'
import { ask } from '../api.ts'
import type { Stack } from '../stack.ts'
import type { Measured } from './load.ts'
import { loaded } from './machine.ts'

const SECONDS = 4

export interface PrintFigures {
  what: string
  measured: Measured
}

/** Files for print of the demo's links, one client that waits for each: the database's part is in all of them. */
export async function measurePrints(stack: Stack, demo: SeededDemo): Promise<PrintFigures[]> {
  const key = demo.apiKey
  const { body } = await ask<{ items: { id: string }[] }>(stack.url, 'GET /api/v1/links?limit=10', { key })
  const ids = body.items.map(({ id }) => id)
  const files = {
    'one link, nothing drawn': `links/${ids[0]}`,
    'QR code, SVG': `links/${ids[0]}/qr.svg`,
    'QR code, PNG of 1,024 pixels': `links/${ids[0]}/qr.png?size=1024`,
    'QR code, PDF': `links/${ids[0]}/qr.pdf`,
    'a sheet of ten cards, PDF': `cards.pdf?layout=avery-5371&links=${ids.join()}`,
  }
  const figures: PrintFigures[] = []
  for (const [what, path] of Object.entries(files)) {
    const load = { origin: stack.url, paths: [`/api/v1/${path}`], headers: { Authorization: `Bearer ${key}` } }
    await loaded({ ...load, connections: 1, seconds: 1 })
    figures.push({ what, measured: await loaded({ ...load, connections: 1, seconds: SECONDS }) })
  }
  return figures
}

import { readFileSync } from 'node:fs'
import { LAYOUT_NAMES, LAYOUTS } from '../../worker/cards/layouts.ts'
import { CARD_LOCALES, type CardLocale } from '../../worker/cards/words.ts'
import { ask } from '../api.ts'
import { badlyRead, conditionsOf } from '../cards/conditions.ts'
import { cut, type PdfPage, pdfPixels } from '../cards/pixels.ts'
import { type Link, type TestPractice, testPractice } from '../practice.ts'
import type { Stack } from '../stack.ts'
import { atMost, exactly, type Finding, shown } from './finding.ts'

/**
 * Every layout in every language, drawn at 300 dots an inch: every code on it read by both decoders, and one a page also
 * turned, blurred, pale and small; then one print run for so many referrers, with its time and memory.
 */
export async function everyPrint(
  stack: Stack,
  { referrers, locales = CARD_LOCALES }: { referrers: number; locales?: readonly CardLocale[] },
): Promise<Finding> {
  const practice = await testPractice(stack, `print-${referrers}`)
  const links = [practice.link, ...(await cardsFor(stack, practice, referrers - 1))]
  const some = links.slice(0, 3)
  let codes = 0
  const unread: string[] = []
  const look = async (png: Buffer, link: Link | undefined, what: string) => {
    codes++
    const decoders = await badlyRead(png, link?.qrUrl ?? '')
    if (decoders.length > 0) unread.push(`${what} (${decoders.join(', ')})`)
  }
  for (const layout of LAYOUT_NAMES)
    for (const locale of locales) {
      const pdf = await printed(stack, practice, some.map(({ id }) => id).join(), layout, locale)
      const [page] = await pdfPixels(pdf.bytes, { most: 1 })
      if (!page) throw new Error(`${layout} has no page`)
      await lookAt(page, some, `${layout} ${locale}`, LAYOUTS[layout], look)
    }
  const before = memory(stack)
  const run = await printed(stack, practice, 'all', 'avery-5371', 'en')
  const peak = memory(stack)
  const pages = await pdfPixels(run.bytes, { dpi: 100 })
  const missing = links.filter(({ display }) => !pages.some(({ text }) => text.includes(display)))
  return {
    title: 'Print: every code in every layout is read',
    figures: [
      shown('layouts and languages', LAYOUT_NAMES.length * locales.length),
      shown('codes looked at, by two decoders each', codes),
      exactly('codes that a decoder did not read', unread.join('; ') || 0, 0),
      shown('referrers in one print run', referrers),
      exactly('pages of it', pages.length, Math.ceil(referrers / LAYOUTS['avery-5371'].places.length)),
      exactly('of its cards, not on any page', missing.length, 0),
      shown('its size, kB', Math.round(run.bytes.length / 1000)),
      shown('until its first byte, ms', Math.round(run.first)),
      shown('until its last, ms', Math.round(run.last)),
      atMost('more memory of the Worker afterwards, MB', peak - before, 128),
    ],
  }
}

type Look = (png: Buffer, link: Link | undefined, what: string) => Promise<void>

/** Each card in its place, and the first in worse conditions. */
async function lookAt(
  page: PdfPage,
  links: Link[],
  what: string,
  { places, item }: (typeof LAYOUTS)['avery-5371'],
  look: Look,
): Promise<void> {
  for (const [i, place] of places.entries()) {
    const card = await cut(page.png, { ...place, ...item })
    await look(card, links[i % links.length], `${what}, card ${i + 1}`)
    if (i > 0 || item.width > 100) continue
    for (const [condition, picture] of await conditionsOf(card)) await look(picture, links[0], `${what}, ${condition}`)
  }
}

async function printed(stack: Stack, { key }: TestPractice, links: string, layout: string, locale: string) {
  const from = performance.now()
  const answer = await fetch(`${stack.url}/api/v1/cards.pdf?links=${links}&layout=${layout}&locale=${locale}`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  if (!answer.ok) throw new Error(`${layout} ${locale}: ${await answer.text()}`)
  const first = performance.now() - from
  const bytes = new Uint8Array(await answer.arrayBuffer())
  return { bytes, first, last: performance.now() - from }
}

async function cardsFor(stack: Stack, { key, service }: TestPractice, count: number): Promise<Link[]> {
  const links: Link[] = []
  for (let i = 0; i < count; i++) {
    const name = `Dr ${SURNAMES[i % SURNAMES.length]} ${i}`
    const body = { name, office: { name: `${SURNAMES[(i * 7) % SURNAMES.length]} Family Medicine` } }
    const referrer = await ask<{ id: string }>(stack.url, 'POST /api/v1/referrers', { key, body })
    const link = await ask<Link>(stack.url, 'POST /api/v1/links', {
      key,
      body: { referrerId: referrer.body.id, service, channel: 'card' },
    })
    links.push(link.body)
  }
  return links
}

const SURNAMES = ['Okonjo', 'Núñez', 'Đorđević', 'Nguyễn', 'Müller-Lüdenscheidt', 'O’Brien', 'حدّاد', 'Ó Súilleabháin']

/** Of workerd, resident, in MB; 0 where the system does not say. */
function memory({ worker }: Stack): number {
  try {
    const pages = Number(readFileSync(`/proc/${worker.pid()}/statm`, 'utf8').split(' ')[1])
    return Math.round((pages * 4096) / 1e6)
  } catch {
    return 0
  }
}

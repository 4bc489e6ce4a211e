import { expect, test } from 'vitest'
import { LAYOUT_NAMES, LAYOUTS } from '../../worker/cards/layouts.ts'
import { pdfOf } from '../../worker/cards/pdf.ts'
import { layOut } from '../../worker/cards/print.ts'
import { svgOf } from '../../worker/cards/svg.ts'
import { paragraph } from '../../worker/cards/typeface.ts'
import { CARD_LOCALES } from '../../worker/cards/words.ts'
import { badlyRead, conditionsOf } from './conditions.ts'
import { CARDS, card } from './people.ts'
import { cut, pdfPixels, svgPixels } from './pixels.ts'

const pagesOf = (...asked: Parameters<typeof layOut>) => {
  const laid = layOut(...asked)
  if (!laid.ok) throw new Error(JSON.stringify(laid.refusals))
  return [...laid.pages]
}
const bytes = async (pdf: ReadableStream<Uint8Array>) => new Uint8Array(await new Response(pdf).arrayBuffer())

test.each(LAYOUT_NAMES)('%s: every code is where it should be and is read, in the PDF and in the SVG', async (name) => {
  const { paper, places, item } = LAYOUTS[name]
  const locale = CARD_LOCALES[LAYOUT_NAMES.indexOf(name) % 3] ?? 'en'
  const pages = pagesOf(name, CARDS, locale)
  const [page] = pages
  const [drawn] = await pdfPixels(await bytes(pdfOf(pages, 'Cards', locale)), { most: 1 })
  if (!page || !drawn) throw new Error('no page')
  expect([drawn.width, drawn.height].map((mm) => mm.toFixed(1))).toEqual(
    [paper.width, paper.height].map((mm) => mm.toFixed(1)),
  )
  const pictures = { pdf: drawn.png, svg: await svgPixels(svgOf(page, 'Cards')) }
  for (const [kind, png] of Object.entries(pictures))
    for (const [i, place] of places.entries()) {
      const expected = CARDS[i % CARDS.length]?.qrUrl ?? ''
      expect(await badlyRead(await cut(png, { ...place, ...item }), expected), `${kind}, card ${i + 1}`).toEqual([])
    }
})

test('a code is read though turned, blurred, pale, and 15 mm wide', async () => {
  const [page] = pagesOf('card-print-shop', [card()], 'en')
  if (!page) throw new Error('no page')
  const png = await svgPixels(svgOf(page, 'Card'))
  for (const [condition, picture] of await conditionsOf(png))
    expect(await badlyRead(picture, card().qrUrl), condition).toEqual([])
})

test('a sheet of Avery 5371 has its cards at 0.75 and 0.5 inches, without a gutter', () => {
  const { places, item } = LAYOUTS['avery-5371']
  expect(item).toEqual({ width: 88.9, height: 50.8 })
  const inches = places.map(({ x, y }) => [x / 25.4, y / 25.4].map((length) => Number(length.toFixed(6))))
  expect(inches).toEqual([0, 1, 2, 3, 4].flatMap((row) => [0, 1].map((column) => [0.75 + 3.5 * column, 0.5 + 2 * row])))
})

test('a sheet of A4 has its cards at 20 and 11 mm', () => {
  const { places, item } = LAYOUTS['a4-85x55']
  expect([places[0], places.at(-1), item]).toEqual([
    { x: 20, y: 11 },
    { x: 105, y: 231 },
    { width: 85, height: 55 },
  ])
})

test('a sheet repeats its links until it is full, and the last of several too', () => {
  const many = Array.from({ length: 12 }, (_, i) => card({ linkId: `${i}` }))
  expect(pagesOf('avery-5371', many.slice(0, 2), 'en').map(({ faces }) => faces.length)).toEqual([11])
  expect(pagesOf('avery-5371', many, 'en').map(({ faces }) => faces.length)).toEqual([11, 11])
  expect(pagesOf('poster-a4', many, 'en')).toHaveLength(12)
})

test('the ruler is 50 mm on paper', async () => {
  const [page] = pagesOf('avery-5371', [card()], 'en')
  const around = page?.faces.at(-1)?.face.marks ?? []
  const [line] = around.flatMap((mark) => (mark.kind === 'line' ? [mark] : []))
  expect((line?.to[0] ?? 0) - (line?.from[0] ?? 0)).toBe(50)
})

test('a PDF is the same text that the card shows, also from right to left', async () => {
  const pages = pagesOf('card-print-shop', [card()], 'ar')
  const [drawn] = await pdfPixels(await bytes(pdfOf(pages, 'بطاقة', 'ar')))
  for (const words of ['K7M4-HXR2', '(312) 555-0100', 'care.northbay-ortho.example', 'Dr Amara Okonjo', 'امسح المرب'])
    expect(drawn?.text).toContain(words)
})

test('a name of any language that the typeface has is printed whole, and of others it says which signs it lacks', () => {
  for (const referrer of ['Dr Łukasz Đorđević', 'BS. Nguyễn Thị Ánh', 'Δρ Ελένη', 'Д-р Иванова', 'د. ليلى حدّاد'])
    expect(layOut('avery-5371', [card({ referrer })], 'en')).toMatchObject({ ok: true })
  const refused = layOut('avery-5371', [card({ referrer: '王 Wang' })], 'en')
  expect(refused).toMatchObject({ ok: false, refusals: [{ detail: expect.stringContaining('lacks: “王”') }] })
})

test('a refusal begins with the codes of its links and quotes the name alone, with unseen signs by their number', () => {
  const refusals = (cards: ReturnType<typeof card>[]) => {
    const laid = layOut('avery-5371', cards, 'en')
    return laid.ok ? [] : laid.refusals.map(({ detail }) => detail)
  }
  expect(refusals([card({ referrer: '王 \ue000Wang' })])).toEqual([
    "K7M4-HXR2: The referrer's or the office's name “王 \ue000Wang” has signs that the card's typeface lacks: “王”, U+E000. Write it in others.",
  ])
  const many = ['A', 'B', 'C', 'D', 'E'].map((display) => card({ display, practice: '王' }))
  expect(refusals(many)).toEqual([expect.stringMatching(/^A, B, C and 2 more: The practice's name “王” has/)])
})

test('signs that nobody sees do not stop a card, and where one parts two words there is a space', () => {
  const seen = (text: string) => {
    const whole = paragraph(text, 'ltr', false)
    return { missing: whole.missing, width: whole.shape(0, whole.text.length).width }
  }
  for (const sign of ['\u061c', '\ufe0f', '\u180e', '\u200e', '\u200f', '\u200c', '\ufeff'])
    expect(seen(`Dr Ada${sign}`)).toEqual(seen('Dr Ada'))
  for (const gap of ['\u200b', '\u2028', '\u2029', ' \u200b']) expect(seen(`Dr${gap}Zero`)).toEqual(seen('Dr Zero'))
})

test('what does not fit is made smaller, then set on more lines, and else refused by name; never cut', () => {
  const sizes = (office: string) => {
    const [page] = pagesOf('avery-5371', [card({ referrer: null, office })], 'en')
    const text = page?.faces[0]?.face.marks.find((mark) => mark.kind === 'set' && mark.text.includes(office))
    return text?.kind === 'set' ? [Number((text.em / (25.4 / 72)).toFixed(2)), text.lines.length] : []
  }
  expect(sizes('Elm')).toEqual([7.5, 1])
  const [smaller = 0, one] = sizes('Elm Family Medicine and Midwifery of the Greater Lake')
  expect([smaller < 7.5, one]).toEqual([true, 1])
  expect(sizes('Elm Family Medicine and Midwifery of the Greater Lake County and Surroundings').at(1)).toBe(2)
  const refused = layOut('avery-5371', [card({ office: 'Elm '.repeat(60) })], 'en')
  expect(refused).toMatchObject({ ok: false, refusals: [{ detail: expect.stringContaining('does not fit') }] })
})

test('an address that is too long for modules of 0.4 mm is refused with its measures', () => {
  const qrUrl = `HTTPS://${'A'.repeat(200)}.EXAMPLE/Q/K7M4HXR2`
  const refused = layOut('avery-5371', [card({ qrUrl })], 'en')
  expect(refused).toMatchObject({
    ok: false,
    refusals: [{ detail: expect.stringContaining('too long for a QR code') }],
  })
})

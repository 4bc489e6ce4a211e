import { expect, test } from 'vitest'
import { LAYOUT_NAMES, LAYOUTS, type LayoutName } from '../../worker/cards/layouts.ts'
import type { Particulars } from '../../worker/cards/particulars.ts'
import { pdfOf } from '../../worker/cards/pdf.ts'
import { layOut } from '../../worker/cards/print.ts'
import { CARD_LOCALES, type CardLocale, wordsOf } from '../../worker/cards/words.ts'
import { badlyRead } from './conditions.ts'
import { CARDS, card, PARTICULARS } from './people.ts'
import { cut, pdfPixels } from './pixels.ts'

/** What only a pad that the whole office shares asks. */
const shared = (particulars: Partial<Particulars> = {}) =>
  card({ referrer: null, particulars: { ...PARTICULARS, ...particulars } })

async function printed(name: LayoutName, cards = [shared()], locale: CardLocale = 'en') {
  const laid = layOut(name, cards, locale)
  if (!laid.ok) throw new Error(JSON.stringify(laid.refusals))
  const pdf = pdfOf(laid.pages, 'Slips', locale)
  const [page] = await pdfPixels(new Uint8Array(await new Response(pdf).arrayBuffer()))
  if (!page) throw new Error('no page')
  return { ...page, text: page.text.replaceAll(/\s+/g, ' ') }
}
const refusals = (name: LayoutName, of: ReturnType<typeof card>) => {
  const laid = layOut(name, [of], 'en')
  return laid.ok ? [] : laid.refusals.map(({ detail }) => detail)
}

test.each(CARD_LOCALES)(
  'a slip in %s has two codes a sheet, both read, with all that leads to a time',
  async (locale) => {
    for (const name of ['slip-half-letter', 'slip-a5'] as const) {
      const { png, text } = await printed(name, CARDS, locale)
      for (const [i, place] of LAYOUTS[name].places.entries()) {
        const part = await cut(png, { ...place, ...LAYOUTS[name].item })
        expect(await badlyRead(part, CARDS[i]?.qrUrl ?? ''), `${name}, slip ${i + 1}`).toEqual([])
        for (const words of [CARDS[i]?.display, CARDS[i]?.office, 'Northbay', '(312) 555-0100', 'care.northbay'])
          expect(text).toContain(words)
      }
      if (locale !== 'ar') expect(text).toContain(wordsOf(locale).sentence.split('\n')[0])
    }
  },
)

test('a slip is half a sheet of Letter, or of A4, on its side', () => {
  expect(LAYOUTS['slip-half-letter']).toMatchObject({
    paper: { width: 279.4, height: 215.9 },
    item: { width: 139.7, height: 215.9 },
  })
  expect(LAYOUTS['slip-a5']).toMatchObject({
    paper: { width: 297, height: 210 },
    item: { width: 148.5, height: 210 },
  })
})

test('on a shared pad the clinicians are ticked; a slip of one clinician names that one alone', async () => {
  const pad = (await printed('slip-half-letter')).text
  for (const name of ['Dr Amara Okonjo', 'Inés Castellanos, PA-C', 'Dr Ruth Whitcombe', 'Other'])
    expect(pad).toContain(name)
  const own = (await printed('slip-half-letter', [card()])).text
  expect(own).toContain('Dr Amara Okonjo')
  for (const name of ['Dr Ruth Whitcombe', 'Other']) expect(own).not.toContain(name)
})

test('more clinicians than can be ticked leave a line to write on', async () => {
  const clinicians = Array.from({ length: 30 }, (_, i) => `Dr Number ${i}`)
  const { text } = await printed('slip-half-letter', [shared({ clinicians })])
  expect(text).toContain('Other')
  expect(text).not.toContain('Dr Number')
})

test('what the practice has not said is left out with its heading', async () => {
  const whole = (await printed('slip-a5')).text
  for (const words of ['How to find us', '1400 Larkfield', 'Garage', 'Insurance we accept', 'Prairie Mutual'])
    expect(whole).toContain(words)
  const bare = (await printed('slip-a5', [{ ...shared({ locations: [], insurers: [] }), phone: '' }])).text
  for (const words of ['How to find us', 'Insurance', 'Cannot wait', '555']) expect(bare).not.toContain(words)
})

test('many places are named by their address, and still more by where they are found', async () => {
  const places = (length: number) =>
    Array.from({ length }, (_, i) => ({ name: `Place ${i}`, address: `${i} Elm`, directions: 'Door', parking: 'Yard' }))
  const four = (await printed('slip-a5', [shared({ locations: places(4) })])).text
  expect(four).toContain('3 Elm')
  expect(four).not.toContain('Yard')
  const five = (await printed('slip-a5', [shared({ locations: places(5) })])).text
  expect(five).toContain('has all our addresses')
})

test('a slip that leaves no room to write is refused, and says what to shorten', () => {
  const told = 'Past the library and the two bridges, then left, then left again. '.repeat(4)
  const locations = PARTICULARS.locations.map((one) => ({ ...one, directions: told, parking: told }))
  const insurers = Array.from({ length: 60 }, (_, i) => `Mutual ${i}`)
  expect(refusals('slip-half-letter', shared({ locations, insurers }))).toContainEqual(
    expect.stringContaining('no room left to write on'),
  )
  expect(refusals('slip-half-letter', shared({ insurers: ['Mutual '.repeat(200)] }))).toContainEqual(
    expect.stringMatching(/list of insurers.*does not fit/),
  )
})

test('every code is 20 mm wide or more, in every layout and language', () => {
  for (const name of LAYOUT_NAMES)
    for (const locale of CARD_LOCALES) {
      const laid = layOut(name, [shared()], locale)
      if (!laid.ok) throw new Error(JSON.stringify(laid.refusals))
      const [page] = [...laid.pages]
      const marks = page?.faces[0]?.face.marks ?? []
      const qr = marks.find((mark) => mark.kind === 'qr')
      expect(qr?.side, name).toBeGreaterThanOrEqual(20)
    }
})

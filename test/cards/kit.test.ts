import { expect, test } from 'vitest'
import type { CardFacts } from '../../worker/cards/facts.ts'
import type { LayoutName } from '../../worker/cards/layouts.ts'
import type { Particulars } from '../../worker/cards/particulars.ts'
import { pdfOf } from '../../worker/cards/pdf.ts'
import { layOut } from '../../worker/cards/print.ts'
import { CARD_LOCALES, type CardLocale } from '../../worker/cards/words.ts'
import { badlyRead } from './conditions.ts'
import { card, PARTICULARS } from './people.ts'
import { pdfPixels } from './pixels.ts'

const withFacts = (particulars: Partial<Particulars>) => card({ particulars: { ...PARTICULARS, ...particulars } })

async function printed(of: CardFacts = card(), locale: CardLocale = 'en', name: LayoutName = 'kit-letter') {
  const laid = layOut(name, [of], locale)
  if (!laid.ok) throw new Error(JSON.stringify(laid.refusals))
  const pdf = pdfOf(laid.pages, 'Kit', locale)
  const pages = await pdfPixels(new Uint8Array(await new Response(pdf).arrayBuffer()))
  const [page] = pages
  if (!page || pages.length !== 1) throw new Error('one page is expected')
  return { ...page, text: page.text.replaceAll(/\s+/g, ' ') }
}

test.each(CARD_LOCALES)('the page for an office in %s is one page, and its code is read', async (locale) => {
  for (const name of ['kit-letter', 'kit-a4'] as const) {
    const { png, text } = await printed(card(), locale, name)
    expect(await badlyRead(png, card().qrUrl)).toEqual([])
    for (const words of ['K7M4-HXR2', 'Riverside Family Medicine', '(312) 555-0190', 'records@northbay-ortho.example'])
      expect(text).toContain(words)
  }
})

test('it says what to say, what comes back when the patient agrees, and what to copy', async () => {
  const { text } = await printed()
  for (const words of [
    'Scan the square and choose a time. Or call (312) 555-0100 and say the code',
    'If the patient agrees',
    'never for a patient',
    'choose a time at https://care.northbay-ortho.example/r/K7M4HXR2 or call (312) 555-0100 and say the code K7M4-HXR2.',
  ])
    expect(text).toContain(words)
})

test('the wait is what whoever prints it says, and else a line to write on', async () => {
  expect((await printed(withFacts({ wait: '2 to 3 weeks' }))).text).toContain('Current wait 2 to 3 weeks')
  const { text } = await printed()
  expect(text).toContain('Current wait')
  expect(text).toContain('As of')
})

test('what the practice has not said is left out with its heading, and the patients’ number stands in', async () => {
  const { text } = await printed(withFacts({ backLine: '', recordsTo: '', locations: [], insurers: [] }))
  for (const words of ['Back line', 'records', 'How to find us', 'Insurance', '0190']) expect(text).not.toContain(words)
  expect(text).toContain('To ask, call (312) 555-0100.')
  const none = await printed({ ...withFacts({ backLine: '' }), phone: '' })
  expect(none.text).toContain('Ask us.')
  expect(none.text).not.toContain('0100')
})

test('a page that has no room for all of it is refused, and says what to shorten', () => {
  const told = 'Past the library and the two bridges, then left, then left again. '.repeat(3)
  const locations = PARTICULARS.locations.map((one) => ({ ...one, directions: told, parking: told }))
  const practice = 'The Practice of Orthopedics and Sports Medicine '.repeat(4).trim()
  const crowded = {
    ...withFacts({ locations, recordsTo: 'A\nB\nC\nD' }),
    practice,
    url: `https://${'a'.repeat(60)}.example`,
  }
  const laid = layOut('kit-letter', [crowded], 'en')
  expect(laid.ok ? [] : laid.refusals.map(({ detail }) => detail)).not.toEqual([])
})

import { describe, expect, test } from 'vitest'
import { birthFrom } from '../../site/questions/birth.ts'
import { sealed, unsealed } from '../../site/sealed.ts'
import { cityOf, clock, dayName, dayOf } from '../../site/text/dates.ts'
import { languageOf, textOf } from '../../site/text/languages.ts'
import { accentAddress, accentStylesheet } from '../../site/theme.ts'
import { contrast } from '../../worker/colour.ts'
import { openingsOf, weekOf } from '../../worker/practices/published.ts'

describe('the language of a page', () => {
  test('the reader’s choice comes first, then what the browser prefers, then English', () => {
    expect(languageOf([null, undefined], 'fr-CH, es;q=0.9, en;q=0.8')).toBe('es')
    expect(languageOf([null], 'en;q=0.2, ar-EG')).toBe('ar')
    expect(languageOf(['en'], 'ar')).toBe('en')
    expect(languageOf(['constructor'], 'de, es;q=0')).toBe('en')
    expect(languageOf([], null)).toBe('en')
  })
})

describe('an accent', () => {
  test.each(['#0f5f6b', '#ffe600', '#ffffff', '#000000', '#d4145a', '#7fd1ae', 'not a colour'])(
    '%s can be read on light and on dark pages, and so can what is written on it',
    (accent) => {
      const colours = [...accentStylesheet(accent).matchAll(/--accent:(#\w{6}).*?--on-accent:(#\w{6})/g)]
      expect(colours).toHaveLength(2)
      for (const [i, [, main = '', on = '']] of colours.entries()) {
        for (const ground of i === 0 ? ['#ffffff', '#fbfaf7', '#f3f1ec'] : ['#191715', '#23211e', '#2c2926'])
          expect(contrast(main, ground)).toBeGreaterThanOrEqual(4.5)
        expect(contrast(main, on)).toBeGreaterThanOrEqual(4.5)
      }
    },
  )

  test('has an address of its own that changes with the colour', () => {
    const at = (accent: string) => accentAddress({ slug: 'elm', accent })
    expect(at('#0f5f6b')).toMatch(/^\/p\/elm\/theme-\w+\.css$/)
    expect(at('#0f5f6b')).not.toBe(at('#0f5f6c'))
  })
})

describe('a date of birth', () => {
  const now = Date.parse('2026-11-23T18:00:00Z')
  const read = (day: string, month: string, year: string) =>
    birthFrom({ 'birth-day': day, 'birth-month': month, 'birth-year': year }, now, textOf('en'))

  test('is read as people type it, in the digits of their keyboard', () => {
    expect(read('7', '03', '1951')).toEqual({ birth: '1951-03-07' })
    expect(read('٢٩', '٢', '٢٠٠٤')).toEqual({ birth: '2004-02-29' })
  })

  test('takes the name of a month, as the language writes it', () => {
    expect(read('7', 'March', '1951')).toEqual({ birth: '1951-03-07' })
    expect(read('7', 'mar.', '1951')).toEqual({ birth: '1951-03-07' })
    const spanish = { 'birth-day': '7', 'birth-month': 'Marzo', 'birth-year': '1951' }
    expect(birthFrom(spanish, now, textOf('es'))).toEqual({ birth: '1951-03-07' })
    const arabic = { 'birth-day': '٧', 'birth-month': 'مارس', 'birth-year': '١٩٥١' }
    expect(birthFrom(arabic, now, textOf('ar'))).toEqual({ birth: '1951-03-07' })
  })

  test.each([
    ['29', '2', '2023'],
    ['7', 'Marchember', '1951'],
    ['31', '4', '1980'],
    ['0', '1', '1980'],
    ['1', '13', '1980'],
    ['1', '1', '1850'],
    ['x', '1', '1980'],
    ['1.5', '1', '1980'],
    ['-1', '1', '1980'],
    ['1', '1', '0000'],
    ['24', '12', '2026'],
  ])('%s/%s/%s is refused', (day, month, year) => {
    expect(read(day, month, year)).toMatchObject({ ok: false })
  })
})

describe('dates and times', () => {
  test('are those of the place, across the change of the clock', () => {
    const autumn = Date.parse('2026-11-01T07:30:00Z')
    expect(clock(autumn, 'America/Chicago', 'en-US')).toMatch(/^1:30\sAM$/)
    expect(clock(Date.parse('2026-11-01T06:30:00Z'), 'America/Chicago', 'en-US')).toMatch(/^1:30\sAM$/)
    expect(dayOf(Date.parse('2026-11-24T03:00:00Z'), 'America/Chicago')).toBe('2026-11-23')
    expect(dayName('2026-11-23', 'en-US')).toBe('Monday, November\u00a023')
    expect(dayName('2026-11-23', 'es')).toBe('lunes, 23\u00a0de\u00a0noviembre')
    expect(cityOf('America/Indiana/Indianapolis')).toBe('Indianapolis')
    expect(cityOf('America/New_York')).toBe('New York')
  })
})

describe('opening hours', () => {
  test('of several providers are one, and days with the same hours are told together', () => {
    const openings = openingsOf([
      { weekday: 2, opens: 510, closes: 720 },
      { weekday: 1, opens: 600, closes: 780 },
      { weekday: 1, opens: 510, closes: 720 },
      { weekday: 2, opens: 720, closes: 780 },
      { weekday: 4, opens: 540, closes: 600 },
      { weekday: 6, opens: 510, closes: 780 },
    ])
    expect(weekOf(openings)).toEqual([
      {
        days: [
          [1, 2],
          [6, 6],
        ],
        hours: [[510, 780]],
      },
      { days: [[4, 4]], hours: [[540, 600]] },
    ])
  })
})

describe('what is sealed', () => {
  const env = { SIGNING_KEY: 'a key of a test' }

  test('opens for its own purpose and key alone, and not when altered', async () => {
    const text = await sealed(env, 'draft /p/elm', { name: 'Zsófia 🐝' })
    expect(text).not.toContain('Zs')
    expect(await unsealed(env, 'draft /p/elm', text)).toEqual({ name: 'Zsófia 🐝' })
    expect(await unsealed(env, 'draft /p/oak', text)).toBeNull()
    expect(await unsealed({ SIGNING_KEY: 'another' }, 'draft /p/elm', text)).toBeNull()
    const altered = text.slice(0, 20) + (text[20] === 'A' ? 'B' : 'A') + text.slice(21)
    expect(await unsealed(env, 'draft /p/elm', altered)).toBeNull()
    expect(await unsealed(env, 'draft /p/elm', 'no!')).toBeNull()
  })
})

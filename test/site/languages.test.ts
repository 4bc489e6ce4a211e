import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { en } from '../../site/text/en.ts'
import { es } from '../../site/text/es.ts'
import { LANGUAGES, type Text } from '../../site/text/languages.ts'

/** Every text of a language by its path; of a function what it says, with its arguments shown as «1», «2». */
function wordsOf(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') return [[path, String(value(...['«1»', '«2»'].slice(0, value.length)))]]
  return Object.entries(value ?? {}).flatMap(([key, inner]) => wordsOf(inner, path ? `${path}.${key}` : key))
}

/** Words that are the same in two languages, and those that are no words. */
const SHARED = new Set(['dir', 'locale', 'errorTitle', 'errorWord', 'booking.birth.order'])

/** What a language lacks beside English, a line for each path; whatever the compiler was told of it. */
function lacksOf(text: unknown): string[] {
  const own = new Map(wordsOf(text))
  const english = new Map(wordsOf(en))
  const marks = (words: string) => [...words.matchAll(/«\d»/g)].map(String).sort().join()
  return [
    ...[...english].flatMap(([path, words]) => {
      const said = own.get(path)
      if (said === undefined) return [`${path} is missing`]
      if (said.trim() === '') return [`${path} is empty`]
      if (marks(said) !== marks(words)) return [`${path} does not say what it is given`]
      return said === words && /[a-z]{4}/.test(words) && !SHARED.has(path) ? [`${path} is still English`] : []
    }),
    ...[...own.keys()].filter((path) => !english.has(path)).map((path) => `${path} is nothing that a page says`),
  ]
}

describe('the words of each language', () => {
  test('each file is a language that is offered, English first', () => {
    const files = readdirSync('site/text').filter((name) => /^[a-z]{2,3}\.ts$/.test(name))
    expect(Object.keys(LANGUAGES)).toEqual(['en', 'es', 'ar'])
    expect(Object.keys(LANGUAGES).sort()).toEqual(files.map((name) => name.slice(0, -3)).sort())
  })

  test.each(Object.entries(LANGUAGES).filter(([tag]) => tag !== 'en'))('%s says all of them', (_, text) => {
    expect(lacksOf(text)).toEqual([])
  })

  test('of a new file that is cast, each one that it lacks is named', () => {
    const { find: _, ...done } = es.booking.done
    const french = {
      ...es,
      back: '',
      skip: en.skip,
      landing: { ...es.landing, sent: { ...es.landing.sent, card: () => 'Votre carte' } },
      booking: { ...es.booking, done },
      visite: 'Trouver',
    } as unknown as Text
    expect(lacksOf(french)).toEqual([
      'skip is still English',
      'back is empty',
      'landing.sent.card does not say what it is given',
      'booking.done.find is missing',
      'visite is nothing that a page says',
    ])
  })
})

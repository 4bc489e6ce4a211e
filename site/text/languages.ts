import { ar } from './ar.ts'
import { en } from './en.ts'
import { es } from './es.ts'

/** The words of one language: the shape of `en`, with any words in it. */
export type Text = Omit<typeof en, 'dir'> & { dir: 'ltr' | 'rtl' }

const english: Text = { ...en, dir: 'ltr' }

/** In the order in which they are offered. Adding a language is one file and one line here. */
export const LANGUAGES: Record<string, Text> = { en: english, es, ar }

/** The language for a reader: the one they chose, else the first of `Accept-Language` that we have, else English. */
export function languageOf(chosen: (string | null | undefined)[], accept: string | null): string {
  const asked = [...chosen, ...preferences(accept)]
  return asked.map((tag) => tag?.toLowerCase().split('-')[0] ?? '').find((tag) => Object.hasOwn(LANGUAGES, tag)) ?? 'en'
}

export const textOf = (language: string): Text => LANGUAGES[language] ?? english

/** Language tags, most wanted first; those with a weight of 0 are not wanted. */
function preferences(accept: string | null): string[] {
  return (accept ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.split(';').map((text) => text.trim())
      const weight = Number(parameters.find((text) => text.startsWith('q='))?.slice(2) ?? 1)
      return { tag, weight: Number.isFinite(weight) ? weight : 0 }
    })
    .filter(({ tag, weight }) => tag && weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
}

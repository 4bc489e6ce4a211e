import type { en } from './en.ts'

/** The words of one language: the shape of `en`, with any words in it. */
export type Text = Omit<typeof en, 'dir'> & { dir: 'ltr' | 'rtl' }

/*
 * A language is one file beside this one, named by its tag: fr.ts with `export const fr: Text = {…}`. Nothing else lists
 * it; the compiler says what it lacks, and so does a test (test/site/languages.test.ts), also of one that is cast.
 */
const FILES = import.meta.glob<Record<string, Text>>(['./??.ts', './???.ts'], { eager: true })

/** English first, the others in the order in which they call themselves. */
export const LANGUAGES: Record<string, Text> = Object.fromEntries(
  Object.entries(FILES)
    .map(([file, module]) => [file.slice(2, -3), module] as const)
    .flatMap(([tag, module]): [string, Text][] => (module[tag] ? [[tag, module[tag]]] : []))
    .sort(
      ([a, one], [b, other]) => Number(b === 'en') - Number(a === 'en') || one.language.localeCompare(other.language),
    ),
)

/** The language for a reader: the one they chose, else the first of `Accept-Language` that we have, else English. */
export function languageOf(chosen: (string | null | undefined)[], accept: string | null): string {
  const asked = [...chosen, ...preferences(accept)]
  return asked.map((tag) => tag?.toLowerCase().split('-')[0] ?? '').find((tag) => Object.hasOwn(LANGUAGES, tag)) ?? 'en'
}

export function textOf(language: string): Text {
  const text = LANGUAGES[language] ?? LANGUAGES.en
  if (!text) throw new Error('there is no site/text/en.ts')
  return text
}

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

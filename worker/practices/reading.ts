import { z } from '@hono/zod-openapi'
import { fleschKincaid } from 'flesch-kincaid'
import { syllable } from 'syllable'

/** Fewer words say nothing of how hard a text is. */
const LEAST_WORDS = 30
/** American children are so many years older than the grade they are in. */
const AGE_OF_GRADE = 5
/** What patients' material is asked to be: AMA and NIH recommend the sixth grade or lower, plain-language guides 9 to 11. */
const AIM = '9 to 11'

export const Reading = z
  .object({
    age: z.int().describe('The age at which most would read it with ease: the Flesch-Kincaid grade and five'),
    aim: z.literal(AIM),
  })
  .openapi('Reading')

/**
 * How old somebody should be to read these texts with ease, after Flesch and Kincaid (1975), who made it for English. A
 * line is a sentence also without a full stop; what is no word (numbers, marks of form, where a link leads) is left out.
 */
export function readingOf(locale: string, texts: readonly string[]): z.infer<typeof Reading> | null {
  if (locale !== 'en') return null
  const plain = texts.join('\n').replaceAll(/\]\([^)\s]*\)/g, ' ')
  const sentences = plain.split(/[.!?]+(?=\s|$)|\n/).filter((sentence) => /\p{L}/u.test(sentence))
  const words = plain.match(/\p{L}[\p{L}’'-]*/gu) ?? []
  if (words.length < LEAST_WORDS) return null
  const syllables = words.reduce((sum, word) => sum + Math.max(1, syllable(word)), 0)
  const grade = fleschKincaid({ sentence: sentences.length, word: words.length, syllable: syllables })
  return { age: Math.max(AGE_OF_GRADE, Math.round(grade + AGE_OF_GRADE)), aim: AIM }
}

import { apart } from './apart.ts'
import type { Direction } from './drawing.ts'
import { KIT_WORDS, type KitWords } from './kit-words.ts'
import { SLIP_WORDS, type SlipWords } from './slip-words.ts'

export const CARD_LOCALES = ['en', 'es', 'ar'] as const
export type CardLocale = (typeof CARD_LOCALES)[number]

/** What is printed, in one language. The sentence says what happens after the scan, a line each way. */
export interface CardWords {
  direction: Direction
  sentence: string
  headline: string
  call: string
  /** From a referrer and an office, or an office alone. */
  from(names: string[]): string
  ruler(length: string): string
  reach(wide: string, distance: string): string
  slip: SlipWords
  kit: KitWords
}

const WORDS: Record<CardLocale, CardWords> = {
  en: {
    direction: 'ltr',
    sentence: 'Scan to choose a time.\nOr call and say the code.',
    headline: 'Scan to choose a time',
    call: 'Or call and say the code',
    from: (names) => `Given to you by ${names.map(apart).join(', ')}`,
    ruler: (length) => `Print at 100 %. This line is ${apart(length)} long.`,
    reach: (wide, distance) => `The code is ${apart(wide)} wide: phones read it from up to ${apart(distance)} away.`,
    slip: SLIP_WORDS.en,
    kit: KIT_WORDS.en,
  },
  es: {
    direction: 'ltr',
    sentence: 'Escanee para elegir una hora.\nO llame y diga el código.',
    headline: 'Escanee para elegir una hora',
    call: 'O llame y diga el código',
    from: (names) => `De parte de ${names.map(apart).join(', ')}`,
    ruler: (length) => `Imprima al 100 %. Esta línea mide ${apart(length)}.`,
    reach: (wide, distance) => `El código mide ${apart(wide)}: los teléfonos lo leen hasta a ${apart(distance)}.`,
    slip: SLIP_WORDS.es,
    kit: KIT_WORDS.es,
  },
  ar: {
    direction: 'rtl',
    sentence: 'امسح المربّع لاختيار موعد.\nأو اتصل واذكر الرمز.',
    headline: 'امسح المربّع لاختيار موعد',
    call: 'أو اتصل واذكر الرمز',
    from: (names) => `مقدَّم لك من ${names.map(apart).join('، ')}`,
    ruler: (length) => `اطبع بنسبة 100%. طول هذا الخط ${apart(length)}.`,
    reach: (wide, distance) => `عرض الرمز ${apart(wide)}، وتقرؤه الهواتف من بُعد ${apart(distance)} على الأكثر.`,
    slip: SLIP_WORDS.ar,
    kit: KIT_WORDS.ar,
  },
}

export const wordsOf = (locale: CardLocale): CardWords => WORDS[locale]

/** The practice's own language where cards speak it, else English. */
export const cardLocale = (locale: string): CardLocale => CARD_LOCALES.find((one) => one === locale) ?? 'en'

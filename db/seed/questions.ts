import type { ServiceQuestion } from '../../worker/practices/questions.ts'

type Said = Record<'en' | 'es' | 'ar', string>

/** When the demo's telephone is answered: weekdays, with an hour at noon, and Saturday mornings. */
export const DEMO_PHONE_HOURS = [
  ...[1, 2, 3, 4, 5].flatMap((weekday) => [
    { weekday, opens: 8 * 60, closes: 12 * 60 },
    { weekday, opens: 13 * 60, closes: 17 * 60 },
  ]),
  { weekday: 6, opens: 9 * 60, closes: 12 * 60 },
]

const words = (said: Said, hint?: Said): ServiceQuestion['words'] => ({
  en: { text: said.en, hint: hint?.en ?? '' },
  es: { text: said.es, hint: hint?.es ?? '' },
  ar: { text: said.ar, hint: hint?.ar ?? '' },
})

const INJURY: ServiceQuestion = {
  id: 'sports-injury-when',
  serviceId: 'sports-injury',
  purpose: 'way',
  words: words(
    {
      en: 'When did the injury happen?',
      es: '¿Cuándo se lesionó?',
      ar: 'متى حدثت الإصابة؟',
    },
    {
      en: 'It tells us who should see you, and how soon.',
      es: 'Así sabemos quién debe verle y con qué rapidez.',
      ar: 'يساعدنا ذلك على معرفة من ينبغي أن يراك، ومتى.',
    },
  ),
  answers: [
    {
      id: 'sports-injury-now',
      leadsTo: 'phone',
      toServiceId: null,
      words: words(
        { en: 'Today or yesterday', es: 'Hoy o ayer', ar: 'اليوم أو أمس' },
        {
          en: 'We have times for you that are not shown here.',
          es: 'Tenemos horas para usted que no se muestran aquí.',
          ar: 'لدينا مواعيد لك لا تظهر هنا.',
        },
      ),
    },
    {
      id: 'sports-injury-weeks',
      leadsTo: 'on',
      toServiceId: null,
      words: words({
        en: 'In the last six weeks',
        es: 'En las últimas seis semanas',
        ar: 'خلال الأسابيع الستة الماضية',
      }),
    },
    {
      id: 'sports-injury-longer',
      leadsTo: 'service',
      toServiceId: 'consultation',
      words: words({ en: 'Longer ago', es: 'Hace más tiempo', ar: 'قبل ذلك' }),
    },
    {
      id: 'sports-injury-work',
      leadsTo: 'request',
      toServiceId: null,
      words: words(
        {
          en: 'At work or in a car accident',
          es: 'En el trabajo o en un accidente de auto',
          ar: 'في العمل أو في حادث سيارة',
        },
        {
          en: 'We ask about the insurance on the telephone.',
          es: 'Le preguntamos por el seguro por teléfono.',
          ar: 'نسأل عن التأمين عبر الهاتف.',
        },
      ),
    },
  ],
}

const REASONS: [string, Said][] = [
  ['pain', { en: 'Pain', es: 'Dolor', ar: 'ألم' }],
  ['stiffness', { en: 'Stiffness or swelling', es: 'Rigidez o hinchazón', ar: 'تيبس أو تورم' }],
  ['old-injury', { en: 'An old injury', es: 'Una lesión antigua', ar: 'إصابة قديمة' }],
  ['second-opinion', { en: 'A second opinion', es: 'Una segunda opinión', ar: 'رأي طبي ثان' }],
  ['other', { en: 'Something else', es: 'Otra cosa', ar: 'شيء آخر' }],
]

const REASON: ServiceQuestion = {
  id: 'consultation-reason',
  serviceId: 'consultation',
  purpose: 'reason',
  words: words({
    en: 'What is the main reason for your visit?',
    es: '¿Cuál es el motivo principal de su visita?',
    ar: 'ما السبب الرئيسي لزيارتك؟',
  }),
  answers: REASONS.map(([name, said]) => ({
    id: `consultation-reason-${name}`,
    leadsTo: 'on',
    toServiceId: null,
    words: words(said),
  })),
}

/** What the demo's patients are asked (worker/practices/create.ts stores it). */
export const DEMO_QUESTIONS: ServiceQuestion[] = [INJURY, REASON]

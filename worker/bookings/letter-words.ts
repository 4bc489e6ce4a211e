import { apart } from '../cards/apart.ts'

/** What letters and calendar files say, in one language. `name` is the practice's, and may run the other way. */
export interface LetterWords {
  direction: 'ltr' | 'rtl'
  /** For dates and times, as patients read them where the practices are. */
  locale: string
  zone(city: string): string
  /** Of the calendar file, and of subjects: neutral, since others may read them. */
  summary(name: string): string
  confirmation: Words
  reminder: Words
  change: Words
  cancellation: Words
  request: Words & { callBy(day: string, time: string): string }
  before(day: string, time: string): string
  where: string
  bring: string
  phone: string
  reference: string
  manage: string
  again: string
  foot(name: string): string
  calendarPhone(number: string): string
  calendarManage: string
}

interface Words {
  subject(name: string, day: string): string
  heading: string
  next: string
}

const en: LetterWords = {
  direction: 'ltr',
  locale: 'en-US',
  zone: (city) => `${city} time`,
  summary: (name) => `Appointment, ${name}`,
  confirmation: {
    subject: (name, day) => `${name}: your appointment on ${day}`,
    heading: 'Your appointment is booked',
    next: 'You do not need to do anything else.',
  },
  reminder: {
    subject: (name, day) => `${name}: your appointment on ${day}`,
    heading: 'A reminder of your appointment',
    next: 'If you cannot come, please tell us: somebody else can have the time.',
  },
  change: {
    subject: (name, day) => `${name}: your appointment is now on ${day}`,
    heading: 'Your appointment has a new time',
    next: 'The time that you had before is no longer yours.',
  },
  cancellation: {
    subject: (name, day) => `${name}: your appointment on ${day} is cancelled`,
    heading: 'Your appointment is cancelled',
    next: 'You do not need to do anything else. You can book another time whenever you like.',
  },
  request: {
    subject: (name) => `${name}: we will call you`,
    heading: 'We will call you',
    next: 'You do not need to do anything until then.',
    callBy: (day, time) => `We will call you by ${day}, ${time}.`,
  },
  before: (day, time) => `Before, it was ${day} at ${time}.`,
  where: 'Where',
  bring: 'What to bring',
  phone: 'Telephone',
  reference: 'Your reference',
  manage: 'Change or cancel this appointment',
  again: 'Book another time',
  foot: (name) =>
    `${name} sends you this because you made an appointment and gave this address. Do not answer: nobody reads it here. Call us instead.`,
  calendarPhone: (number) => `Telephone: ${number}`,
  calendarManage: 'Change or cancel:',
}

const es: LetterWords = {
  direction: 'ltr',
  locale: 'es-US',
  zone: (city) => `hora de ${city}`,
  summary: (name) => `Cita, ${name}`,
  confirmation: {
    subject: (name, day) => `${name}: su cita del ${day}`,
    heading: 'Su cita está reservada',
    next: 'No tiene que hacer nada más.',
  },
  reminder: {
    subject: (name, day) => `${name}: su cita del ${day}`,
    heading: 'Le recordamos su cita',
    next: 'Si no puede venir, avísenos: otra persona puede usar esa hora.',
  },
  change: {
    subject: (name, day) => `${name}: su cita es ahora el ${day}`,
    heading: 'Su cita tiene una nueva hora',
    next: 'La hora que tenía antes ya no es suya.',
  },
  cancellation: {
    subject: (name, day) => `${name}: su cita del ${day} está cancelada`,
    heading: 'Su cita está cancelada',
    next: 'No tiene que hacer nada más. Puede reservar otra hora cuando quiera.',
  },
  request: {
    subject: (name) => `${name}: le llamaremos`,
    heading: 'Le llamaremos',
    next: 'Hasta entonces no tiene que hacer nada.',
    callBy: (day, time) => `Le llamaremos a más tardar el ${day}, ${time}.`,
  },
  before: (day, time) => `Antes era el ${day} a las ${time}.`,
  where: 'Dónde',
  bring: 'Qué traer',
  phone: 'Teléfono',
  reference: 'Su referencia',
  manage: 'Cambiar o cancelar esta cita',
  again: 'Reservar otra hora',
  foot: (name) =>
    `${name} le envía este mensaje porque usted pidió una cita y dio esta dirección. No responda: aquí nadie lo lee. Llámenos.`,
  calendarPhone: (number) => `Teléfono: ${number}`,
  calendarManage: 'Cambiar o cancelar:',
}

// A subject that begins with a name in Latin letters is still read from the right: the mark at its beginning says so.
const ar: LetterWords = {
  direction: 'rtl',
  locale: 'ar',
  zone: (city) => `بتوقيت ${apart(city)}`,
  summary: (name) => `موعد، ${apart(name)}`,
  confirmation: {
    subject: (name, day) => `\u200f${apart(name)}: موعدك يوم ${day}`,
    heading: 'تم حجز موعدك',
    next: 'لا يلزمك فعل أي شيء آخر.',
  },
  reminder: {
    subject: (name, day) => `\u200f${apart(name)}: موعدك يوم ${day}`,
    heading: 'تذكير بموعدك',
    next: 'إذا لم تتمكن من الحضور فأخبرنا من فضلك، ليستفيد شخص آخر من الموعد.',
  },
  change: {
    subject: (name, day) => `\u200f${apart(name)}: أصبح موعدك يوم ${day}`,
    heading: 'لموعدك وقت جديد',
    next: 'الوقت السابق لم يعد محجوزًا لك.',
  },
  cancellation: {
    subject: (name, day) => `\u200f${apart(name)}: أُلغي موعدك يوم ${day}`,
    heading: 'أُلغي موعدك',
    next: 'لا يلزمك فعل أي شيء آخر. يمكنك حجز وقت آخر متى شئت.',
  },
  request: {
    subject: (name) => `\u200f${apart(name)}: سنتصل بك`,
    heading: 'سنتصل بك',
    next: 'لا يلزمك فعل أي شيء حتى ذلك الحين.',
    callBy: (day, time) => `سنتصل بك في موعد أقصاه ${day}، الساعة ${time}.`,
  },
  before: (day, time) => `كان الموعد السابق يوم ${day} الساعة ${time}.`,
  where: 'المكان',
  bring: 'ما الذي تحضره معك',
  phone: 'الهاتف',
  reference: 'رقمك المرجعي',
  manage: 'تغيير الموعد أو إلغاؤه',
  again: 'احجز وقتًا آخر',
  foot: (name) =>
    `أرسلت إليك ${apart(name)} هذه الرسالة لأنك طلبت موعدًا وأعطيت هذا العنوان. لا ترد عليها فلا أحد يقرأ الردود هنا، بل اتصل بنا.`,
  calendarPhone: (number) => `الهاتف: ${apart(number)}`,
  calendarManage: 'للتغيير أو الإلغاء:',
}

const WORDS: Record<string, LetterWords> = { en, es, ar }

/** The words of the first of these languages that there are; English where there are none. */
export function wordsIn(locales: readonly string[]): { language: string; words: LetterWords } {
  const language = locales.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find((tag) => Object.hasOwn(WORDS, tag))
  return { language: language ?? 'en', words: WORDS[language ?? 'en'] ?? en }
}

/** Day and time of an instant on the wall clock of a zone, as they are read in a language. */
export function whenIn(locale: string, instant: number, zone: string): { day: string; time: string; city: string } {
  const said = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: zone }).format(instant)
  return {
    day: said({ dateStyle: 'full' }),
    time: said({ hour: 'numeric', minute: '2-digit' }),
    city: zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' '),
  }
}

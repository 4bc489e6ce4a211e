import { unbroken } from './apart.ts'
import type { CardLocale } from './words.ts'

/** What stands on a referral slip beside the words of the card. */
export interface SlipWords {
  title: string
  referredBy: string
  other: string
  patient: string
  date: string
  reason: string
  /** Around the blank for a number. */
  within: [before: string, after: string]
  images: string
  records: string
  interpreter: string
  notes: string
  urgent(phone: string): string
  find: string
  /** Where there are more places than the slip has room for. */
  everywhere: string
  insurers: string
}

export const SLIP_WORDS: Record<CardLocale, SlipWords> = {
  en: {
    title: 'Referral',
    referredBy: 'Referred by',
    other: 'Other',
    patient: 'Patient',
    date: 'Date',
    reason: 'Reason',
    within: ['To be seen within', 'days'],
    images: 'Bring images',
    records: 'Bring records',
    interpreter: 'Interpreter for',
    notes: 'Notes',
    urgent: (phone) => `Cannot wait? Call ${unbroken(phone)} now.`,
    find: 'How to find us',
    everywhere: 'The page that the code opens has all our addresses.',
    insurers: 'Insurance we accept',
  },
  es: {
    title: 'Derivación',
    referredBy: 'De parte de',
    other: 'Otro',
    patient: 'Paciente',
    date: 'Fecha',
    reason: 'Motivo',
    within: ['Atender en menos de', 'días'],
    images: 'Traer imágenes',
    records: 'Traer informes',
    interpreter: 'Intérprete de',
    notes: 'Notas',
    urgent: (phone) => `¿No puede esperar? Llame ya al ${unbroken(phone)}.`,
    find: 'Cómo llegar',
    everywhere: 'La página que abre el código tiene todas nuestras direcciones.',
    insurers: 'Seguros que aceptamos',
  },
  ar: {
    title: 'إحالة',
    referredBy: 'من طرف',
    other: 'غيره',
    patient: 'المريض',
    date: 'التاريخ',
    reason: 'السبب',
    within: ['تلزم المعاينة خلال', 'أيام'],
    images: 'إحضار الصور',
    records: 'إحضار التقارير',
    interpreter: 'مترجم إلى',
    notes: 'ملاحظات',
    urgent: (phone) => `لا يحتمل الانتظار؟ اتصل الآن على ${unbroken(phone)}.`,
    find: 'كيف تصل إلينا',
    everywhere: 'تجد كل عناويننا في الصفحة التي يفتحها الرمز.',
    insurers: 'التأمين المقبول لدينا',
  },
}

import { apart, unbroken } from './apart.ts'
import type { CardLocale } from './words.ts'

/**
 * What an office's page says. It promises nothing that the practice cannot keep by telephone: that an appointment was
 * made and kept is told when the patient agrees (the law and the product ask for that yes).
 */
export interface KitWords {
  title: string
  audience: string
  say: string
  /** `phone` and `line` are empty where the practice has none. */
  saying(practice: string, phone: string): string
  together: string
  hear: string
  heard(line: string): string
  more: string
  moreHow(line: string, code: string): string
  summary: string
  summaryText(practice: string, url: string, phone: string, code: string): string
  code: string
  codeIs(names: string[]): string
  backLine: string
  records: string
  wait: string
  waitOn: string
}

export const KIT_WORDS: Record<CardLocale, KitWords> = {
  en: {
    title: 'How to refer to us',
    audience: 'For the front desk',
    say: 'What to say to the patient',
    saying: (practice, phone) =>
      `“This is for ${apart(practice)}. Scan the square and choose a time.` +
      `${phone && ` Or call ${unbroken(phone)} and say the code.`}”`,
    together: 'If you can, do it together before the patient leaves.',
    hear: 'What you will hear back',
    heard: (line) =>
      'If the patient agrees, we tell you whether there is an appointment and whether they came. ' +
      `${line ? `To ask, call ${unbroken(line)}.` : 'Ask us.'}`,
    more: 'More cards and slips',
    moreHow: (line, code) =>
      line ? `Call ${unbroken(line)} and say ${apart(code)}.` : `Tell us the code, ${apart(code)}.`,
    summary: 'For your after-visit summary',
    summaryText: (practice, url, phone, code) =>
      `To be seen at ${apart(practice)}, choose a time at ${apart(url)}` +
      `${phone && ` or call ${unbroken(phone)} and say the code ${apart(code)}`}.`,
    code: 'What the code says',
    codeIs: (names) => `It stands for ${names.map(apart).join(', ')}, never for a patient.`,
    backLine: 'Back line, for offices',
    records: 'Send records to',
    wait: 'Current wait',
    waitOn: 'As of',
  },
  es: {
    title: 'Cómo derivarnos pacientes',
    audience: 'Para la recepción',
    say: 'Qué decir al paciente',
    saying: (practice, phone) =>
      `«Esto es para ${apart(practice)}. Escanee el cuadro y elija una hora.` +
      `${phone && ` O llame al ${unbroken(phone)} y diga el código.`}»`,
    together: 'Si es posible, háganlo juntos antes de que se vaya.',
    hear: 'Qué sabrán después',
    heard: (line) =>
      'Si el paciente está de acuerdo, les decimos si tiene cita y si acudió. ' +
      `${line ? `Para preguntar, llamen al ${unbroken(line)}.` : 'Pregúntennos.'}`,
    more: 'Más tarjetas y hojas',
    moreHow: (line, code) =>
      line ? `Llamen al ${unbroken(line)} y digan ${apart(code)}.` : `Dígannos el código, ${apart(code)}.`,
    summary: 'Para el resumen de la visita',
    summaryText: (practice, url, phone, code) =>
      `Para su cita en ${apart(practice)}, elija una hora en ${apart(url)}` +
      `${phone && ` o llame al ${unbroken(phone)} y diga el código ${apart(code)}`}.`,
    code: 'Qué dice el código',
    codeIs: (names) => `Es el de ${names.map(apart).join(', ')}, nunca el de un paciente.`,
    backLine: 'Línea directa para consultorios',
    records: 'Envíen los informes a',
    wait: 'Espera actual',
    waitOn: 'Al día',
  },
  ar: {
    title: 'كيف تحيلون المرضى إلينا',
    audience: 'لموظفي الاستقبال',
    say: 'ما يقال للمريض',
    saying: (practice, phone) =>
      `«هذه لعيادة ${apart(practice)}. امسح المربّع واختر موعدًا.` +
      `${phone && ` أو اتصل على ${unbroken(phone)} واذكر الرمز.`}»`,
    together: 'إن أمكن، افعلوا ذلك معًا قبل أن يغادر المريض.',
    hear: 'ما ستعرفونه منا',
    heard: (line) =>
      `إذا وافق المريض، نخبركم هل له موعد وهل حضر. ${line ? `للسؤال اتصلوا على ${unbroken(line)}.` : 'اسألونا.'}`,
    more: 'المزيد من البطاقات والأوراق',
    moreHow: (line, code) =>
      line ? `اتصلوا على ${unbroken(line)} واذكروا ${apart(code)}.` : `أخبرونا بالرمز ${apart(code)}.`,
    summary: 'لملخّص الزيارة',
    summaryText: (practice, url, phone, code) =>
      `لزيارة ${apart(practice)}، اختر موعدًا على ${apart(url)}` +
      `${phone && ` أو اتصل على ${unbroken(phone)} واذكر الرمز ${apart(code)}`}.`,
    code: 'ما يدل عليه الرمز',
    codeIs: (names) => `يدل على ${names.map(apart).join('، ')}، ولا يدل على مريض أبدًا.`,
    backLine: 'خط العيادات المباشر',
    records: 'ترسل التقارير إلى',
    wait: 'مدة الانتظار الآن',
    waitOn: 'بتاريخ',
  },
}

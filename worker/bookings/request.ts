import { z } from '@hono/zod-openapi'
import { RELATIONSHIPS } from '../../db/schema.ts'
import type { FieldError } from '../http.ts'
import { isDay, localDay } from '../practices/day.ts'
import type { Practice } from '../practices/find.ts'
import { phoneNumber } from '../practices/phone.ts'
import type { PatientDetails } from '../referrals/patient.ts'
import { emailAddress, line, lines } from '../text.ts'

const EARLIEST_BIRTH = '1890-01-01'
const ID_LENGTH = 60
/** As long as a receipt of ours ever is, and more; what is longer is none. */
const RECEIPT_LENGTH = 200
/** What every reader of language tags must take (RFC 5646, 4.4.1). */
const LOCALE_LENGTH = 35
/** Three questions of a service, the reason, and as many of the service that led to it. */
const MOST_ANSWERS = 8

const instant = z
  .string()
  .max(40)
  .refine(
    (text) => /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text)),
    'Give the "start" of a slot, such as 2027-03-01T14:30:00.000Z.',
  )
  .openapi({ type: 'string', format: 'date-time', description: 'The "start" of a free slot' })

const dateOfBirth = z
  .string()
  .refine((text) => isDay(text) && text >= EARLIEST_BIRTH, 'Give a day such as 1961-02-28.')
  .openapi({ type: 'string', format: 'date', example: '1961-02-28' })

/** An empty field of a form is one that was left out. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional())

/** How to reach the patient is asked for on our own pages; at the desk there are patients who have neither. */
export const PatientSchema = z.object({
  name: line(200),
  email: optional(emailAddress),
  phone: optional(phoneNumber),
  dateOfBirth: optional(dateOfBirth),
  actingName: optional(line(200)).openapi({
    type: 'string',
    description: 'Who asks for the patient and gets the messages, such as the parent of a child',
  }),
  relationship: optional(z.enum(RELATIONSHIPS)).openapi({
    type: 'string',
    description: 'Who that is to the patient; `self` where the patient asks',
  }),
  mayLeaveMessage: optional(z.boolean()).openapi({ type: 'boolean', description: 'On the telephone' }),
  agreesToMail: optional(z.boolean()).openapi({ type: 'boolean', description: 'To plain e-mail about this visit' }),
  wantsReminder: optional(z.boolean()).openapi({ type: 'boolean', description: 'By e-mail, two days before' }),
})
export type Patient = z.infer<typeof PatientSchema>

/** What a booking and a request to be called say alike. */
export const ASKED = {
  service: z.string().min(1).max(ID_LENGTH).openapi({ description: 'Slug or id' }),
  reason: optional(lines(2000)),
  answers: optional(z.array(z.string().max(ID_LENGTH)).max(MOST_ANSWERS)).openapi({
    type: 'array',
    description: 'The ids of the answers chosen to the questions of the service; unknown ones are left out of account',
  }),
  receipt: optional(z.string().max(RECEIPT_LENGTH)).openapi({
    type: 'string',
    description: 'The receipt of the scan; one that is forged or too old is left out of account',
  }),
  code: optional(z.string().max(40)).openapi({ type: 'string', example: 'K7M4-HXR2' }),
  statedReferrer: optional(line(200)),
  sawReferrerId: optional(z.string().max(ID_LENGTH)).openapi({
    type: 'string',
    description: 'The clinician of the referring office whom the patient chose from a list; an unknown one is left out',
  }),
  shareWithReferrer: optional(z.boolean()).openapi({
    type: 'boolean',
    description: 'May the referring office hear of this referral? Nobody asked when left out',
  }),
  locale: optional(
    z
      .string()
      .max(LOCALE_LENGTH, 'Give a language such as en or es.')
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'Give a language such as en or es.'),
  ),
}

/** What anybody may ask for. `book` checks with the same schema, whoever calls it. */
export const BookingSchema = z.object({
  ...ASKED,
  start: instant,
  providerId: optional(z.string().max(ID_LENGTH)).openapi({
    type: 'string',
    description: 'The first available when left out',
  }),
  patient: PatientSchema,
})

/** Where a booking is to be moved. */
export const MoveSchema = BookingSchema.pick({ start: true, providerId: true }).openapi('BookingMove')

export type CheckedRequest = z.infer<typeof BookingSchema>

/** What is asked for, as people typed it: everything is checked here, whoever calls. */
export interface Given {
  /** Slug or id. */
  service: string
  patient: Patient
  reason?: string | undefined
  /** The ids of the answers that were chosen. */
  answers?: string[] | undefined
  /** The receipt of this visit, and the one that the browser's cookie held. */
  receipt?: string | undefined
  browserReceipt?: string | undefined
  /** Typed by the patient, or said and entered by staff. */
  code?: string | undefined
  /** Whom the patient named when asked who told them about the practice. */
  statedReferrer?: string | undefined
  /** Whom they chose from the list of the office. */
  sawReferrerId?: string | undefined
  /** May the referring office hear of it? Undefined: nobody asked. */
  shareWithReferrer?: boolean | undefined
  locale?: string | undefined
}

export interface BookingRequest extends Given {
  /** ISO instant of the start, as the slots give it. */
  start: string
  /** The first available when left out. */
  providerId?: string | undefined
  /** The hold of this slot; the booking takes its place. */
  holdId?: string | undefined
}

type Checked<T> = { ok: true; request: T } | { ok: false; problem: 'invalid'; errors: FieldError[] }

/** Checks what somebody asks for, field by field. */
export const checkRequest = (request: BookingRequest, practice: Practice, now: number): Checked<CheckedRequest> =>
  checked(BookingSchema, request, practice, now)

export function checked<T extends { patient: Patient }>(
  schema: z.ZodType<T>,
  request: unknown,
  practice: Practice,
  now: number,
): Checked<T> {
  const read = schema.safeParse(request)
  if (!read.success) {
    const errors = read.error.issues.map(({ path, message }) => ({ field: path.join('/'), detail: message }))
    return { ok: false, problem: 'invalid', errors }
  }
  const born = read.data.patient.dateOfBirth
  if (born && born > localDay(now, practice.timezone))
    return {
      ok: false,
      problem: 'invalid',
      errors: [{ field: 'patient/dateOfBirth', detail: 'The date of birth must be in the past.' }],
    }
  return { ok: true, request: read.data }
}

export const detailsOf = (patient: Patient): PatientDetails => ({
  ...patient,
  email: patient.email ?? null,
  phone: patient.phone ?? null,
  dateOfBirth: patient.dateOfBirth ?? null,
})

export const consentOf = (share: boolean | undefined): 'yes' | 'no' | 'not asked' =>
  share === undefined ? 'not asked' : share ? 'yes' : 'no'

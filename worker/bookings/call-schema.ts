import { z } from '@hono/zod-openapi'
import { phoneNumber } from '../practices/phone.ts'
import { CALL_PARTS } from './call-by.ts'
import { ASKED, type Given, PatientSchema } from './request.ts'

/** When a patient can come, and when they may be called; without days: any time. */
export const CallTimes = z.object({
  days: z
    .array(z.object({ weekday: z.int().min(1).max(7), part: z.enum(['morning', 'afternoon']) }))
    .max(14)
    .default([])
    .describe('When they can come; weekday 1 is Monday. Any time where there are none'),
  call: z.enum(CALL_PARTS).default('any').describe('When they may be called, within the hours of the telephone'),
})
export type CallTimes = z.infer<typeof CallTimes>

/** What anybody may ask for; a telephone number is needed, since the practice calls. */
export const CallRequestSchema = z
  .object({
    ...ASKED,
    times: CallTimes.default({ days: [], call: 'any' }),
    patient: PatientSchema.extend({ phone: phoneNumber }),
  })
  .openapi('NewRequest')
export type CheckedCallRequest = z.infer<typeof CallRequestSchema>

export interface CallRequest extends Given {
  times: CallTimes
}

/** The request as it is answered; a repeated one gets the same. */
export const CallAsked = z
  .object({
    id: z.string(),
    reference: z.string().describe('Eight symbols to be read out; show them with a hyphen after the fourth'),
    callBy: z.iso.datetime().describe('The practice calls by then'),
    timezone: z.string().describe("The practice's; show the time in it"),
  })
  .openapi('RequestMade')
export type CallAsked = z.infer<typeof CallAsked>

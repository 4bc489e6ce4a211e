import { z } from '@hono/zod-openapi'
import parsePhoneNumber from 'libphonenumber-js/min'

/** Numbers without a country code are read as numbers of the United States and Canada. */
const COUNTRY = 'US'
const MAX_TYPED = 50

/**
 * A telephone number in any format people type, as E.164 (`+13125550100`); null where it cannot be one. Whether the
 * length is possible is checked, not whether the number is given out: plans change faster than tables.
 */
export function toE164(typed: string): string | null {
  if (typed.length > MAX_TYPED) return null
  const number = parsePhoneNumber(typed.normalize('NFKC'), { defaultCountry: COUNTRY, extract: false })
  return number?.isPossible() && !number.ext ? number.number : null
}

/** As it is written where the practice is: "(312) 555-0100". What cannot be read stays as it is. */
export function displayPhone(number: string): string {
  const parsed = parsePhoneNumber(number, COUNTRY)
  if (!parsed) return number
  return parsed.countryCallingCode === '1' ? parsed.formatNational() : parsed.formatInternational()
}

/** A telephone number as a member of a request. */
export const phoneNumber = z
  .string()
  .transform((typed, context) => {
    const number = toE164(typed.trim())
    if (number) return number
    context.addIssue({ code: 'custom', message: 'Give a telephone number with its area code, such as (312) 555-0100.' })
    return z.NEVER
  })
  .openapi({ format: 'phone', example: '(312) 555-0100', maxLength: MAX_TYPED })

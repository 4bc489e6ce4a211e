import { z } from '@hono/zod-openapi'

/** What a National Provider Identifier's check digit is computed over, before its own ten digits (CMS, 45 CFR 162). */
const PREFIX = '80840'

const SHAPE = /^[12]\d{9}$/

/** Luhn's sum. */
function checkDigitFits(digits: string): boolean {
  const sum = [...(PREFIX + digits)].reverse().reduce((total, digit, place) => {
    const n = Number(digit) * (place % 2 === 0 ? 1 : 2)
    return total + (n > 9 ? n - 9 : n)
  }, 0)
  return sum % 10 === 0
}

export const Npi = z
  .string()
  .transform((typed) => typed.replaceAll(/[\s-]/g, ''))
  .refine((digits) => SHAPE.test(digits), { message: 'An NPI has ten digits and begins with 1 or 2.', abort: true })
  .refine(checkDigitFits, 'The check digit does not fit: a digit is mistyped.')
  .openapi({ description: 'National Provider Identifier, ten digits', example: '2987654326' })

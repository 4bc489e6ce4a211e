import { z } from '@hono/zod-openapi'

/** What a National Provider Identifier's check digit is computed over, before its own ten digits (CMS, 45 CFR 162). */
const PREFIX = '80840'

/** Whether ten digits are a National Provider Identifier: it begins with 1 or 2, and Luhn's sum fits. */
function isNpi(digits: string): boolean {
  if (!/^[12]\d{9}$/.test(digits)) return false
  const sum = [...(PREFIX + digits)].reverse().reduce((total, digit, place) => {
    const n = Number(digit) * (place % 2 === 0 ? 1 : 2)
    return total + (n > 9 ? n - 9 : n)
  }, 0)
  return sum % 10 === 0
}

export const Npi = z
  .string()
  .transform((typed) => typed.replaceAll(/[\s-]/g, ''))
  .refine((digits) => /^[12]\d{9}$/.test(digits), 'An NPI has ten digits and begins with 1 or 2.')
  .refine(
    (digits) => !/^[12]\d{9}$/.test(digits) || isNpi(digits),
    'The check digit does not fit: a digit is mistyped.',
  )
  .openapi({ description: 'National Provider Identifier, ten digits', example: '2987654326' })

import { z } from '@hono/zod-openapi'

// Turning embeddings, overrides and isolates make text read otherwise than it is stored; plain marks (200E, 200F) do not.
const TURNING = /[\u202a-\u202e\u2066-\u2069]/u
// Control characters, separators of lines, what is no character at all, and in a line a space without width: beside a
// name without it, it looks the same. Over several lines that space stays: some scripts break their lines at it.
const UNWANTED = /[\p{Cc}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u200b]/u
const UNWANTED_IN_LINES = /[^\P{Cc}\n\t]|[\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u
const UNREADABLE =
  'Leave out characters that cannot be seen: control characters, separators, and marks that turn the direction of text.'
/** In an address nothing that cannot be seen has a meaning. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/u
const BLANK = /^[\s\p{Cf}\p{Z}]*$/u

/**
 * One line that a person typed: a name, a label. Trimmed, in Unicode's composed form, at most `max` characters (code
 * points); any script, emoji and quotes are welcome, what cannot be seen is not.
 */
export const line = (max: number) => typed(max, UNWANTED).refine((text) => !BLANK.test(text), 'Fill this in.')

/** The same over several lines (an address, a note); newlines and tabs stay, and it may be empty. */
export const lines = (max: number) => typed(max, UNWANTED_IN_LINES)

const typed = (max: number, unwanted: RegExp) =>
  z
    .string()
    // A longer text is not even brought into form; composing may make it shorter, never three times longer.
    .max(max * 3, `Use at most ${max} characters.`)
    .refine((text) => text.isWellFormed(), UNREADABLE)
    .transform((text) => text.replaceAll('\r\n', '\n').normalize('NFC').trim())
    .refine((text) => [...text].length <= max, `Use at most ${max} characters.`)
    .refine((text) => !unwanted.test(text) && !TURNING.test(text), { message: UNREADABLE, abort: true })
    .openapi({ maxLength: max })

/** A whole number in an address's query; `usual` where it is left out. `unit` is what is counted: "a number". */
export function wholeNumber(least: number, most: number, usual: number, unit = 'a number') {
  const says = `Give ${unit} from ${least} to ${most}.`
  return z.coerce
    .number(says)
    .int(says)
    .min(least, says)
    .max(most, says)
    .default(usual)
    .openapi({ type: 'integer', minimum: least, maximum: most, default: usual })
}

/** An e-mail address as people type it, trimmed; never checked by sending. */
export const emailAddress = z
  .string()
  .trim()
  .max(254, 'Use at most 254 characters.')
  .regex(
    /^[^\s@<>"(),:;[\]\\]+@[^\s@<>"'(),:;[\]\\]+\.[^\s@.<>"'(),:;[\]\\]{2,}$/u,
    'Give an e-mail address, such as desk@example.com.',
  )
  .refine((text) => text.isWellFormed() && !INVISIBLE.test(text), UNREADABLE)
  .openapi({ format: 'email', maxLength: 254 })

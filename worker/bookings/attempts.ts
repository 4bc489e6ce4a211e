import { type Refusal, stored, type Written } from '../../db/database.ts'

/** How often one is written anew when another request was first with what it had read; each time one got on. */
const ATTEMPTS = 20
/** What another request, being first, makes worth trying once more: with a new reference, or joining its referral. */
const WORTH_ANOTHER: readonly Refusal[] = ['reference taken', 'referral open', 'credit changed', 'booking changed']

/**
 * Decides and writes until it is stored, or refused for one of `expected`; each attempt reads anew what it decides by.
 * Any other refusal is thrown.
 */
export async function untilStored<T, E extends Refusal>(
  attempt: () => Promise<{ made: T; written: Written }>,
  expected: readonly E[],
): Promise<{ made: T } | { refused: E }> {
  for (let n = 1; ; n++) {
    const { made, written } = await attempt()
    if (written.ok) return { made }
    const refused = expected.find((one) => one === written.refused)
    if (refused) return { refused }
    if (n === ATTEMPTS || !WORTH_ANOTHER.includes(written.refused)) stored(written)
  }
}

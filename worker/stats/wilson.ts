/** The 97.5th percentile of the normal distribution: two sides of 95 %. */
export const Z = 1.959964

/** A share with its numerator, denominator and 95 % interval, each bound between 0 and 1. */
export interface Share {
  n: number
  of: number
  low: number
  high: number
}

/** Fewer than this in the denominator, and a share is "too few to say". */
export const ENOUGH = 10

/** The 95 % interval after Wilson (1927), which stays within 0 and 1 and holds for small numbers. Of nothing: 0 to 1. */
export function wilson(n: number, of: number): Share {
  if (of <= 0) return { n, of, low: 0, high: 1 }
  const share = Math.min(n / of, 1)
  const scale = 1 + Z ** 2 / of
  const middle = (share + Z ** 2 / (2 * of)) / scale
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2))
  return { n, of, low: rounded(Math.max(0, middle - half)), high: rounded(Math.min(1, middle + half)) }
}

/** Four decimals: a hundredth of a per cent is finer than any of these numbers is known. */
const rounded = (x: number) => Math.round(x * 10_000) / 10_000

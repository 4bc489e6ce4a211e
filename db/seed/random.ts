/** A stream of chances that is the same on every machine. Nothing that must be secret may come from it. */
export interface Random {
  /** From 0 (included) to 1 (excluded). */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** True with the probability `p`. */
  chance(p: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Record<K, number>): K
  /** How often something happens that happens `mean` times on average (Poisson, by Knuth's method; small means). */
  times(mean: number): number
  /** An id in the shape of the app's own: 21 symbols. */
  id(): string
}

const ID_SYMBOLS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-'

/** FNV-1a makes a number of the seed, mulberry32 a stream of the number. */
export function randomFrom(seed: string): Random {
  let state = 0x811c9dc5
  for (const byte of new TextEncoder().encode(seed)) state = Math.imul(state ^ byte, 0x01000193)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const pick = <T>(list: readonly T[]): T => {
    const found = list[Math.floor(next() * list.length)]
    if (found === undefined) throw new Error('nothing to pick from')
    return found
  }
  return {
    next,
    between,
    pick,
    chance: (p) => next() < p,
    weighted<K extends string>(weights: Record<K, number>) {
      // Object.keys forgets the type of the keys.
      const keys = Object.keys(weights) as K[]
      let left = next() * keys.reduce((sum, key) => sum + weights[key], 0)
      for (const key of keys) {
        left -= weights[key]
        if (left < 0) return key
      }
      return pick(keys)
    },
    times(mean) {
      let n = 0
      for (let left = next(); left > Math.exp(-mean); left *= next()) n++
      return n
    },
    id: () => Array.from({ length: 21 }, () => ID_SYMBOLS[between(0, 63)]).join(''),
  }
}

/** So many tries in so many seconds, which begin with the first of them. */
export interface Policy {
  /** As it stands in the headers. */
  name: string
  tries: number
  seconds: number
}

/** Keys that are remembered; beyond them the one that tried longest ago is let go. */
const REMEMBERED = 10_000

/** Counts tries by key in the memory of this isolate: enough against guessing, and nothing to write for a guesser. */
export class Limit {
  readonly #windows = new Map<string, { since: number; times: number }>()
  readonly policy: Policy

  constructor(policy: Policy) {
    this.policy = policy
  }

  /** For how many seconds this key may not try; 0 where it may. */
  wait(key: string, now: number): number {
    const { times, since } = this.#window(key, now)
    return times < this.policy.tries ? 0 : Math.max(1, Math.ceil((since - now) / 1000 + this.policy.seconds))
  }

  count(key: string, now: number): void {
    const { since, times } = this.#window(key, now)
    this.#windows.delete(key)
    this.#windows.set(key, { since, times: times + 1 })
    const [oldest] = this.#windows.keys()
    if (this.#windows.size > REMEMBERED && oldest !== undefined) this.#windows.delete(oldest)
  }

  /** Takes one try back, which came to nothing. */
  giveBack(key: string): void {
    const known = this.#windows.get(key)
    if (known) known.times = Math.max(0, known.times - 1)
  }

  #window(key: string, now: number) {
    const known = this.#windows.get(key)
    return known && now - known.since < this.policy.seconds * 1000 ? known : { since: now, times: 0 }
  }

  /** How many keys are remembered: never more than 10,000. */
  get size(): number {
    return this.#windows.size
  }
}

/** What an answer of 429 says (RateLimit after draft-ietf-httpapi-ratelimit-headers). */
export const limitHeaders = ({ name, tries, seconds }: Policy, wait: number): Record<string, string> => ({
  'Retry-After': String(wait),
  RateLimit: `"${name}";r=0;t=${wait}`,
  'RateLimit-Policy': `"${name}";q=${tries};w=${seconds}`,
})

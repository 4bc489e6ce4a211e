/** What a proof found: every figure with its bar, and whether it holds. */
export interface Finding {
  title: string
  figures: Figure[]
  /** What the figures do not say: the circumstances, or what is left open. */
  notes?: string[]
}

export interface Figure {
  what: string
  found: number | string
  /** Empty where the figure is shown and not judged. */
  bar: string
  holds: boolean
}

export const exactly = (what: string, found: number | string, bar: number | string): Figure => ({
  what,
  found,
  bar: String(bar),
  holds: found === bar,
})
export const atMost = (what: string, found: number, bar: number): Figure => ({
  what,
  found,
  bar: `at most ${bar}`,
  holds: found <= bar,
})
export const atLeast = (what: string, found: number, bar: number): Figure => ({
  what,
  found,
  bar: `at least ${bar}`,
  holds: found >= bar,
})
export const shown = (what: string, found: number | string): Figure => ({ what, found, bar: '', holds: true })

/** The figures that do not hold, in words; empty is what a test expects. */
export const brokenOf = ({ figures }: Finding): string[] =>
  figures.filter((figure) => !figure.holds).map(({ what, found, bar }) => `${what}: ${found}, should be ${bar}`)

/** Look-ups of one site (a /48, or an IPv4 address) at the same moment: no clinic opens so many cards at once that nobody opened before. */
const AT_ONCE = 8
/** A look-up is given up after 1.5 seconds (resolve.ts); one whose request was cancelled never says that it ended. */
const LONGEST_LOOK_UP_MS = 1_600
const LOOK_AGAIN_MS = 10
/** Then it is looked up all the same: a code that exists is always followed. */
const LONGEST_WAIT_MS = 1_000

/** When each look-up that goes on has ended at the latest, by site. */
const goingOn = new Map<string, Set<{ until: number }>>()

/**
 * Looks something up when its site has its turn: who guesses with hundreds of connections must not keep the database
 * so busy that the cards of others are not found in time.
 */
export async function inTurn<T>(site: string, now: number, lookUp: () => Promise<T>): Promise<T> {
  let at = now
  while (isBusy(site, at) && at < now + LONGEST_WAIT_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    at += LOOK_AGAIN_MS
  }
  const mine = { until: at + LONGEST_LOOK_UP_MS }
  const its = goingOn.get(site) ?? new Set()
  goingOn.set(site, its.add(mine))
  try {
    return await lookUp()
  } finally {
    its.delete(mine)
    if (its.size === 0) goingOn.delete(site)
  }
}

function isBusy(site: string, now: number): boolean {
  const its = goingOn.get(site)
  if (!its || its.size < AT_ONCE) return false
  for (const one of its) if (one.until < now) its.delete(one)
  return its.size >= AT_ONCE
}

/** Look-ups of one network at the same moment: no clinic opens so many cards at once that nobody opened before. */
const AT_ONCE = 8
/** A look-up is given up after 100 ms (resolve.ts); one whose request was cancelled never says that it ended. */
const LONGEST_LOOK_UP_MS = 150
const LOOK_AGAIN_MS = 10
/** Then it is looked up all the same: a code that exists is always followed. */
const LONGEST_WAIT_MS = 1_000

/** When each look-up that goes on has ended at the latest, by network. */
const goingOn = new Map<string, Set<{ until: number }>>()

/**
 * Looks something up when its network has its turn: who guesses with hundreds of connections must not keep the database
 * so busy that the cards of others are not found in time.
 */
export async function inTurn<T>(network: string, now: number, lookUp: () => Promise<T>): Promise<T> {
  let at = now
  while (isBusy(network, at) && at < now + LONGEST_WAIT_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    at += LOOK_AGAIN_MS
  }
  const mine = { until: at + LONGEST_LOOK_UP_MS }
  const its = goingOn.get(network) ?? new Set()
  goingOn.set(network, its.add(mine))
  try {
    return await lookUp()
  } finally {
    its.delete(mine)
    if (its.size === 0) goingOn.delete(network)
  }
}

function isBusy(network: string, now: number): boolean {
  const its = goingOn.get(network)
  if (!its || its.size < AT_ONCE) return false
  for (const one of its) if (one.until < now) its.delete(one)
  return its.size >= AT_ONCE
}

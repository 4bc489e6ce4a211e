/** Time of a provider that is taken, with its buffers: by an active booking, by a hold, or elsewhere. At most a day long. */
export interface Taken {
  providerId: string
  /** Null where it is the busy time of another calendar. */
  serviceId: string | null
  startsAt: number
  busyFrom: number
  busyUntil: number
}

/**
 * The same question that the overlap triggers ask (db/migrations/0004_buffers.sql), which have the last word: the times
 * that two visits take are disjoint, unless they share service and start; then they count against the capacity.
 */
export function freedom(
  offer: { id: string; capacity: number },
  taken: readonly Taken[],
): (slot: { providerId: string; startsAt: number; busyFrom: number; busyUntil: number }) => boolean {
  const byProvider = new Map<string, Line>()
  for (const [providerId, its] of Map.groupBy(taken, ({ providerId }) => providerId))
    byProvider.set(providerId, lineOf(its))
  return (slot) => {
    const line = byProvider.get(slot.providerId)
    if (!line) return true
    let sharing = 0
    for (let i = firstAfter(line.sorted, slot.busyFrom - line.longest); i < line.sorted.length; i++) {
      const one = line.sorted[i]
      if (!one || one.busyFrom >= slot.busyUntil) break
      if (one.serviceId === offer.id && one.startsAt === slot.startsAt) sharing++
      else if (one.busyUntil > slot.busyFrom) return false
    }
    return sharing < offer.capacity
  }
}

/** One provider's, in order; what began longer ago than the longest takes is over. */
interface Line {
  sorted: Taken[]
  longest: number
}

const lineOf = (its: readonly Taken[]): Line => ({
  sorted: its.toSorted((a, b) => a.busyFrom - b.busyFrom),
  longest: its.reduce((most, { busyFrom, busyUntil }) => Math.max(most, busyUntil - busyFrom), 0),
})

/** By halving: where the first begins that does so after the instant. */
function firstAfter(sorted: readonly Taken[], at: number): number {
  let low = 0
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.busyFrom ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}

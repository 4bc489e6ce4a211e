import { PERSON } from '../bench/redirect.ts'

/** People who scan one card without end, each waiting for the answer; what was acknowledged is remembered. */
export interface Scanning {
  /** Ids of the scans whose 302 arrived, and after how many milliseconds. */
  acknowledged: Map<string, number>
  /** Requests that failed, or were answered with something else. */
  failed(): number
  sent(): number
  /** Milliseconds, of the answers since the last `take`. */
  take(): number[]
  stop(): Promise<void>
}

/** With `pauseMs`, each waits so long between two scans. */
export function startScanning(
  origin: string,
  code: string,
  { people, pauseMs = 0 }: { people: number; pauseMs?: number },
): Scanning {
  const acknowledged = new Map<string, number>()
  let latencies: number[] = []
  let failed = 0
  let sent = 0
  let going = true
  const person = async () => {
    while (going) {
      sent++
      const from = performance.now()
      try {
        const answer = await fetch(`${origin}/q/${code}`, {
          headers: PERSON,
          redirect: 'manual',
          signal: AbortSignal.timeout(10_000),
        })
        await answer.arrayBuffer()
        const receipt = new URL(answer.headers.get('location') ?? '', origin).searchParams.get('s')
        if (answer.status !== 302 || !receipt) throw new Error(`answered ${answer.status}`)
        const took = performance.now() - from
        latencies.push(took)
        acknowledged.set(scanIdOf(receipt), took)
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      } catch {
        failed++
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }
  const all = Promise.all(Array.from({ length: people }, person))
  return {
    acknowledged,
    failed: () => failed,
    sent: () => sent,
    take: () => {
      const taken = latencies
      latencies = []
      return taken
    },
    stop: async () => {
      going = false
      await all
    },
  }
}

/** A receipt begins with the id of its scan (worker/scans/receipt.ts). */
const scanIdOf = (receipt: string) => receipt.split('.')[0] ?? ''

/** The value below which this share of the values lies; NaN of none. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

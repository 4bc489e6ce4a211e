import { drained } from '../bench/redirect.ts'
import { testPractice } from '../practice.ts'
import type { Stack } from '../stack.ts'
import { atLeast, atMost, exactly, type Finding, shown } from './finding.ts'
import { differences } from './recounted.ts'
import { quantile, startScanning } from './scanning.ts'

const MOST_MS = 250

/** The database is stopped, or hangs, while people scan: every scan is answered in time, and none is lost. */
export async function databaseAway(
  stack: Stack,
  how: 'stopped' | 'hung',
  { seconds, people = 8, pauseMs = 0 }: { seconds: number; people?: number; pauseMs?: number },
): Promise<Finding> {
  const practice = await testPractice(stack, `away-${how}-${seconds}`)
  await stack.worker.scheduled(Date.now())
  const scanning = startScanning(stack.url, practice.link.code, { people, pauseMs })
  await pause(1_000)
  const before = scanning.take()
  await (how === 'stopped' ? stack.database.stop() : stack.database.freeze())
  let during: number[]
  try {
    await pause(seconds * 1000)
    during = scanning.take()
  } finally {
    await (how === 'stopped' ? stack.database.start() : stack.database.thaw())
  }
  await pause(1_000)
  await scanning.stop()
  const back = Date.now()
  const stored = await drained(stack, practice, scanning.acknowledged.size)
  return {
    title: `The database is ${how} for ${seconds} seconds while people scan`,
    figures: [
      atLeast('scans answered in that time', during.length, seconds),
      exactly('scans that failed', scanning.failed(), 0),
      shown('p99 before, ms', Math.round(quantile(before, 0.99))),
      atMost('p99 in that time, ms', Math.round(quantile(during, 0.99)), MOST_MS),
      shown('slowest in that time, ms', Math.round(quantile(during, 1))),
      exactly('scans stored', stored, scanning.acknowledged.size),
      shown('seconds until all were stored', Math.round((Date.now() - back) / 1000)),
      exactly('counts that differ from a recount', await differences(stack), 0),
    ],
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

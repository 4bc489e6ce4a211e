import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { end, ended } from '../db/living.ts'
import { type Served, type ServeOptions, serve } from '../db/serve.ts'

/** The whole product on free ports with a data folder of its own, which `stop` removes. */
export interface Stack extends Served {
  database: {
    /** Ends the server, as an outage does; it stays down until `start`. */
    stop(): Promise<void>
    start(): Promise<void>
    /** Makes it hang: connections are taken and never answered. */
    freeze(): void
    thaw(): void
    /** kill -9; it comes back by itself. */
    kill(): Promise<void>
  }
  /** kill -9 of workerd; it comes back by itself, and this waits until it answers again. */
  killWorker(): Promise<void>
}

/** Starts a stack; call `stop` in afterAll. */
export async function startStack(options: Partial<ServeOptions> = {}): Promise<Stack> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'referloop-'))
  const served = await serve({ port: 0, ...options, dataDir })
  const { sqld, worker } = served
  const pidOf = (pid: number | undefined) => {
    if (!pid) throw new Error('it is not running')
    return pid
  }
  return {
    ...served,
    database: {
      stop: async () => sqld?.stop(),
      start: async () => sqld?.start(),
      freeze: () => end(pidOf(sqld?.pid()), 'SIGSTOP'),
      thaw: () => end(pidOf(sqld?.pid()), 'SIGCONT'),
      kill: async () => {
        const pid = pidOf(sqld?.pid())
        end(pid, 'SIGKILL')
        await ended(pid)
      },
    },
    async killWorker() {
      const pid = pidOf(worker.pid())
      end(pid, 'SIGKILL')
      await ended(pid)
      await answers(served.url)
    },
    async stop() {
      await served.stop()
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Waits until the address answers anything at all. */
export async function answers(url: string, limitMs = 60_000): Promise<void> {
  for (const until = Date.now() + limitMs; Date.now() < until; ) {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
    if (answer) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} did not answer`)
}

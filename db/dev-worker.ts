import { spawn } from 'node:child_process'
import { QUIET, ROOT } from './build.ts'
import { end, ended, MARK, startedFor } from './living.ts'
import { urlHere } from './ports.ts'
import { Sentence } from './sentence.ts'
import type { RunningWorker, WorkerOptions } from './worker.ts'

const START_LIMIT_MS = 60_000

/** Pages and Worker straight from their sources, inside workerd, built anew while one edits. */
export async function startDevWorker({ dataDir, host, port, bindings, log }: WorkerOptions): Promise<RunningWorker> {
  log('Starting pages and Worker from their sources')
  const args = ['node_modules/astro/bin/astro.mjs', 'dev', '--root', 'site', '--host', host, '--port', String(port)]
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    // A group of its own: Ctrl-C reaches us alone, and we stop things in order.
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    // The environment becomes the Worker's bindings, so there is nothing else in it.
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      CLOUDFLARE_INCLUDE_PROCESS_ENV: 'true',
      ...QUIET,
      ...bindings,
      [MARK]: dataDir,
    },
  })
  const url = urlHere(host, port)
  const stop = async () => {
    if (child.pid) {
      end(child.pid, 'SIGTERM')
      await ended(child.pid, 5_000)
    }
    for (const { pid, name } of startedFor(dataDir)) if (!name.startsWith('sqld')) end(pid, 'SIGKILL')
  }
  for (const until = Date.now() + START_LIMIT_MS; !(await answers(`${url}/healthz`)); ) {
    if (child.exitCode === null && Date.now() < until) continue
    await stop()
    throw new Sentence('The development server did not start: see what it says above.')
  }
  return {
    pid: () => child.pid,
    scheduled: async () => void (await fetch(`${url}/cdn-cgi/handler/scheduled`)),
    stop,
  }
}

async function answers(url: string): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 200))
  const answer = await fetch(url, { signal: AbortSignal.timeout(20_000) }).catch(() => undefined)
  return answer?.ok ?? false
}

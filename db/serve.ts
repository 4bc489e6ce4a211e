import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { type Database, type DatabaseAddress, openDatabase } from './database.ts'
import { lockDataDir, openDataDir, runningFile } from './folder.ts'
import { reclaim } from './living.ts'
import { migrate } from './migrate.ts'
import { claimPort, freePort, urlHere } from './ports.ts'
import { openSecrets, refuseOtherKey, type Secrets } from './secrets.ts'
import { Sentence } from './sentence.ts'
import { type Sqld, startSqld } from './sqld.ts'
import { damaged, isDamage } from './trouble.ts'
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
  /** Done after the schema is up to date and before anything is served. */
  prepare?: (db: Database, secrets: Secrets) => Promise<unknown>
  /** Runs the built Worker unless another is given. */
  worker?: typeof startWorker
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
const FIRST_WRITE_LIMIT_MS = 10_000

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
    const url = urlHere(host, port)

    if (!options.databaseUrl) progress('Starting the database')
    const sqld = options.databaseUrl ? undefined : await startSqld(dataDir)
    if (sqld) undo.push(() => sqld.stop())
    const address = { url: options.databaseUrl ?? sqld?.url ?? '', authToken: options.databaseAuthToken }
    const db = openDatabase(address)
    await writable(address)
    if ((await migrate(address)) > 0) progress('Brought the schema up to date')

    const secrets = await openSecrets(db, dataDir)
    await refuseOtherKey(db, secrets)
    await options.prepare?.(db, secrets)

    const worker = await (options.worker ?? startWorker)({
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
    const everyMinute = () => worker.scheduled(Date.now()).catch(() => {})
    const cron = setInterval(everyMinute, CRON_MS)
    undo.push(() => clearInterval(cron))
    await everyMinute()
    undo.push(tellOthers(dataDir, { url, publicUrl, databaseUrl: address.url, databaseAuthToken: address.authToken }))
    return { url, publicUrl, databaseUrl: address.url, dataDir, db, secrets, worker, sqld, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * Writes for real, since reads stay healthy while writes hang; a schema change that is undone leaves nothing behind.
 * @throws Sentence when it cannot
 */
export async function writable(address: DatabaseAddress): Promise<void> {
  const { client } = openDatabase({ ...address, timeoutMs: FIRST_WRITE_LIMIT_MS })
  try {
    await client.batch(['CREATE TABLE _writable (n INTEGER)', 'DROP TABLE _writable'], 'write')
  } catch (error) {
    const why = error instanceof Error ? [error.message, error.cause instanceof Error && error.cause.message] : [error]
    const said = why.filter(Boolean).join(': ')
    if (isDamage(said)) throw damaged(said)
    throw new Sentence(
      `The database at ${address.url} cannot be written to (${said}): check that it runs, and DATABASE_URL and DATABASE_AUTH_TOKEN.`,
    )
  }
}

/** What commands read to find the running service and its database. */
export interface Running {
  /** Who wrote this; what another process left behind is not about now. */
  pid: number
  url: string
  publicUrl: string
  databaseUrl: string
  databaseAuthToken?: string | undefined
}

function tellOthers(dataDir: string, running: Omit<Running, 'pid'>): () => void {
  const text = JSON.stringify({ pid: process.pid, ...running })
  // Renamed into place: nobody reads half of it.
  writeFileSync(`${runningFile(dataDir)}.new`, text, { mode: 0o600 })
  renameSync(`${runningFile(dataDir)}.new`, runningFile(dataDir))
  return () => rmSync(runningFile(dataDir), { force: true })
}

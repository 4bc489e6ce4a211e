import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Database, type DatabaseAddress, openDatabase } from './database.ts'
import { databaseFolder, lockDataDir, lockFile, openDataDir, runningFile } from './folder.ts'
import { reclaim } from './living.ts'
import { lockHolder } from './lock.ts'
import { migrate } from './migrate.ts'
import { Sentence } from './sentence.ts'
import { type Running, writable } from './serve.ts'
import type { Settings } from './settings.ts'
import { startSqld } from './sqld.ts'

/** The database of a data folder, for the time of one command. */
export interface Reached {
  db: Database
  address: DatabaseAddress
  dataDir: string
  publicUrl: string
  /** Where the service listens, when it runs. */
  serviceUrl: string | undefined
  /** Stops what was started for the command. */
  close(): Promise<void>
}

/** Long enough for a look at a whole table. */
const TIMEOUT_MS = 10 * 60_000
/** A first start builds and fills the demo. */
const PATIENCE_MS = 120_000

/** What a command may do to a database before its own work. */
export interface Ways {
  /** Makes data folder and database where there are none. */
  begins?: boolean
  /** Brings the schema up to date. */
  migrates?: boolean
}

/**
 * Finds the database of a data folder: DATABASE_URL where it is set, else the one that a running service uses; where none
 * runs, the embedded server is started for the command.
 * @throws Sentence when there is none that can be written to
 */
export async function reach(settings: Settings, { begins = false, migrates = true }: Ways = {}): Promise<Reached> {
  const dataDir = resolve(settings.dataDir)
  if (begins || existsSync(dataDir)) openDataDir(dataDir)
  const running = await runningIn(dataDir, settings.databaseUrl ? 0 : PATIENCE_MS)
  const publicUrl = settings.publicUrl ?? running?.publicUrl ?? `http://localhost:${settings.port}`
  const found = { dataDir, publicUrl, serviceUrl: running?.url }
  const outside = settings.databaseUrl
    ? { url: settings.databaseUrl, authToken: settings.databaseAuthToken }
    : running && { url: running.databaseUrl, authToken: running.databaseAuthToken }
  if (!outside && !begins && !existsSync(databaseFolder(dataDir)))
    throw new Sentence(
      `There is no database in ${dataDir}, and none was made: begin with "npm start", or set DATA_DIR or DATABASE_URL to the one that you mean.`,
    )
  if (outside) return { ...found, ...(await opened(outside, migrates)), close: async () => {} }
  const lock = await lockDataDir(dataDir)
  await reclaim(dataDir)
  const sqld = await startSqld(dataDir)
  const close = async () => {
    await sqld.stop()
    lock.release()
  }
  try {
    return { ...found, ...(await opened({ url: sqld.url }, migrates)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function opened(
  address: DatabaseAddress,
  migrates: boolean,
): Promise<{ db: Database; address: DatabaseAddress }> {
  const db = openDatabase({ ...address, timeoutMs: TIMEOUT_MS })
  await writable(address)
  if (migrates) await migrate(address)
  return { db, address }
}

/** The service that runs on a data folder; one that is just being started, or another command, is waited for. */
async function runningIn(dataDir: string, patienceMs: number): Promise<Running | undefined> {
  for (const until = Date.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const holder = lockHolder(lockFile(dataDir))
    if (holder === undefined) return undefined
    const told = textOf(runningFile(dataDir))
    const running = told === undefined ? undefined : runningFrom(told)
    if (told !== undefined && !running)
      throw new Sentence(
        `${runningFile(dataDir)} cannot be read, and tells commands where process ${holder} serves: stop that one and start it again.`,
      )
    if (running?.pid === holder) return running
    if (Date.now() >= until) return undefined
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Undefined for what no service has written. */
function runningFrom(told: string): Running | undefined {
  try {
    const running: Running | null = JSON.parse(told)
    const urls = [running?.url, running?.publicUrl, running?.databaseUrl]
    return running && urls.every((url) => URL.canParse(String(url))) ? running : undefined
  } catch {
    return undefined
  }
}

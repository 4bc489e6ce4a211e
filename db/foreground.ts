import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { lockFile } from './folder.ts'
import { end, startedFor } from './living.ts'
import { lockHolder } from './lock.ts'
import { seedDemo } from './seed/history.ts'
import { type Served, type ServeOptions, serve } from './serve.ts'
import { settingsFrom } from './settings.ts'
import { inWords } from './trouble.ts'
import { welcome } from './welcome.ts'

/** Runs everything on this machine, with the settings of the environment, until Ctrl-C or SIGTERM. */
export async function foreground(options: Partial<ServeOptions> = {}): Promise<void> {
  const progress = (line: string) => console.log(`  ${line}`)
  try {
    const settings = settingsFrom(process.env)
    const serving = serve({
      ...settings,
      patienceMs: PATIENCE_MS,
      prepare: (db, secrets) => seedDemo(db, secrets, Date.now(), progress),
      progress,
      ...options,
    })
    leaveNothing(resolve(settings.dataDir))
    stopOnSignal(serving)
    const served = await serving
    if (!stopping) console.log(await welcome(served, Date.now(), process.stdout.isTTY))
  } catch (error) {
    if (stopping) return
    const told = inWords(error)
    console.error(typeof told === 'string' ? `\n${told}` : told)
    process.exit(1)
  }
}

/** How long the one before may take to stop, when it is started again at once. */
const PATIENCE_MS = 3_000
/** A start that is asked to stop may go on so long; whatever it was doing can be cut off, as by a kill. */
const STARTING_LIMIT_MS = 2_000
let stopping = false

/** However this process ends, what it started in its data folder ends with it. */
function leaveNothing(dataDir: string): void {
  process.on('exit', () => {
    if (lockHolder(lockFile(dataDir)) !== process.pid) return
    for (const { pid } of startedFor(dataDir)) end(pid, 'SIGKILL')
    rmSync(lockFile(dataDir))
  })
}

const pause = (ms: number) => new Promise<undefined>((resolve) => setTimeout(resolve, ms, undefined))

function stopOnSignal(serving: Promise<Served>): void {
  const parent = process.ppid
  const stop = async (why: string) => {
    if (stopping) return
    stopping = true
    console.log(`\n  ${why}: stopping`)
    const served = await Promise.race([serving.catch(() => undefined), pause(STARTING_LIMIT_MS)])
    await served?.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal))
  // npm that is killed cannot pass the signal on; without it nobody would ever stop us.
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && stop('npm is gone'), 500).unref()
  // And nobody reads what we print then.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
}

import { seedDemo } from './seed/history.ts'
import { Sentence } from './sentence.ts'
import { type Served, serve } from './serve.ts'
import { settingsFrom } from './settings.ts'
import { welcome } from './welcome.ts'

/** `npm start`: everything on this machine, until Ctrl-C or SIGTERM. */
async function start(): Promise<void> {
  const progress = (line: string) => console.log(`  ${line}`)
  const serving = serve({
    ...settingsFrom(process.env),
    patienceMs: PATIENCE_MS,
    prepare: (db, secrets) => seedDemo(db, secrets, Date.now(), progress),
    progress,
  })
  stopOnSignal(serving)
  const served = await serving
  if (stopping) return
  console.log(await welcome(served, Date.now()))
}

/** How long the one before may take to stop, when it is started again at once. */
const PATIENCE_MS = 3_000
let stopping = false

function stopOnSignal(serving: Promise<Served>): void {
  const parent = process.ppid
  const stop = async (why: string) => {
    if (stopping) return
    stopping = true
    console.log(`\n  ${why}: stopping`)
    await serving.then((served) => served.stop()).catch(() => {})
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal))
  // npm that is killed cannot pass the signal on; without it nobody would ever stop us.
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && stop('npm is gone'), 500).unref()
  // And nobody reads what we print then.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
}

start().catch((error: unknown) => {
  if (stopping) return
  console.error(error instanceof Sentence ? `\n${error.message}` : error)
  process.exit(1)
})

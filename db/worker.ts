import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { build, ROOT } from './build.ts'
import { MARK, startedFor } from './living.ts'

/** The built Worker, running in workerd on this machine. */
export interface RunningWorker {
  /** Undefined while it is being started again. */
  pid(): number | undefined
  /** Lets the Worker do what a cron would make it do. */
  scheduled(now: number): Promise<void>
  stop(): Promise<void>
}

export interface WorkerOptions {
  dataDir: string
  host: string
  port: number
  /** Text bindings (worker/env.ts). */
  bindings: Record<string, string>
  /** Told what is being done, and what the Worker logs. */
  log: (line: string) => void
}

const SERVER = join(ROOT, 'dist/server')
const NAME = 'referloop'
const FILES = 'files'
/**
 * A way out to public addresses alone. workerd looks at the address that it connects to, after the name was looked up,
 * so that no name leads into the network behind this machine, however often its answer changes. The Worker's own fetch
 * reaches everything: the database lies there.
 */
export const OUTSIDE = { network: { allow: ['public'], deny: [], tlsOptions: { trustBrowserCas: true } } }

/**
 * Builds where that is needed and runs dist/ with direct sockets, which is ten times faster than a proxy in front, and its state on disk.
 * Miniflare starts workerd again on the same port when it dies.
 */
export async function startWorker({ dataDir, host, port, bindings, log }: WorkerOptions): Promise<RunningWorker> {
  await build(log)
  log('Starting the Worker')
  const { compatibility_date, compatibility_flags } = wranglerConfig()
  const before = exitListeners()
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: ({ level, message }) => log(`${level}: ${message}`),
      resourcePersistencePath: join(dataDir, 'worker'),
      resourceTmpPath: join(dataDir, 'tmp'),
      unsafeRuntimeEnv: { [MARK]: dataDir },
      workers: [
        {
          name: NAME,
          modules: modules(),
          modulesRoot: SERVER,
          compatibilityDate: compatibility_date,
          compatibilityFlags: compatibility_flags,
          bindings,
          kvNamespaces: ['OUTAGE'],
          durableObjects: { SCAN_LOG: { className: 'ScanLog', useSQLite: true } },
          // Files in a Worker of their own: beside ours, Miniflare would put a proxy in front that halves its speed.
          serviceBindings: {
            ASSETS: FILES,
            OUTSIDE,
            // workerd writes beside and renames: a letter is there whole or not at all.
            MAIL_FILES: { disk: { path: mailFolder(dataDir), writable: true } },
          },
          unsafeDirectSockets: [{ host, port }],
        },
        {
          name: FILES,
          modules: true,
          script: 'export default {}',
          compatibilityDate: compatibility_date,
          assets: { directory: join(ROOT, 'dist/client'), routerConfig: { has_user_worker: false } },
        },
      ],
    }),
  )
  await miniflare.ready
  keepOnly(before)
  const pid = () => startedFor(dataDir).find(({ name }) => name.startsWith('workerd'))?.pid
  return {
    pid,
    async scheduled(now) {
      const worker = await miniflare.getWorker(NAME)
      await worker.scheduled({ scheduledTime: new Date(now), cron: '* * * * *' })
    },
    stop: () => miniflare.dispose(),
  }
}

/** Where letters lie on one machine, readable by this account alone. */
export function mailFolder(dataDir: string): string {
  const folder = join(dataDir, 'mail')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** The entry first: Miniflare takes the first module for it. */
function modules() {
  return readdirSync(SERVER, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.mjs'))
    .sort((a, b) => Number(b === 'entry.mjs') - Number(a === 'entry.mjs') || a.localeCompare(b))
    .map((file) => ({ type: 'ESModule' as const, path: join(SERVER, file) }))
}

function wranglerConfig(): { compatibility_date: string; compatibility_flags: string[] } {
  return JSON.parse(readFileSync(join(SERVER, 'wrangler.json'), 'utf8'))
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const exitListeners = () => SIGNALS.map((signal) => [signal, process.listeners(signal)] as const)

/** Miniflare ends this process at once on a signal; whoever runs us stops things in order instead. */
function keepOnly(before: ReturnType<typeof exitListeners>): void {
  for (const [signal, kept] of before)
    for (const listener of process.listeners(signal)) if (!kept.includes(listener)) process.off(signal, listener)
}

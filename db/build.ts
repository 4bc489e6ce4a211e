import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { type Lock, takeLock } from './lock.ts'
import { Sentence } from './sentence.ts'

export const ROOT = join(import.meta.dirname, '..')
const STAMP = join(ROOT, 'dist/sources.sha256')
const SOURCES = ['worker', 'site', 'db', 'wrangler.toml', 'package-lock.json']
/** What the tools write beside the pages; it would make every first build look old at the next start. */
const GENERATED = /(^|\/)(\.astro|\.wrangler|node_modules)\//

/** Keeps the tools off the network. */
export const QUIET = {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  ASTRO_TELEMETRY_DISABLED: '1',
}

/** Builds pages and Worker into dist/ when their sources have changed since the last build. True when it built. */
export async function build(progress: (line: string) => void = () => {}): Promise<boolean> {
  const lock = await buildLock()
  try {
    const sources = sourcesHash()
    if (stamp() === sources) return false
    progress('Building pages and Worker')
    rmSync(STAMP, { force: true })
    await promisify(execFile)(process.execPath, ['node_modules/astro/bin/astro.mjs', 'build', '--root', 'site'], {
      cwd: ROOT,
      env: { ...ownEnvironment(), ...QUIET, NODE_ENV: 'production' },
    })
    writeFileSync(STAMP, sources)
    return true
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? `${error.stderr}`.trim() : String(error)
    throw new Sentence(`The build failed:\n${output}`)
  } finally {
    lock.release()
  }
}

/** Without what a test runner sets: Astro would take it for the build's own, and build for development. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { DEV, PROD, MODE, SSR, TEST, VITEST, ...rest } = process.env
  return rest
}

/** Two starts at once build once; the second waits. */
async function buildLock(): Promise<Lock> {
  mkdirSync(join(ROOT, 'dist'), { recursive: true })
  for (;;) {
    const lock = takeLock(join(ROOT, 'dist.lock'))
    if (!('heldBy' in lock)) return lock
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

function sourcesHash(): string {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap(filesOf).sort()) hash.update(`${file}\0`).update(readFileSync(join(ROOT, file)))
  return hash.digest('hex')
}

/** The files of a folder at any depth, without what the tools generate into it; or the file itself. */
function filesOf(name: string): string[] {
  if (statSync(join(ROOT, name)).isFile()) return [name]
  return readdirSync(join(ROOT, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !GENERATED.test(file))
}

function stamp(): string | undefined {
  try {
    return readFileSync(STAMP, 'utf8')
  } catch {
    return undefined
  }
}

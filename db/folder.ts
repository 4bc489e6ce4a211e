import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Lock, takeLock } from './lock.ts'
import { Sentence } from './sentence.ts'

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
export const secretsFile = (dataDir: string) => join(dataDir, 'secrets.json')
/** The embedded server's; there is none beside an outside database. */
export const databaseFolder = (dataDir: string) => join(dataDir, 'database')

/**
 * Takes the data folder for this process.
 * @throws Sentence when a living process has it, and still has it after `patienceMs`
 */
export async function lockDataDir(dataDir: string, patienceMs = 0): Promise<Lock> {
  for (const until = Date.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const lock = takeLock(lockFile(dataDir))
    if (!('heldBy' in lock)) {
      // What one that was killed said of itself.
      rmSync(runningFile(dataDir), { force: true })
      return lock
    }
    if (Date.now() < until) continue
    throw new Sentence(
      `The data folder ${dataDir} is in use by process ${lock.heldBy}: stop that one first, or give this one another DATA_DIR.`,
    )
  }
}

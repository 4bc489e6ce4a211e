import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { startOf } from './living.ts'

export interface Lock {
  /** Gives the lock back. It is also free once this process is gone, however it went. */
  release(): void
}

/**
 * Takes a lock that is a file: pid and start time of its holder. One whose holder is gone is taken over.
 * @returns the lock, or the pid of the living process that holds it
 */
export function takeLock(file: string): Lock | { heldBy: number } {
  const mine = `${process.pid} ${startOf(process.pid)}`
  for (;;) {
    if (created(file, mine)) return { release: () => rmSync(file, { force: true }) }
    const held = textOf(file)
    if (held === undefined) continue
    const heldBy = holderOf(held)
    if (heldBy !== undefined) return { heldBy }
    moveAside(file, held)
  }
}

/** The process that holds the lock at this moment, if any. */
export function lockHolder(file: string): number | undefined {
  // Where there is no folder that we may read, there is no lock of ours either.
  const held = textOf(file, ['ENOENT', 'ENOTDIR', 'EACCES'])
  return held === undefined ? undefined : holderOf(held)
}

function created(file: string, text: string): boolean {
  const draft = `${file}.${process.pid}`
  try {
    // A link appears with its content or not at all: nobody reads a lock that is half written.
    writeFileSync(draft, text)
    linkSync(draft, file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Two starts may find the same stale lock: the one that moved the other's new lock puts it back. */
function moveAside(file: string, stale: string): void {
  const aside = `${file}.${process.pid}.stale`
  try {
    renameSync(file, aside)
    if (textOf(aside) !== stale) linkSync(aside, file)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function holderOf(held: string): number | undefined {
  const [pid = '', start] = held.split(/ (.*)/s)
  return startOf(Number(pid)) === start ? Number(pid) : undefined
}

function textOf(file: string, absent = ['ENOENT']): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (absent.includes(String(codeOf(error)))) return undefined
    throw error
  }
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)

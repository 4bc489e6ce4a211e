import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { startOf } from './living.ts'

export interface Lock {
  /** Gives the lock back. It is also free once this process is gone, however it went. */
  release(): void
}

/**
 * Takes a lock that is a file: pid and start time of its holder. One whose holder is gone, or that names none, is taken
 * over.
 * @returns the lock, or the pid of the living process that holds it or is just taking it over
 */
export function takeLock(file: string): Lock | { heldBy: number } {
  const mine = `${process.pid} ${startOf(process.pid)}`
  for (;;) {
    if (created(file, mine)) return { release: () => textOf(file) === mine && rmSync(file, { force: true }) }
    const held = textOf(file)
    if (held === undefined) continue
    const heldBy = holderOf(held)
    if (heldBy !== undefined) return { heldBy }
    // Many may find the same stale lock: one at a time looks again and removes it, so that none removes a new one.
    const clearing = takeLock(`${file}.stale`)
    if ('heldBy' in clearing) return clearing
    if (textOf(file) === held) rmSync(file, { force: true })
    clearing.release()
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
    // A link appears with its content or not at all: nobody reads a lock that is half written, also after a crash.
    writeFileSync(draft, text, { flush: true })
    linkSync(draft, file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Nobody, unless pid and start time can both be read: a file that a crash has emptied would else be held for ever. */
function holderOf(held: string): number | undefined {
  const [, pid, start] = /^([1-9]\d*) (\S.*)$/.exec(held) ?? []
  return start !== undefined && startOf(Number(pid)) === start ? Number(pid) : undefined
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

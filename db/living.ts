import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/** Set in the environment of every process that we start, to its data folder: so they are found when we were killed. */
export const MARK = 'REFERLOOP_HOME'

export interface Process {
  pid: number
  name: string
}

/**
 * When a process started, as text that no later process with the same pid repeats; undefined when it is not running.
 */
export function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return printed('ps', ['-o', 'lstart=', '-p', String(pid)])
  try {
    // After the name in parentheses: field 3 is the state, field 22 the start in clock ticks since boot (proc(5)).
    const fields = afterName(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    // Killed, a process with threads is a zombie as soon as the first is gone; until the last, its ports stay taken.
    const isGone = fields[0] === 'Z' && readdirSync(`/proc/${pid}/task`).length === 1
    return isGone ? undefined : fields[19]
  } catch {
    return undefined
  }
}

/** Every process that was started for this data folder (absolute path), by us or by a start that was killed. */
export function startedFor(dataDir: string): Process[] {
  const mark = `${MARK}=${dataDir}`
  if (process.platform === 'linux') return markedOnLinux(mark)
  const lines = printed('ps', ['axwwE', '-o', 'pid=,command='])?.split('\n') ?? []
  return lines
    .filter((line) => line.includes(mark))
    .map((line) => line.trim().split(/\s+/))
    .map(([pid = '', path = '']) => ({ pid: Number(pid), name: basename(path) }))
    .filter(({ pid }) => pid !== process.pid)
}

function markedOnLinux(mark: string): Process[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((entry) => {
      try {
        if (!readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0').includes(mark)) return []
        const found = { pid: Number(entry), name: basename(readlinkSync(`/proc/${entry}/exe`)) }
        return startOf(found.pid) ? [found] : []
      } catch {
        return [] // ended meanwhile, or another user's
      }
    })
}

/** Ends what a killed start left behind in this data folder. It cannot be asked kindly: its parent is gone. */
export async function reclaim(dataDir: string): Promise<Process[]> {
  const left = startedFor(dataDir)
  for (const { pid } of left) end(pid, 'SIGKILL')
  for (const { pid } of left) await ended(pid)
  return left
}

/** Sends a signal; a process that is gone already is what was wanted. */
export function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {}
}

/** Resolves when the process is gone, or after the limit (ms), and says which. */
export async function ended(pid: number, limitMs = 10_000): Promise<boolean> {
  for (const until = Date.now() + limitMs; Date.now() < until; ) {
    if (!startOf(pid)) return true
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return false
}

const afterName = (stat: string) => stat.slice(stat.lastIndexOf(')') + 2).split(' ')

function printed(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() || undefined
  } catch {
    return undefined
  }
}

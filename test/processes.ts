import { execFileSync } from 'node:child_process'

export interface Process {
  pid: number
  name: string
}

/** Every process that `pid` started, and those that these started. */
export function startedBy(pid: number): Process[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row))
    .filter((row) => row !== null)
    .map(([, child, parent, name = '']) => ({ pid: Number(child), parent: Number(parent), name }))
  const found: Process[] = []
  const parents = [pid]
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop())
    for (const row of rows)
      if (row.parent === parent) {
        found.push({ pid: row.pid, name: row.name })
        parents.push(row.pid)
      }
  return found
}

/** The one process of that name among those that `pid` started. */
export function theOne(name: RegExp, pid: number): Process {
  const found = startedBy(pid).filter((one) => name.test(one.name))
  const [first] = found
  if (!first || found.length > 1) throw new Error(`expected one process ${name}, found ${JSON.stringify(found)}`)
  return first
}

/** Is it there, and not merely waiting to be collected? */
export function alive(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return state !== '' && !state.startsWith('Z')
  } catch {
    return false
  }
}

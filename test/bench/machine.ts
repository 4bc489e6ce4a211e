import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Load, Measured } from './load.ts'

/** Applies a load from a process of its own. */
export async function loaded(load: Load): Promise<Measured> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', join(import.meta.dirname, 'load.ts'), JSON.stringify(load)],
    { timeout: (load.seconds + 60) * 1000 },
  )
  return JSON.parse(stdout)
}

/** Seconds of processor time that a process has used so far, in user and kernel mode; NaN where it cannot be told. */
export function processorSeconds(pid: number | undefined): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
  } catch {
    return Number.NaN
  }
}

/** Megabytes of memory that a process holds; NaN where it cannot be told. */
export function residentMb(pid: number | undefined): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024)
  } catch {
    return Number.NaN
  }
}

/** USER_HZ, which Linux shows to programs as 100 on every architecture that we run on. */
const TICKS_PER_SECOND = 100

/** What a figure is worth nothing without: when, on what, with which versions. */
export function circumstances(): string[] {
  const version = (name: string) => {
    const file = join(import.meta.dirname, '../../node_modules', name, 'package.json')
    const found: { version: string } = JSON.parse(readFileSync(file, 'utf8'))
    return `${name} ${found.version}`
  }
  const [first] = cpus()
  return [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `${cpus().length} x ${first?.model.trim() ?? 'processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}`,
    [`Node ${process.versions.node}`, ...['workerd', 'miniflare', 'hono', 'astro'].map(version)].join(', '),
  ]
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
    : (sorted[Math.floor(middle)] ?? Number.NaN)
}

/** Rows as a table of Markdown, which reads well in a terminal too. */
export function table(rows: (string | number)[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)))
  const line = (row: (string | number)[]) =>
    `| ${row.map((cell, column) => (column === 0 ? String(cell).padEnd(widths[column] ?? 0) : String(cell).padStart(widths[column] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, column) => (column === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join('\n')
}

import { globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** What a test needs: nothing but Node, a running stack as well, or a browser as well. */
export const KINDS = ['unit', 'workerd', 'browser'] as const
export type Kind = (typeof KINDS)[number]

const TEST = import.meta.dirname
/** A test that imports one of these, itself or through others, is of that kind; the first that fits counts. */
const NEEDS: [Kind, string[]][] = [
  ['browser', ['browser.ts']],
  ['workerd', ['stack.ts', 'installation.ts', 'npm.ts']],
]

/** Every test file, relative to the root of the project, by what it needs. */
export function testsByKind(): Record<Kind, string[]> {
  const found: Record<Kind, string[]> = { unit: [], workerd: [], browser: [] }
  for (const file of globSync('**/*.test.ts', { cwd: TEST }).sort())
    found[kindOf(join(TEST, file))].push(`test/${file}`)
  return found
}

function kindOf(file: string): Kind {
  const imported = importsOf(file, new Set())
  return NEEDS.find(([, files]) => files.some((needed) => imported.has(join(TEST, needed))))?.[0] ?? 'unit'
}

function importsOf(file: string, seen: Set<string>): Set<string> {
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+\.ts)'/g)) {
    const imported = resolve(dirname(file), path)
    if (!imported.startsWith(TEST) || seen.has(imported)) continue
    seen.add(imported)
    importsOf(imported, seen)
  }
  return seen
}

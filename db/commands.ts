import type { Said } from './admin.ts'
import { backup } from './backup.ts'
import { doctor } from './doctor.ts'
import { createKeyFor, createNamed, createSignInFor } from './keeping.ts'
import type { Reached, Ways } from './reach.ts'
import { reclassifyAll } from './reclassifying.ts'
import { recountAll } from './recounting.ts'
import { restore } from './restore.ts'
import { rotate } from './rotating.ts'

export type Flags = Partial<Record<'name' | 'slug' | 'timezone' | 'practice' | 'scopes', string>> &
  Partial<Record<'all' | 'demo' | 'dry-run' | 'resume', boolean>>

export interface Command {
  /** Its name, then what it takes: nothing that does not stand here is taken. `--json` is taken by all. */
  usage: string
  /** What it does, for a line of help. */
  does: string
  /** Unless given, it needs a database that is there, and brings its schema up to date. */
  ways?: Ways
  run(reached: Reached, flags: Flags, file: string): Promise<Said>
}

export const COMMANDS: Command[] = [
  {
    usage: 'practice create --name N --slug S --timezone Z [--demo]',
    does: 'a practice, its first API key and sign-in link',
    ways: { begins: true },
    run: createNamed,
  },
  { usage: 'key create --practice S --scopes a,b [--name N]', does: 'an API key', run: createKeyFor },
  { usage: 'sign-in create --practice S', does: 'another sign-in link for its owner', run: createSignInFor },
  { usage: 'doctor', does: 'looks at everything and changes nothing', ways: { migrates: false }, run: doctor },
  {
    usage: 'backup FILE',
    does: 'all but the master key, into a new file',
    run: (reached, _, file) => backup(reached, file),
  },
  {
    usage: 'restore FILE',
    does: 'a backup, into an empty database',
    ways: { begins: true },
    run: (reached, _, file) => restore(reached, file),
  },
  {
    usage: 'rotate [--practice S] [--all] [--resume]',
    does: 'a new key for patient data, and all of it sealed with that',
    run: rotate,
  },
  { usage: 'recount', does: 'puts counts right that differ from the facts', run: recountAll },
  { usage: 'reclassify [--dry-run]', does: 'takes hits for what the rules of today say', run: reclassifyAll },
]

/** What is typed for a command before its flags and its FILE. */
export const wordsOf = ({ usage }: Command): string[] =>
  usage
    .split(/ (?=--|\[|FILE)/, 1)
    .join()
    .split(' ')

/** How a command is typed in full. */
export const typed = (usage: string): string => `"npm run admin -- ${usage}"`

/** One sentence that names every command. */
export function hint(): string {
  return `Use "npm run admin --" with one of: ${COMMANDS.map(({ usage }) => usage.replace(/ [-[].*/, '')).join(', ')}.`
}

/** Every command with what it takes and does, a line each. */
export function help(): string[] {
  const width = Math.max(...COMMANDS.map(({ usage }) => usage.length))
  return [
    'npm run admin -- COMMAND',
    '',
    ...COMMANDS.map(({ usage, does }) => `  ${usage.padEnd(width)}  ${does}`),
    '',
    'With --json a command prints one object; "npm -s run admin" keeps lines of npm\'s own away from it.',
  ]
}

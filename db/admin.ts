import { parseArgs } from 'node:util'
import { backup } from './backup.ts'
import { doctor } from './doctor.ts'
import { createKeyFor, createNamed, createSignInFor } from './keeping.ts'
import { type Reached, reach } from './reach.ts'
import { recountAll } from './recounting.ts'
import { restore } from './restore.ts'
import { Sentence } from './sentence.ts'
import { settingsFrom } from './settings.ts'
import { inWords } from './trouble.ts'

/** What a command has to say: lines for people, and one object for `--json`. */
export interface Said {
  lines: string[]
  json: unknown
  /** False where something is wrong: the command then ends with status 1. */
  ok?: boolean
}

export type Flags = Partial<Record<'name' | 'slug' | 'timezone' | 'practice' | 'scopes', string>> & { demo?: boolean }
type Command = (reached: Reached, flags: Flags, file: string) => Promise<Said>

const COMMANDS: Record<string, Command> = {
  'practice create': createNamed,
  'key create': createKeyFor,
  'sign-in create': createSignInFor,
  doctor,
  'backup FILE': (reached, _, file) => backup(reached, file),
  'restore FILE': (reached, _, file) => restore(reached, file),
  recount: recountAll,
}

/** `npm run admin -- WORDS`: one command, then what it has to say. */
async function admin(words: string[]): Promise<number> {
  const { positionals, values } = parsed(words)
  const { command, file } = commandOf(positionals)
  const reached = await reach(settingsFrom(process.env), { migrates: command !== doctor })
  const close = closing(reached)
  try {
    const { lines, json, ok = true } = await command(reached, values, file)
    if (!values.json) for (const line of lines) console.log(line)
    else console.log(JSON.stringify(json))
    return ok ? 0 : 1
  } finally {
    await close()
  }
}

function parsed(words: string[]) {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: { name: text, slug: text, timezone: text, practice: text, scopes: text, demo: flag, json: flag },
    })
  } catch {
    throw new Sentence(`"${words.join(' ')}" is not understood. ${help()}`)
  }
}

function commandOf(words: string[]): { command: Command; file: string } {
  for (const [name, command] of Object.entries(COMMANDS)) {
    const wanted = name.split(' ')
    const fits = wanted.length === words.length && wanted.every((word, at) => word === 'FILE' || word === words[at])
    if (fits) return { command, file: wanted.at(-1) === 'FILE' ? (words.at(-1) ?? '') : '' }
  }
  throw new Sentence(words.length > 0 ? `There is no command "${words.join(' ')}". ${help()}` : help())
}

const help = () => `Use "npm run admin --" with one of: ${Object.keys(COMMANDS).join(', ')}.`

/** Also a command that is interrupted stops the database that it started. */
function closing(reached: Reached): () => Promise<void> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, () => reached.close().then(() => process.exit(1)))
  return reached.close
}

admin(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(inWords(error))
    process.exit(1)
  },
)

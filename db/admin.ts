import { help } from './commands.ts'
import { type Reached, reach } from './reach.ts'
import { settingsFrom } from './settings.ts'
import { inWords } from './trouble.ts'
import { understood } from './words.ts'

/** What a command has to say: lines for people, and one object for `--json`. */
export interface Said {
  lines: string[]
  json: unknown
  /** False where something is wrong: the command then ends with status 1. */
  ok?: boolean
}

/** `npm run admin -- WORDS`: one command, then what it has to say. */
async function admin(words: string[]): Promise<number> {
  const wanted = understood(words)
  if (wanted === 'help') {
    print(help())
    return 0
  }
  const { command, flags, file, json } = wanted
  const reached = await reach(settingsFrom(process.env), command.ways)
  const close = closing(reached)
  try {
    const said = await command.run(reached, flags, file)
    print(json ? [JSON.stringify(said.json)] : said.lines)
    return said.ok === false ? 1 : 0
  } finally {
    await close()
  }
}

const print = (lines: string[]) => console.log(lines.join('\n'))

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

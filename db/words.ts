import { parseArgs } from 'node:util'
import { COMMANDS, type Command, type Flags, hint, typed, wordsOf } from './commands.ts'
import { Sentence } from './sentence.ts'

/** What was typed, understood. */
export interface Wanted {
  command: Command
  flags: Flags
  file: string
  json: boolean
}

const TEXT = { type: 'string' } as const
const SWITCH = { type: 'boolean' } as const
const OPTIONS = {
  name: TEXT,
  slug: TEXT,
  timezone: TEXT,
  practice: TEXT,
  scopes: TEXT,
  all: SWITCH,
  demo: SWITCH,
  'dry-run': SWITCH,
  resume: SWITCH,
  json: SWITCH,
  help: { ...SWITCH, short: 'h' },
} as const

/**
 * Understands what was typed after `npm run admin --`, or that it asks for help.
 * @throws Sentence that names the word which is wrong, and what to type
 */
export function understood(args: string[]): Wanted | 'help' {
  const loosely = { args, options: OPTIONS, allowPositionals: true, strict: false, tokens: true } as const
  const { positionals, tokens } = parseArgs(loosely)
  const options = tokens.filter((token) => token.kind === 'option')
  if (positionals[0] === 'help' || options.some(({ name }) => name === 'help')) return 'help'
  const command = commandOf(positionals, args)
  for (const option of options) refuseOption(command, option)
  // All that strictness would refuse, in words of its own, has been refused.
  const { json = false, ...flags } = parseArgs({ ...loosely, strict: true, tokens: false }).values
  return { command, flags, file: fileOf(command, positionals.slice(wordsOf(command).length)), json }
}

function commandOf(positionals: string[], args: string[]): Command {
  const command = COMMANDS.find((each) => wordsOf(each).every((word, at) => word === positionals[at]))
  if (command) return command
  if (positionals.length > 0) throw new Sentence(`There is no command "${positionals.join(' ')}". ${hint()}`)
  throw new Sentence(args.length > 0 ? `"${args.join(' ')}" is not understood. ${hint()}` : hint())
}

interface Option {
  name: string
  rawName: string
  value: string | undefined
  inlineValue: boolean | undefined
}

function refuseOption(command: Command, { name, rawName, value, inlineValue }: Option): void {
  const use = `use ${typed(command.usage)}.`
  const isTaken = name === 'json' || command.usage.includes(`--${name} `) || command.usage.includes(`--${name}]`)
  if (!isTaken) throw new Sentence(`"${wordsOf(command).join(' ')}" takes no ${rawName}: ${use}`)
  if (isSwitch(name)) {
    if (value !== undefined) throw new Sentence(`${rawName} takes no value: ${use}`)
  } else if (value === undefined || (!inlineValue && /^-./.test(value)))
    throw new Sentence(`${rawName} lacks its value: ${use}`)
}

const isSwitch = (name: string) =>
  Object.entries(OPTIONS).some(([each, { type }]) => each === name && type === 'boolean')

function fileOf(command: Command, words: string[]): string {
  const takesFile = command.usage.endsWith(' FILE')
  const [file, ...more] = takesFile ? words : ['', ...words]
  const name = wordsOf(command).join(' ')
  if (more.length > 0) throw new Sentence(`"${name}" takes no "${more[0]}": use ${typed(command.usage)}.`)
  if (takesFile && !file) throw new Sentence(`Give a FILE, such as ${typed(`${name} monday.gz`)}.`)
  return file ?? ''
}

import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMMANDS, wordsOf } from '../../db/commands.ts'
import { Sentence } from '../../db/sentence.ts'
import { understood } from '../../db/words.ts'
import { admin } from './command.ts'

const NOWHERE = '/nowhere/at/all'

test('flags and FILE are understood in any order', () => {
  expect(understood(['--json', 'key', '--scopes', 'stats:read', 'create', '--practice=north-bay'])).toMatchObject({
    flags: { practice: 'north-bay', scopes: 'stats:read' },
    json: true,
  })
  expect(understood(['backup', 'monday.gz'])).toMatchObject({ flags: {}, file: 'monday.gz', json: false })
})

const CREATE = 'use "npm run admin -- practice create --name N --slug S --timezone Z [--demo]".'
test.each([
  ['backup', 'Give a FILE, such as "npm run admin -- backup monday.gz".'],
  ['restore --json', 'Give a FILE, such as "npm run admin -- restore monday.gz".'],
  ['backup monday.gz tuesday.gz', '"backup" takes no "tuesday.gz": use "npm run admin -- backup FILE".'],
  ['recount extra', '"recount" takes no "extra": use "npm run admin -- recount".'],
  ['practice create --name North Bay', `"practice create" takes no "Bay": ${CREATE}`],
  ['practice create --slug', `--slug lacks its value: ${CREATE}`],
  ['practice create --slug --timezone UTC', `--slug lacks its value: ${CREATE}`],
  ['practice create --demo=no', `--demo takes no value: ${CREATE}`],
  ['recount --slug x', '"recount" takes no --slug: use "npm run admin -- recount".'],
  ['doctor --verbose', '"doctor" takes no --verbose: use "npm run admin -- doctor".'],
  ['sign-in create -p x', '"sign-in create" takes no -p: use "npm run admin -- sign-in create --practice S".'],
])('"%s" is answered with what is wrong and what to type', (line, sentence) => {
  expect(() => understood(line.split(' '))).toThrow(new Sentence(sentence))
})

test('a value that begins with a hyphen is taken behind an equals sign', () => {
  expect(understood(['practice', 'create', '--name=-x'])).toMatchObject({ flags: { name: '-x' } })
})

test.each([[['help']], [['--help']], [['-h']], [['backup', '--help']]])(
  '%j lists every command on a line',
  async (words) => {
    const { status, out, err } = await admin(NOWHERE, ...words)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    const lines = out.split('\n')
    for (const command of COMMANDS)
      expect(lines.filter((line) => line.startsWith(`  ${wordsOf(command).join(' ')} `))).toHaveLength(1)
  },
)

test('what is not understood ends with status 1 before anything is made or looked at', async () => {
  const { status, out } = await admin(NOWHERE, 'recount', '--slug', 'x')
  expect({ status, out }).toEqual({ status: 1, out: '' })
  expect(existsSync(NOWHERE)).toBe(false)
})

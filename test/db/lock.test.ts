import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startOf } from '../../db/living.ts'
import { lockHolder, takeLock } from '../../db/lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'referloop-lock-'))
const file = join(folder, 'lock')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Takes the lock and gives it back, or names who has it. */
function taken(): number | 'taken' {
  const lock = takeLock(file)
  if ('heldBy' in lock) return lock.heldBy
  lock.release()
  return 'taken'
}

test.each([
  ['empty', ''],
  ['rubbish', 'rubbish \u0000\u0000'],
  ['a pid and nothing else', String(process.pid)],
  ['a pid that is none', `0 ${startOf(process.pid)}`],
  ['a pid with the start time of an earlier process', `${process.pid} 1`],
  ['a pid with a start time that cannot be known', `${process.pid} undefined`],
])('a lock file that is %s is held by nobody', (_, text) => {
  writeFileSync(file, text)
  expect(lockHolder(file)).toBeUndefined()
  expect(taken()).toBe('taken')
  expect(readdirSync(folder)).toEqual([])
})

test('a lock is held until it is given back', () => {
  const lock = takeLock(file)
  expect([lockHolder(file), taken()]).toEqual([process.pid, process.pid])
  if ('release' in lock) lock.release()
  expect([lockHolder(file), taken()]).toEqual([undefined, 'taken'])
})

test('who gives back a lock that another has taken since leaves it alone', () => {
  const lock = takeLock(file)
  writeFileSync(file, `1 ${startOf(1)}`)
  if ('release' in lock) lock.release()
  expect(readFileSync(file, 'utf8')).toBe(`1 ${startOf(1)}`)
  rmSync(file)
})

/** A process that takes the lock when told to, says what came of it, and holds it until its end. */
const CONTENDER = `
  const { takeLock } = await import(${JSON.stringify(new URL('../../db/lock.ts', import.meta.url).href)})
  process.stdin.once('data', (at) => {
    while (Date.now() < Number(at));
    const lock = takeLock(${JSON.stringify(file)})
    process.stdout.write('heldBy' in lock ? 'refused' : 'taken')
  })
  process.stdout.write('ready')
`
const said = (child: ChildProcess) =>
  new Promise<string>((resolve) => child.stdout?.setEncoding('utf8').once('data', resolve))

test('of many who find a lock that nobody holds at the same moment, one takes it', { timeout: 120_000 }, async () => {
  const flags = ['--experimental-strip-types', '--no-warnings', '--input-type=module', '-e', CONTENDER]
  for (const stale of ['', 'rubbish', '999999999 1', '']) {
    rmSync(file, { force: true })
    writeFileSync(file, stale)
    const contenders = Array.from({ length: 8 }, () => spawn(process.execPath, flags))
    await Promise.all(contenders.map(said))
    const answers = contenders.map(said)
    const at = Date.now() + 50
    for (const { stdin } of contenders) stdin?.write(String(at))
    expect((await Promise.all(answers)).sort()).toEqual([...Array(7).fill('refused'), 'taken'])
    for (const child of contenders) child.kill('SIGKILL')
    await Promise.all(contenders.map((child) => new Promise((resolve) => child.once('close', resolve))))
  }
  expect(existsSync(file)).toBe(true)
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CANARIES, canariesBelow, canariesIn, LEAKS } from './canary.ts'

/* The control of test/privacy.test.ts: what could not fail would prove nothing. */

test.each(Object.keys(LEAKS))('a leak %s is found, whichever word it is', (way) => {
  for (const word of Object.values(CANARIES)) {
    const leak = Buffer.from(LEAKS[way]?.(word) ?? '')
    const among = Buffer.concat([Buffer.alloc(1_000, 7), leak, Buffer.alloc(1_000, 9)])
    expect([word, canariesIn(among).length > 0]).toEqual([word, true])
  }
})

test('a leak is found in a file below a folder, and a folder without is said to have none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'referloop-canary-'))
  try {
    writeFileSync(join(folder, 'clean'), 'Riverside Family Medicine, 2031-10-07, (312) 555-0188, example.com')
    expect(canariesBelow(folder)).toEqual({ found: [], looked: [join(folder, 'clean')] })
    writeFileSync(join(folder, 'leak'), `name=${CANARIES.name}`)
    const { found } = canariesBelow(folder)
    expect(found.length).toBeGreaterThan(0)
    expect(found.every((line) => line.startsWith(join(folder, 'leak')))).toBe(true)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
